/**
 * A line in virtual time with what both ends of its streams heard, for the tests of lines. Belongs
 * to no step of a message's way.
 */
import type { Link } from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import type { FaultKind } from '../../../src/sim/fault-kind.ts';
import { Line, type LineShape } from '../../../src/sim/network/line.ts';

export const keys = { keyA: new Uint8Array(32).fill(1), keyB: new Uint8Array(32).fill(2) };
export const still: LineShape = {
  ...{ delayMs: 10, jitterMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY },
  ...{ loss: 0, replay: 0, reorder: 0 },
};
export const silenceMsMin = 10_000;
export const silenceMsMax = 20_000;

/** What a node at one end of a stream was told. */
export class Heard {
  readonly frames: Uint8Array[] = [];
  readonly atMs: number[] = [];
  readonly reasons: string[] = [];
  drains = 0;
  readonly link: Link;

  constructor(link: Link, clock: FakeClock) {
    this.link = link;
    link.start({
      onFrame: (frame) => {
        this.frames.push(frame);
        this.atMs.push(clock.monotonicMs());
      },
      onDrain: () => {
        this.drains += 1;
      },
      onClose: (reason) => this.reasons.push(reason),
    });
  }

  get numbers(): number[] {
    return this.frames.map((frame) => frame[0]!);
  }

  send(number: number, bytes = 1): boolean {
    return this.link.send(new Uint8Array(bytes).fill(number));
  }
}

export function laid(shape: Partial<LineShape> = {}, seed = 7) {
  const clock = new FakeClock();
  const faults: Partial<Record<FaultKind, number>> = {};
  const line = new Line({
    ...{ clock, random: new SeededRandom(seed), shape: { ...still, ...shape } },
    ...{ silenceMsMin, silenceMsMax },
    count: (fault, times = 1) => {
      faults[fault] = (faults[fault] ?? 0) + times;
    },
  });
  const dial = () => {
    const { a, b } = line.dial(keys)!;
    return { a: new Heard(a, clock), b: new Heard(b, clock) };
  };
  return { clock, line, faults, dial, ...dial() };
}
