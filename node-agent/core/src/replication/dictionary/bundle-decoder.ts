/**
 * Receiving half of a stream's dictionary (step 4 of a message's way): restores the exact signed
 * bytes. It believes nothing: what it restores wrongly has another id and a signature that fails,
 * and both are checked by the receiver. It allocates no more than the message's own length allows.
 */
import { type BundleFields, bundleVersion, type Lane } from '../../bundle/bundle.ts';
import { encodeFields } from '../../bundle/encode.ts';
import { bundleId } from '../../bundle/id.ts';
import { bundleLimits, timeLimits } from '../../limits.ts';
import type { Crypto } from '../../ports/crypto.ts';
import {
  ageStepsMax,
  DetailFlag,
  detailsMakeSense,
  followsFlag,
  type Passage,
  passageMask,
  readMark,
  readPassage,
} from '../messages/bundle-message.ts';
import { MessageReader } from '../messages/message-reader.ts';
import { bundleBit } from '../messages/message-type.ts';
import type { NodeNumber } from '../messages/node-links.ts';
import { type BundleHeader, readHeader } from './bundle-header.ts';
import type { DictionarySize } from './dictionary-size.ts';

export interface IncomingBundle extends Passage {
  /** 32 bytes, computed from `signed`. */
  readonly id: Uint8Array;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Empty unless it came along: the receiver has it, or asks for the bundle again. */
  readonly ticket: Uint8Array;
}

interface Author {
  readonly key: Uint8Array;
  readonly ticketId: Uint8Array;
  /** Undefined until the message that defines the slot is read to its end. */
  header: BundleHeader | undefined;
  seq: number;
  id: Uint8Array;
  stampMs: number;
}

const signatureBytes = 64;
const rawSignedBytesMin = 1;
const none = new Uint8Array(0);

export interface DecoderOptions extends DictionarySize {
  readonly lane: Lane;
  /** The neighbour. */
  readonly sender: NodeNumber;
}

export class BundleDecoder {
  readonly #crypto: Crypto;
  readonly #options: DecoderOptions;
  readonly #authors: (Author | undefined)[] = [];
  readonly #headers: (BundleHeader | undefined)[] = [];

  constructor(crypto: Crypto, options: DecoderOptions) {
    this.#crypto = crypto;
    this.#options = options;
  }

  /** A whole message of the restored form; undefined when malformed. */
  decode(message: Uint8Array): IncomingBundle | undefined {
    const reader = new MessageReader(message);
    const first = reader.byte();
    const mark = readMark(reader, first, this.#options.sender);
    const simple = (first & followsFlag) !== 0;
    const details = simple
      ? DetailFlag.sameHeader | DetailFlag.chained | DetailFlag.nearStamp
      : reader.byte(2 * DetailFlag.nearStamp - 1);
    if ((first & ~(followsFlag | passageMask)) !== bundleBit) return undefined;
    if (reader.failed || !detailsMakeSense(details)) return undefined;
    const number = reader.varint(this.#options.authorsMax - 1);
    const isNew = (details & DetailFlag.newAuthor) !== 0;
    const author = isNew ? readAuthor(reader) : this.#authors[number];
    if (author === undefined) return undefined;
    const ticket = isNew ? reader.sized(bundleLimits.ticketBytesMax).slice() : none;
    const header = this.#header(reader, author, details);
    if (header === undefined) return undefined;
    const chain = readChain(reader, author, details);
    const stamp = readStamp(reader, author, details);
    const passage = readPassage(first, mark, reader.varint(ageStepsMax));
    const signature = reader.copy(signatureBytes);
    const payload = reader.rest();
    if (reader.failed || payload.length > bundleLimits.payloadBytesMax) return undefined;
    if (chain.seq > bundleLimits.seqMax || stamp.ms > timeLimits.stampMsMax) return undefined;
    const fields: BundleFields = {
      version: bundleVersion,
      author: author.key,
      ticket: author.ticketId,
      lane: this.#options.lane,
      payload,
      stamp,
      ...header,
      ...chain,
    };
    const signed = encodeFields(fields);
    const id = bundleId(this.#crypto, signed);
    author.header = header;
    author.seq = fields.seq;
    author.id = id;
    author.stampMs = stamp.ms;
    if (isNew) this.#authors[number] = author;
    return { ...passage, id, signed, signature, ticket };
  }

  /** A whole message of the raw form; undefined when malformed. */
  decodeRaw(message: Uint8Array): IncomingBundle | undefined {
    const reader = new MessageReader(message, 1);
    const bits = reader.byte(passageMask);
    const mark = readMark(reader, bits, this.#options.sender);
    const passage = readPassage(bits, mark, reader.varint(ageStepsMax));
    const ticket = reader.sized(bundleLimits.ticketBytesMax).slice();
    const signature = reader.copy(signatureBytes);
    const signed = reader.rest().slice();
    if (reader.failed || signed.length < rawSignedBytesMin) return undefined;
    if (signed.length > bundleLimits.signedBytesMax) return undefined;
    const id = bundleId(this.#crypto, signed);
    return { ...passage, id, signed, signature, ticket };
  }

  #header(reader: MessageReader, author: Author, details: number): BundleHeader | undefined {
    if ((details & DetailFlag.sameHeader) !== 0) return author.header;
    const number = reader.varint(this.#options.headersMax - 1);
    if ((details & DetailFlag.newHeader) === 0) return this.#headers[number];
    const header = readHeader(reader);
    if (reader.failed) return undefined;
    this.#headers[number] = header;
    return header;
  }
}

function readAuthor(reader: MessageReader): Author {
  return {
    key: reader.copy(32),
    ticketId: reader.copy(16),
    header: undefined,
    seq: 0,
    id: none,
    stampMs: 0,
  };
}

function readChain(
  reader: MessageReader,
  author: Author,
  details: number,
): { readonly seq: number; readonly prev: Uint8Array } {
  if ((details & DetailFlag.chained) !== 0) return { seq: author.seq + 1, prev: author.id };
  const seq = reader.varint(bundleLimits.seqMax);
  return { seq, prev: seq === 0 ? none : reader.bytes(32) };
}

function readStamp(
  reader: MessageReader,
  author: Author,
  details: number,
): { readonly ms: number; readonly counter: number } {
  if ((details & DetailFlag.nearStamp) === 0) {
    return {
      ms: reader.varint(timeLimits.stampMsMax),
      counter: reader.varint(timeLimits.stampCounterMax),
    };
  }
  const near = reader.varint(2 * timeLimits.stampMsMax + 1);
  const counter = near % 2 === 1 ? reader.varint(timeLimits.stampCounterMax) : 0;
  return { ms: author.stampMs + Math.floor(near / 2), counter };
}
