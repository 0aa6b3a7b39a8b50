/**
 * Manifest: the ids of the newest live bundles that a site published under a channel's tag, CBOR
 * [version, id ...], signed as the payload of a bundle (step 6). The other side notices what a
 * relay dropped and asks again. It grants nothing and is believed for nothing else.
 */
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { federationLimits } from '../limits.ts';

const version = 1;

/** `ids`: 32 bytes each, at most `federationLimits.manifestIdsMax`; a RangeError beyond. */
export function encodeManifest(ids: readonly Uint8Array[]): Uint8Array {
  const payload = encodeCbor([version, ...ids]);
  if (!decodeManifest(payload)) throw new RangeError('too many ids, or one of another length');
  return payload;
}

/** The ids as views into the payload, or undefined for anything that is not exactly a manifest. */
export function decodeManifest(payload: Uint8Array): readonly Uint8Array[] | undefined {
  const reader = new CborReader(payload);
  const count = reader.array(1 + federationLimits.manifestIdsMax, 1) - 1;
  reader.uint(version, version);
  const ids: Uint8Array[] = [];
  for (let i = 0; i < count; i++) ids.push(reader.bytes(32));
  return reader.done() ? ids : undefined;
}
