/**
 * The messages by which neighbours bring each other the signed documents of their site (step 4 of a
 * message's way): a summary of what is in force, and one document. What a document says is judged
 * elsewhere; here it is bytes.
 */
import { trustLimits } from '../../limits.ts';
import { messageLimits } from '../limits.ts';
import { MessageReader } from './message-reader.ts';
import { MessageType } from './message-type.ts';
import { MessageWriter } from './message-writer.ts';

export interface SummaryItem {
  /** What it is; kinds of later versions are passed over. */
  readonly kind: number;
  /** The first 8 bytes of the issuer's key. */
  readonly issuer: Uint8Array;
  readonly revision: number;
  /** 8 bytes. */
  readonly hash: Uint8Array;
}

export interface TrustSummary {
  /** The other end is to answer with its own. */
  readonly isQuestion: boolean;
  readonly items: readonly SummaryItem[];
}

const partBytes = 8;
/** A list and rules of each issuer, and as many of a kind that is not known yet. */
const itemsMax = 3 * trustLimits.listsMax;

export function encodeTrustSummary({ isQuestion, items }: TrustSummary): Uint8Array {
  const writer = new MessageWriter().byte(MessageType.trustSummary).byte(isQuestion ? 1 : 0);
  for (const { kind, issuer, revision, hash } of items) {
    writer.byte(kind).bytes(issuer.subarray(0, partBytes)).varint(revision).bytes(hash);
  }
  return writer.finish();
}

/** Undefined when malformed. */
export function decodeTrustSummary(message: Uint8Array): TrustSummary | undefined {
  const reader = new MessageReader(message, 1);
  const isQuestion = reader.byte(1) === 1;
  const items: SummaryItem[] = [];
  while (!reader.done()) {
    const item = {
      kind: reader.byte(),
      issuer: reader.copy(partBytes),
      revision: reader.varint(Number.MAX_SAFE_INTEGER),
      hash: reader.copy(partBytes),
    };
    if (reader.failed || items.length >= itemsMax) return undefined;
    items.push(item);
  }
  return { isQuestion, items };
}

export function encodeTrustDocument(wire: Uint8Array): Uint8Array {
  return new MessageWriter(1 + wire.length).byte(MessageType.trustDocument).bytes(wire).finish();
}

/** The document in wire form, a view; undefined when malformed. */
export function decodeTrustDocument(message: Uint8Array): Uint8Array | undefined {
  const wire = message.subarray(1);
  return wire.length > 0 && wire.length <= messageLimits.trustDocumentBytesMax ? wire : undefined;
}
