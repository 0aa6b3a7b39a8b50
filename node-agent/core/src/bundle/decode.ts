/**
 * Strict decoding of a bundle (step 2, the first three checks need it): one canonical form, every
 * length bounded, no exception whatever the input. It does not verify the signature.
 */
import { CborReader } from '../cbor/reader.ts';
import { bundleLimits, timeLimits } from '../limits.ts';
import type { ClockQuality } from '../ports/clock.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { type Bundle, type BundleFields, bundleVersion, type Lane, Scope } from './bundle.ts';
import { fieldCount } from './encode.ts';
import { bundleId } from './id.ts';

export type DecodeFault = 'too-large' | 'malformed' | 'version-unknown';

const signatureBytes = 64;

/**
 * `signed` and `signature` as they came; the fields of the result are views into `signed`. `id` is
 * what this very process has computed from `signed` before, where it has; never what anybody said.
 */
export function decodeBundle(
  crypto: Crypto,
  signed: Uint8Array,
  signature: Uint8Array,
  id?: Uint8Array,
): Result<Bundle, DecodeFault> {
  const fields = decodeFields(signed);
  if (!fields.ok) return fields;
  if (signature.length !== signatureBytes) return refused('malformed');
  return ok({ id: id ?? bundleId(crypto, signed), signed, signature, fields: fields.value });
}

export function decodeFields(signed: Uint8Array): Result<BundleFields, DecodeFault> {
  if (signed.length > bundleLimits.signedBytesMax) return refused('too-large');
  const reader = new CborReader(signed);
  // A later version may have another number of fields, so the version is looked at first.
  const length = reader.array(255, 2);
  const version = reader.uint(255);
  if (reader.failed) return refused('malformed');
  if (version !== bundleVersion) return refused('version-unknown');
  if (length !== fieldCount) return refused('malformed');
  const fields: BundleFields = {
    version: bundleVersion,
    site: reader.bytes(16),
    kind: reader.uint(255),
    tag: reader.bytes(16),
    author: reader.bytes(32),
    ticket: reader.bytes(16),
    seq: reader.uint(bundleLimits.seqMax),
    prev: reader.bytes(32, 0),
    lane: reader.uint(2) as Lane,
    lifetimeS: reader.uint(bundleLimits.lifetimeSMax, 1),
    hopLimit: reader.uint(bundleLimits.hopLimitMax),
    scope: reader.uint(Scope.site) as Scope,
    stamp: {
      ms: reader.uint(timeLimits.stampMsMax),
      counter: reader.uint(timeLimits.stampCounterMax),
    },
    quality: reader.uint(2) as ClockQuality,
    payload: reader.bytes(bundleLimits.payloadBytesMax, 0),
  };
  if (!reader.done()) return refused('malformed');
  // The first bundle has no predecessor and every other one names exactly one.
  if (fields.prev.length !== (fields.seq === 0 ? 0 : 32)) return refused('malformed');
  return ok(fields);
}
