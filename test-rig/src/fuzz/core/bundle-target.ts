/**
 * Fuzz target: a bundle as it comes off a link or from a phone (step 2). Input: the signature (64
 * bytes), then the signed bytes. Accepted: it decoded, and its author signed it.
 */
import {
  bundleId,
  concat,
  decodeBundle,
  decodeFields,
  encodeFields,
  equalBytes,
  verifyBundle,
} from '@muster/core';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { crypto, secretOf, validBundles } from './cast.ts';

const signatureBytes = 64;

export function createBundleTarget(): FuzzTarget {
  return {
    name: 'bundle',
    seeds: () => validBundles.map(({ signature, signed }) => concat(signature, signed)),
    run: runBundle,
    repair,
  };
}

function runBundle(input: Uint8Array): FuzzVerdict {
  const signature = input.subarray(0, signatureBytes);
  const signed = input.subarray(signatureBytes);
  const decoded = decodeBundle(crypto, signed, signature);
  if (!decoded.ok) return decoded.reason;
  if (!equalBytes(encodeFields(decoded.value.fields), signed)) broken('two forms of one bundle');
  return verifyBundle(crypto, decoded.value) ? true : 'signature-wrong';
}

/** Signed again by the author that it names, where that is one of the cast. */
function repair(input: Uint8Array): Uint8Array | undefined {
  const signed = input.subarray(signatureBytes);
  const fields = decodeFields(signed);
  const secretKey = fields.ok ? secretOf(fields.value.author) : undefined;
  return secretKey && concat(crypto.sign(bundleId(crypto, signed), secretKey), signed);
}
