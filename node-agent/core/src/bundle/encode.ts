/**
 * The signed part of a bundle as deterministic CBOR: an array of 16 in this order (step 1).
 * See docs/protocol/bundle.md. The author encodes once; nobody encodes again what was signed.
 */
import { encodeCbor } from '../cbor/encode.ts';
import type { BundleFields } from './bundle.ts';

export const fieldCount = 16;

export function encodeFields(fields: BundleFields): Uint8Array {
  return encodeCbor([
    fields.version,
    fields.site,
    fields.kind,
    fields.tag,
    fields.author,
    fields.ticket,
    fields.seq,
    fields.prev,
    fields.lane,
    fields.lifetimeS,
    fields.hopLimit,
    fields.scope,
    fields.stamp.ms,
    fields.stamp.counter,
    fields.quality,
    fields.payload,
  ]);
}
