/**
 * The 64-bit names under which two nodes compare their sets (step 4 of a message's way): SipHash
 * of the bundle id under a key that is fresh in each session, so nobody can craft two bundles that
 * collide. A short id means nothing outside its session and is never stored.
 */
import { sipHashEach } from './siphash.ts';

export const idBytes = 32;

/** Item i is (hi[i], lo[i]); never (0, 0). */
export interface ShortIds {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

/** Numbers derived from the session key that make the checks and the sketch unpredictable too. */
export interface Seeds {
  readonly check: number;
  readonly sketch: number;
}

/**
 * `ids` holds n different ids of 32 bytes, one after the other; `key` is 16 bytes.
 * An item that hashes to zero would vanish in a sum and becomes 1 instead.
 */
export function shortIds(ids: Uint8Array, key: Uint8Array): ShortIds {
  const count = Math.floor(ids.length / idBytes);
  const out = { hi: new Uint32Array(count), lo: new Uint32Array(count) };
  sipHashEach(key, ids, { itemBytes: idBytes, out });
  return withoutZero(out);
}

export function withoutZero(ids: ShortIds): ShortIds {
  for (let i = 0; i < ids.lo.length; i++) {
    if (ids.lo[i] === 0 && ids.hi[i] === 0) ids.lo[i] = 1;
  }
  return ids;
}

const seedLabel = 'muster/1/reconcile';

/** SipHash of the label, filled up with zeros to 32 bytes: check is its lo, sketch its hi. */
export function deriveSeeds(key: Uint8Array): Seeds {
  const message = new Uint8Array(idBytes);
  for (let i = 0; i < seedLabel.length; i++) message[i] = seedLabel.charCodeAt(i);
  const out = { hi: new Uint32Array(1), lo: new Uint32Array(1) };
  sipHashEach(key, message, { itemBytes: idBytes, out });
  return { check: out.lo[0]!, sketch: out.hi[0]! };
}
