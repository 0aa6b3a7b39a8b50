/**
 * What bundles of one conversation share: part of the dictionary of a stream (step 4 of a message's
 * way). Version and lane are not in it: the protocol version and the stream say them.
 */
import { type BundleFields, type BundleKind, Scope } from '../../bundle/bundle.ts';
import { bytesKey } from '../../bytes/key.ts';
import { bundleLimits } from '../../limits.ts';
import { ClockQuality } from '../../ports/clock.ts';
import type { MessageReader } from '../messages/message-reader.ts';
import type { MessageWriter } from '../messages/message-writer.ts';

export type BundleHeader = Pick<
  BundleFields,
  'site' | 'kind' | 'tag' | 'lifetimeS' | 'hopLimit' | 'scope' | 'quality'
>;

/** The same text for the same header. */
export function headerKey(header: BundleHeader): string {
  const { site, tag, kind, lifetimeS } = header;
  const numbers = String.fromCharCode(kind, lifetimeS >> 16, lifetimeS & 0xffff, bitsOf(header));
  return bytesKey(site) + bytesKey(tag) + numbers;
}

export function writeHeader(writer: MessageWriter, header: BundleHeader): void {
  writer
    .bytes(header.site)
    .bytes(header.tag)
    .byte(header.kind)
    .byte(bitsOf(header))
    .varint(header.lifetimeS);
}

const qualities = ClockQuality.synced + 1;
const bitsMax = ((Scope.site * qualities + ClockQuality.synced) << 4) | bundleLimits.hopLimitMax;

/** Hop limit, and above it clock quality plus three times the scope: every value is one. */
function bitsOf({ scope, quality, hopLimit }: BundleHeader): number {
  return ((scope * qualities + quality) << 4) | hopLimit;
}

/** Check `reader.failed` afterwards. */
export function readHeader(reader: MessageReader): BundleHeader {
  const site = reader.copy(16);
  const tag = reader.copy(16);
  const kind = reader.byte() as BundleKind;
  const bits = reader.byte(bitsMax);
  const scopeAndQuality = bits >> 4;
  return {
    site,
    tag,
    kind,
    scope: Math.floor(scopeAndQuality / qualities) as Scope,
    quality: (scopeAndQuality % qualities) as ClockQuality,
    hopLimit: bits & 15,
    lifetimeS: reader.varint(bundleLimits.lifetimeSMax),
  };
}
