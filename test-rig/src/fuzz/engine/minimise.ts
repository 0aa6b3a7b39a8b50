/** Makes a faulty input smaller while the same fault stays: ranges away, then octets to zero. */
import { concat } from '@muster/core';
import { fuzzLimits } from '../limits.ts';

export async function minimise(
  input: Uint8Array,
  isFaulty: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let tries = fuzzLimits.minimiseTriesMax;
  const attempt = async (candidate: Uint8Array) => tries-- > 0 && (await isFaulty(candidate));
  let least = input;
  for (
    let size = Math.ceil(least.length / 2);
    size >= 1 && tries > 0;
    size = Math.floor(size / 2)
  ) {
    for (let at = 0; at < least.length && tries > 0; ) {
      const shorter = concat(least.subarray(0, at), least.subarray(at + size));
      if (await attempt(shorter)) least = shorter;
      else at += size;
    }
  }
  for (let at = 0; at < least.length && tries > 0; at += 1) {
    if (least[at] === 0) continue;
    const plainer = least.slice();
    plainer[at] = 0;
    if (await attempt(plainer)) least = plainer;
  }
  return least;
}
