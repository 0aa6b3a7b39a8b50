/**
 * The valid bundles of bundle.json at the edges of the format: least, most, and every head form.
 */
import { bundleLimits, Lane, Scope, skipChain } from '@muster/core';
import { type BundleCase, written } from './bundle-case.ts';
import { guest, staff, tickets } from './cast.ts';

const byGuest = { author: guest, ticket: tickets.guest };
const byStaff = { author: staff, ticket: tickets.staff };

export function edgeBundles(): BundleCase[] {
  return [least(), most(), largest(), restored(), ...payloads(), ...numbers()];
}

function least(): BundleCase {
  return {
    name: 'everything at its least',
    why: 'One second to live, no hop, kind 0, a clock at 1970, no payload; it stays on its node.',
    ...byGuest,
    bundle: written({
      kind: 0,
      tag: new Uint8Array(16),
      lane: Lane.normal,
      lifetimeS: 1,
      hopLimit: 0,
      stamp: { ms: 0, counter: 0 },
      quality: 0,
    }),
  };
}

function most(): BundleCase {
  return {
    name: 'every number at its most',
    why: 'Numbers at the bounds of the format, in the urgent lane, which allows them to staff.',
    ...byStaff,
    bundle: written(
      {
        kind: 255,
        tag: new Uint8Array(16).fill(0xff),
        lane: Lane.urgent,
        lifetimeS: bundleLimits.lifetimeSMax,
        hopLimit: bundleLimits.hopLimitMax,
        scope: Scope.site,
        stamp: { ms: 2 ** 48 - 1, counter: 2 ** 24 - 1 },
        quality: 2,
        payload: new Uint8Array(24).fill(0xff),
      },
      {
        ...byStaff,
        chain: { seq: bundleLimits.seqMax, prev: new Uint8Array(32).fill(0xff) },
      },
    ),
  };
}

function largest(): BundleCase {
  return {
    name: 'largest payload',
    why: '32 KiB, which staff may write.',
    ...byStaff,
    bundle: written({ payload: new Uint8Array(bundleLimits.payloadBytesMax) }, byStaff),
  };
}

function restored(): BundleCase {
  return {
    name: 'first bundle of a restored phone',
    why: 'It goes on after the highest number seen; a prev of zeros says that some were skipped.',
    ...byGuest,
    bundle: written({}, { chain: skipChain(41) }),
  };
}

function payloads(): BundleCase[] {
  return [1, 23, 24, 255, 256, 2048].map((length) => ({
    name: `payload of ${length} bytes`,
    why: 'The length takes its shortest form: in the head up to 23, then one byte, then two.',
    ...byGuest,
    bundle: written({ payload: new Uint8Array(length).fill(length > 1024 ? 0 : 0x5a) }),
  }));
}

function numbers(): BundleCase[] {
  const prev = new Uint8Array(32).fill(0xaa);
  return [23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32].map((seq) => ({
    name: `sequence number ${seq}`,
    why: 'An unsigned integer takes its shortest form.',
    ...byGuest,
    bundle: written({}, { chain: { seq, prev } }),
  }));
}
