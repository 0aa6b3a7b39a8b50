/**
 * What bundles of one conversation share: part of the dictionary of a stream (step 4 of a message's
 * way). Version and lane are not in it: the protocol version and the stream say them.
 */
import type { BundleFields, BundleKind } from '../bundle/bundle.ts';
import { toHex } from '../bytes/hex.ts';
import { bundleLimits } from '../limits.ts';
import type { ClockQuality } from '../ports/clock.ts';
import type { MessageReader } from './message-reader.ts';
import type { MessageWriter } from './message-writer.ts';

export type BundleHeader = Pick<
  BundleFields,
  'site' | 'kind' | 'tag' | 'lifetimeS' | 'hopLimit' | 'quality'
>;

/** The same text for the same header. */
export function headerKey(header: BundleHeader): string {
  const numbers = `${header.kind},${header.lifetimeS},${header.hopLimit},${header.quality}`;
  return `${toHex(header.site)},${toHex(header.tag)},${numbers}`;
}

export function writeHeader(writer: MessageWriter, header: BundleHeader): void {
  writer
    .bytes(header.site)
    .bytes(header.tag)
    .byte(header.kind)
    .byte((header.quality << 4) | header.hopLimit)
    .varint(header.lifetimeS);
}

/** Check `reader.failed` afterwards. */
export function readHeader(reader: MessageReader): BundleHeader {
  const site = reader.bytes(16).slice();
  const tag = reader.bytes(16).slice();
  const kind = reader.byte() as BundleKind;
  const qualityAndHops = reader.byte(0x2f);
  return {
    site,
    tag,
    kind,
    quality: (qualityAndHops >> 4) as ClockQuality,
    hopLimit: qualityAndHops & 15,
    lifetimeS: reader.varint(bundleLimits.lifetimeSMax),
  };
}
