/**
 * A channel's description and policy: the payload of a bundle of kind channelDescription, signed by
 * the channel's creator, carried under the channel's own tag. CBOR array: version, kind, revision,
 * label, topic, writers, sealed. Of several by the creator the highest revision counts, then the
 * later in the total order.
 */
import { equalBytes } from '../bytes/compare.ts';
import { fromUtf8, utf8 } from '../bytes/text.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { nameLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { channelTag } from './tag.ts';

export const ChannelKind = { public: 0, private: 1, announcement: 2 } as const;
export type ChannelKind = (typeof ChannelKind)[keyof typeof ChannelKind];

export interface ChannelDescription {
  readonly kind: ChannelKind;
  /** Counts the creator's changes. */
  readonly revision: number;
  /** Name in UTF-8; for a private channel privateLabel(key), 32 bytes. */
  readonly label: Uint8Array;
  /** Empty for a private channel. */
  readonly topic: string;
  /** Device keys that may write; read for announcement channels only. The creator always may. */
  readonly writers: readonly Uint8Array[];
  /** For a private channel: encodeSealedNames under the channel key; else empty. */
  readonly sealed: Uint8Array;
}

const version = 1;
const revisionMax = 2 ** 32 - 1;

export function encodeDescription(description: ChannelDescription): Uint8Array {
  return encodeCbor([
    version,
    description.kind,
    description.revision,
    description.label,
    description.topic,
    description.writers,
    description.sealed,
  ]);
}

export function decodeDescription(payload: Uint8Array): ChannelDescription | undefined {
  const reader = new CborReader(payload);
  reader.array(7);
  reader.uint(version, version);
  const kind = reader.uint(ChannelKind.announcement) as ChannelKind;
  const revision = reader.uint(revisionMax);
  const label = reader.bytes(nameLimits.nameBytesMax, 1);
  const topic = reader.text(nameLimits.topicBytesMax);
  const writers: Uint8Array[] = [];
  const count = reader.array(nameLimits.writersMax, 0);
  for (let i = 0; i < count; i++) writers.push(reader.bytes(32));
  const sealed = reader.bytes(512, 0);
  if (!reader.done()) return undefined;
  const fits =
    kind === ChannelKind.private
      ? label.length === 32 && topic === ''
      : fromUtf8(label) !== undefined && sealed.length === 0;
  if (!fits) return undefined;
  return { kind, revision, label, topic, writers, sealed };
}

/** The plaintext that a private channel's description seals: CBOR [name, topic]. */
export function encodeSealedNames(names: { name: string; topic: string }): Uint8Array {
  return encodeCbor([names.name, names.topic]);
}

export function decodeSealedNames(
  plain: Uint8Array,
): { readonly name: string; readonly topic: string } | undefined {
  const reader = new CborReader(plain);
  reader.array(2);
  const names = {
    name: reader.text(nameLimits.nameBytesMax),
    topic: reader.text(nameLimits.topicBytesMax),
  };
  return reader.done() ? names : undefined;
}

/** True when a description by this author belongs under this tag. */
export function describes(
  crypto: Crypto,
  description: ChannelDescription,
  place: { readonly site: Uint8Array; readonly tag: Uint8Array; readonly author: Uint8Array },
): boolean {
  const { site, author } = place;
  const tag = channelTag(crypto, { site, creator: author, label: description.label });
  return equalBytes(tag, place.tag);
}

/** Whether this author may write messages under the policy of a described channel. */
export function mayWrite(
  description: ChannelDescription,
  creator: Uint8Array,
  author: Uint8Array,
): boolean {
  if (description.kind !== ChannelKind.announcement) return true;
  if (equalBytes(author, creator)) return true;
  return description.writers.some((writer) => equalBytes(writer, author));
}

/** Bytes of a public channel's name. */
export function publicLabel(name: string): Uint8Array {
  return utf8(name);
}
