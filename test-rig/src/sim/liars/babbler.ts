/** Random frames, changed frames of its own node, and frames that it sent before. */
import { chance, intBelow, pick, type SeededRandom } from '@muster/core/testing';
import type { Liar, LiarOptions } from './liar.ts';
import { LyingLinks } from './lying-links.ts';

/** Of the frames of its node: few, or it would never be greeted. */
const changedShare = 0.02;
const keptMax = 64;
const frameBytesMax = 4_096;
const streams = 6;
const singleFlag = 8;

export function createBabbler({ count, random }: LiarOptions): Liar {
  const kept: Uint8Array[] = [];
  const links = new LyingLinks((frame) => {
    if (kept.length < keptMax) kept.push(frame);
    else kept[intBelow(random, keptMax)] = frame;
    if (!chance(random, changedShare)) return frame;
    count('lie');
    return changed(frame, random);
  });
  return {
    ports: (honest) => honest,
    wrap: (link) => links.wrap(link),
    act() {
      for (const link of links.all()) {
        count('lie');
        const old = kept.length > 0 && chance(random, 0.5) ? pick(random, kept) : undefined;
        link.injectFrame(old ? changed(old, random) : babble(random));
      }
    },
  };
}

/** With a header that passes, so that more than the first byte is looked at. */
function babble(random: SeededRandom): Uint8Array {
  const frame = random.bytes(2 + intBelow(random, frameBytesMax - 2));
  frame[0] = intBelow(random, streams) | (chance(random, 0.7) ? singleFlag : 0);
  frame[1] = chance(random, 0.7) ? intBelow(random, 20) : frame[1]!;
  return frame;
}

/** A bit, a byte, the end, or something in the middle is another. */
function changed(frame: Uint8Array, random: SeededRandom): Uint8Array {
  const at = intBelow(random, frame.length);
  const copy = frame.slice();
  switch (intBelow(random, 4)) {
    case 0:
      copy[at]! ^= 1 << intBelow(random, 8);
      return copy;
    case 1:
      copy[at] = intBelow(random, 256);
      return copy;
    case 2:
      return copy.slice(0, Math.max(1, at));
    default:
      copy.set(random.bytes(Math.min(8, copy.length - at)), at);
      return copy;
  }
}
