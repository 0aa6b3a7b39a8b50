/**
 * Sending half of a stream's dictionary (step 4 of a message's way): turns bundles into messages
 * that leave out what this stream has said already. Messages must be sent in the order in which
 * they were made. It never sends a bundle in a form that would not restore its exact bytes.
 */
import { BoundedMap } from '../../bounds/bounded-map.ts';
import type { BundleFields } from '../../bundle/bundle.ts';
import { equalBytes } from '../../bytes/compare.ts';
import { dictionaryLimits } from '../limits.ts';
import {
  ageSteps,
  DetailFlag,
  followsFlag,
  type Passage,
  writePassage,
} from '../messages/bundle-message.ts';
import { bundleBit, MessageType } from '../messages/message-type.ts';
import { MessageWriter } from '../messages/message-writer.ts';
import { writeHeader } from './bundle-header.ts';
import type { DictionarySize } from './dictionary-size.ts';
import type { Outgoing } from './outgoing.ts';
import { SlotTable } from './slot-table.ts';

interface LastOfAuthor {
  readonly seq: number;
  readonly id: Uint8Array;
  readonly stampMs: number;
  readonly headerKey: string;
}

export interface Sending extends Passage {
  /** The neighbour may have missed the author's ticket: it goes along once more. */
  readonly tellTicket: boolean;
}

/** Signature and the most that precedes the payload without a definition. */
const usualOverheadBytes = 128;
const none = new Uint8Array(0);

export class BundleEncoder {
  readonly #authors: SlotTable<LastOfAuthor>;
  readonly #headers: SlotTable<undefined>;
  readonly #told: BoundedMap<string, true>;

  constructor(size: DictionarySize) {
    this.#authors = new SlotTable(size.authorsMax);
    this.#headers = new SlotTable(size.headersMax);
    this.#told = new BoundedMap(dictionaryLimits.ticketsPerAuthorSlot * size.authorsMax);
  }

  encode(item: Outgoing, sending: Sending): Uint8Array {
    const { bundle, parts } = item;
    if (parts === undefined) return encodeRaw(item, sending);
    const { fields, authorKey, ticketKey, headerKey: key } = parts;
    const writer = new MessageWriter(fields.payload.length + usualOverheadBytes);
    const tellTicket = sending.tellTicket || !this.#told.has(ticketKey);
    if (tellTicket) this.#told.set(ticketKey, true);
    const known = this.#authors.use(authorKey);
    const last = tellTicket ? undefined : known?.value;
    const now = { seq: fields.seq, id: bundle.id, stampMs: fields.stamp.ms, headerKey: key };
    const slot = known?.number ?? this.#authors.give(authorKey, now);
    if (last !== undefined && follows(fields, last, key)) {
      writePassage(writer, bundleBit | followsFlag, sending);
      writer.varint(slot);
      writeNearStamp(writer, fields, last);
    } else {
      const details = this.#details(fields, last, key);
      writePassage(writer, bundleBit, sending);
      writer.byte(details).varint(slot);
      if (last === undefined) {
        writer
          .bytes(fields.author)
          .bytes(fields.ticket)
          .sized(tellTicket ? bundle.ticket : none);
      }
      this.#writeDetails(writer, fields, { details, key, last });
    }
    if (known !== undefined) known.value = now;
    writer.varint(ageSteps(sending.ageMs)).bytes(bundle.signature).bytes(fields.payload);
    return writer.finish();
  }

  #details(fields: BundleFields, last: LastOfAuthor | undefined, key: string): number {
    const newHeader = this.#headers.use(key) === undefined ? DetailFlag.newHeader : 0;
    if (last === undefined) return DetailFlag.newAuthor | newHeader;
    const header = last.headerKey === key ? DetailFlag.sameHeader : newHeader;
    const chained = isChained(fields, last) ? DetailFlag.chained : 0;
    const near = fields.stamp.ms >= last.stampMs ? DetailFlag.nearStamp : 0;
    return header | chained | near;
  }

  #writeDetails(
    writer: MessageWriter,
    fields: BundleFields,
    form: {
      readonly details: number;
      readonly key: string;
      readonly last: LastOfAuthor | undefined;
    },
  ): void {
    const { details, key, last } = form;
    if ((details & DetailFlag.newHeader) !== 0) {
      writer.varint(this.#headers.give(key, undefined));
      writeHeader(writer, fields);
    } else if ((details & DetailFlag.sameHeader) === 0) {
      writer.varint(this.#headers.use(key)!.number);
    }
    if ((details & DetailFlag.chained) === 0) writer.varint(fields.seq).bytes(fields.prev);
    if ((details & DetailFlag.nearStamp) !== 0) writeNearStamp(writer, fields, last!);
    else writer.varint(fields.stamp.ms).varint(fields.stamp.counter);
  }
}

function isChained(fields: BundleFields, last: LastOfAuthor): boolean {
  return fields.seq === last.seq + 1 && equalBytes(fields.prev, last.id);
}

function follows(fields: BundleFields, last: LastOfAuthor, key: string): boolean {
  return isChained(fields, last) && last.headerKey === key && fields.stamp.ms >= last.stampMs;
}

/** Twice the distance in milliseconds, plus one when a counter other than zero comes after. */
function writeNearStamp(writer: MessageWriter, fields: BundleFields, last: LastOfAuthor): void {
  const { ms, counter } = fields.stamp;
  const counted = counter === 0 ? 0 : 1;
  writer.varint(2 * (ms - last.stampMs) + counted);
  if (counted === 1) writer.varint(counter);
}

/** Says everything, and leaves the dictionary as it is. */
function encodeRaw({ bundle }: Outgoing, passage: Passage): Uint8Array {
  const { signed, ticket } = bundle;
  const writer = new MessageWriter(signed.length + ticket.length + usualOverheadBytes);
  writePassage(writer.byte(MessageType.rawBundle), 0, passage);
  return writer
    .varint(ageSteps(passage.ageMs))
    .sized(ticket)
    .bytes(bundle.signature)
    .bytes(signed)
    .finish();
}
