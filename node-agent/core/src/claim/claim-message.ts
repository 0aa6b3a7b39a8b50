/**
 * What the two ends of a claim say inside their channel, after the handshake. CBOR arrays that
 * begin with their type; each end knows which may come next.
 */
import { type CborValue, encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { adminCertificateBytesMax } from '../identity/issued.ts';
import { claimLimits, nameLimits } from '../limits.ts';
import { type ClaimRefusal, claimRefusals } from './claim-fault.ts';
import { isPlainText } from './plain-text.ts';

const types = {
  issuer: 1,
  subject: 2,
  ready: 3,
  offer: 4,
  done: 5,
  refused: 6,
  closed: 7,
} as const;

/** An introduction: the nonce for the comparison code, and a key with the proof that one has it. */
interface Introduction {
  /** 16 bytes. */
  readonly nonce: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
  /** Signature of the channel's hash, 64 bytes. */
  readonly proof: Uint8Array;
}

export interface IssuerIntroduction extends Introduction {
  readonly type: 'issuer';
  /** Admin certificate in wire form; empty for the root. */
  readonly certificate: Uint8Array;
  /** 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly siteName: string;
}

export interface SubjectIntroduction extends Introduction {
  readonly type: 'subject';
  readonly name: string;
  readonly version: string;
}

export type ClaimMessage =
  | IssuerIntroduction
  | SubjectIntroduction
  | { readonly type: 'ready' | 'done' | 'closed' }
  | { readonly type: 'offer'; readonly document: Uint8Array }
  | { readonly type: 'refused'; readonly reason: ClaimRefusal };

export function encodeClaimMessage(message: ClaimMessage): Uint8Array {
  return encodeCbor([types[message.type], ...itemsOf(message)]);
}

function itemsOf(message: ClaimMessage): readonly CborValue[] {
  switch (message.type) {
    case 'issuer': {
      const { nonce, key, proof, certificate, siteKey, siteName } = message;
      return [nonce, key, proof, certificate, siteKey, siteName];
    }
    case 'subject':
      return [message.nonce, message.key, message.proof, message.name, message.version];
    case 'offer':
      return [message.document];
    case 'refused':
      return [claimRefusals.indexOf(message.reason)];
    default:
      return [];
  }
}

/** Undefined when malformed. A reason of a later version reads as `declined`. */
export function decodeClaimMessage(plain: Uint8Array): ClaimMessage | undefined {
  const reader = new CborReader(plain);
  const length = reader.array(7, 1);
  const type = reader.uint(types.closed, types.issuer);
  const message = reader.failed ? undefined : readItems(reader, type);
  if (!message || !reader.done()) return undefined;
  const items = itemsOf(message);
  const isPlain = items.every((item) => typeof item !== 'string' || isPlainText(item));
  return length === 1 + items.length && isPlain ? message : undefined;
}

function readItems(reader: CborReader, type: number): ClaimMessage | undefined {
  switch (type) {
    case types.issuer:
      return {
        type: 'issuer',
        ...readIntroduction(reader),
        certificate: reader.bytes(adminCertificateBytesMax, 0).slice(),
        siteKey: reader.bytes(32).slice(),
        siteName: reader.text(nameLimits.nameBytesMax),
      };
    case types.subject:
      return {
        type: 'subject',
        ...readIntroduction(reader),
        name: reader.text(nameLimits.nameBytesMax),
        version: reader.text(claimLimits.versionBytesMax),
      };
    case types.offer:
      return { type: 'offer', document: reader.bytes(claimLimits.documentBytesMax, 1).slice() };
    case types.refused:
      return { type: 'refused', reason: claimRefusals[reader.uint(255)] ?? 'declined' };
    case types.ready:
      return { type: 'ready' };
    case types.done:
      return { type: 'done' };
    default:
      return { type: 'closed' };
  }
}

function readIntroduction(reader: CborReader): Introduction {
  const nonce = reader.bytes(16).slice();
  const key = reader.bytes(32).slice();
  return { nonce, key, proof: reader.bytes(64).slice() };
}
