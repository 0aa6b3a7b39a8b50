/**
 * What it says of its set is wrong: that it has everything, nothing, other sets each time, or a set
 * without end. Its node takes part in reconciliation, and what it says there is exchanged.
 */
import { intBelow, pick, type SeededRandom } from '@muster/core/testing';
import type { Liar, LiarOptions } from './liar.ts';
import { LyingLinks } from './lying-links.ts';
import { liveStream } from './raw-bundle.ts';

const singleFlag = 8;
const message = { reconcile: 3, digest: 13, digestAnswer: 14 } as const;
const digestBytes = 16;
const bodyBytesMax = 2_000;
const lanes = [0, 1, 2] as const;
/** Bodies of a set without end, sent in one act. */
const endlessAtOnce = 30;

const claims = ['everything', 'nothing', 'others', 'endless'] as const;
type Claim = (typeof claims)[number];

export function createFalseSet({ count, random }: LiarOptions): Liar {
  let claim = pick(random, claims);
  const links = new LyingLinks((frame) => {
    const falseFrame = exchanged(frame, claim, random);
    if (falseFrame !== frame) count('lie');
    return falseFrame;
  });
  return {
    ports: (honest) => honest,
    wrap: (link) => links.wrap(link),
    act() {
      claim = pick(random, claims);
      if (claim !== 'endless') return;
      for (const link of links.all()) {
        for (let i = 0; i < endlessAtOnce; i++) {
          count('lie');
          const stream = liveStream(pick(random, lanes));
          link.injectFrame(single(stream, message.reconcile, body(random)), stream);
        }
      }
    },
  };
}

/** The node's frame, where it speaks of its set, as the liar would have it. */
function exchanged(frame: Uint8Array, claim: Claim, random: SeededRandom): Uint8Array | undefined {
  const [header = 0, type] = frame;
  if ((header & singleFlag) === 0) return frame;
  const stream = header & ~singleFlag;
  switch (type) {
    case message.digest:
      return single(stream, type, claim === 'nothing' ? none : random.bytes(digestBytes));
    case message.digestAnswer:
      return single(stream, type, Uint8Array.of(claim === 'everything' ? 1 : 0));
    case message.reconcile:
      // Who claims to have nothing says nothing.
      return claim === 'nothing' ? undefined : single(stream, type, body(random));
    default:
      return frame;
  }
}

const none = new Uint8Array(digestBytes);

function body(random: SeededRandom): Uint8Array {
  return random.bytes(1 + intBelow(random, bodyBytesMax));
}

function single(stream: number, type: number, content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(2 + content.length);
  frame[0] = stream | singleFlag;
  frame[1] = type;
  frame.set(content, 2);
  return frame;
}
