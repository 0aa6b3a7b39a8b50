/**
 * A channel as a code for a link or QR: base64url of CBOR [version, kind, creator, name, key].
 * Whoever has the code of a private channel can read it; that is all that its key is for.
 */
import { fromBase64url, toBase64url } from '../bytes/base64url.ts';
import { utf8 } from '../bytes/text.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { nameLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ChannelKind } from './description.ts';
import { channelKeyBytes } from './seal.ts';
import { channelTag, privateLabel } from './tag.ts';

export interface ChannelLink {
  readonly kind: ChannelKind;
  /** 32 bytes. */
  readonly creator: Uint8Array;
  readonly name: string;
  /** 32 bytes for a private channel, else empty. */
  readonly key: Uint8Array;
}

const version = 1;
const codeLengthMax = 256;

export function encodeChannelLink(link: ChannelLink): string {
  return toBase64url(encodeCbor([version, link.kind, link.creator, link.name, link.key]));
}

export function decodeChannelLink(code: string): ChannelLink | undefined {
  const bytes = code.length <= codeLengthMax ? fromBase64url(code) : undefined;
  if (!bytes) return undefined;
  const reader = new CborReader(bytes);
  reader.array(5);
  reader.uint(version, version);
  const link = {
    kind: reader.uint(ChannelKind.announcement) as ChannelKind,
    creator: reader.bytes(32),
    name: reader.text(nameLimits.nameBytesMax),
    key: reader.bytes(channelKeyBytes, 0),
  };
  if (!reader.done()) return undefined;
  // A private channel is found by its key and need not be named here; any other by its name.
  const fits =
    link.kind === ChannelKind.private
      ? link.key.length === channelKeyBytes
      : link.key.length === 0 && link.name !== '';
  return fits ? link : undefined;
}

/** The tag of the channel that a link leads to. */
export function tagOfLink(crypto: Crypto, site: Uint8Array, link: ChannelLink): Uint8Array {
  const isPrivate = link.kind === ChannelKind.private;
  const label = isPrivate ? privateLabel(crypto, link.key) : utf8(link.name);
  return channelTag(crypto, { site, creator: link.creator, label });
}
