/**
 * The line between two boxes and who dials over it: while they are in reach of each other and both
 * run, the lower number dials, and again when its link has ended, with a back-off.
 */
import type { CostClass, Timer } from '@muster/core';
import { type FakeClock, fraction, type SeededRandom } from '@muster/core/testing';
import type { FaultCounts } from '../fault-kind.ts';
import { Line, type LineShape, type Way } from '../network/line.ts';
import type { LineAction } from '../plan/action.ts';
import type { Box } from './box.ts';

/** How long an end that hears nothing takes to give up: as TCP and Yamux take in life. */
const silenceMsMin = 10_000;
const silenceMsMax = 15_000;
const dialMsMin = 300;
const redialMsMax = 30_000;
/** A link that lived so long was good: the next dial does not wait. */
const goodMs = 30_000;
const partNoticeMs = 1_000;
/** As links over Bluetooth have it. */
const radioFrameBytes = 2_048;

export interface ConnectionOptions {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  readonly shape: LineShape;
  readonly a: Box;
  readonly b: Box;
  readonly faults: FaultCounts;
  readonly medium: CostClass;
}

type Blocking = 'block' | 'clog';

export class Connection {
  readonly line: Line;
  readonly #options: ConnectionOptions;
  /** Faults of a kind may overlap: a way is open when none of them lasts. */
  readonly #lasting = { block: { ab: 0, ba: 0 }, clog: { ab: 0, ba: 0 } };
  #inReach = false;
  #linkedMs = 0;
  #dial: Timer | undefined;
  #redialMs = dialMsMin;
  #healed = false;

  constructor(options: ConnectionOptions) {
    const { clock, random, shape, faults, medium } = options;
    this.#options = options;
    const silence = { silenceMsMin, silenceMsMax };
    const { count } = faults;
    this.line = new Line({
      ...{ clock, random: random.fork(), shape, ...silence, count, costClass: medium },
      ...(medium === 'radio' && { maxFrameBytes: radioFrameBytes }),
      onEnd: (end) => end === 'a' && this.#onEnd(),
    });
  }

  joins(box: Box): boolean {
    return this.#options.a === box || this.#options.b === box;
  }

  /** The boxes come into reach of each other. */
  meet(): void {
    this.#inReach = true;
    this.#dialSoon();
  }

  /** They are out of reach. */
  part(): void {
    if (!this.#inReach || this.#healed) return;
    this.#inReach = false;
    this.line.part(partNoticeMs);
  }

  /** One of the two runs again. */
  plug(): void {
    this.#dialSoon();
  }

  /** One of the two lost its power. */
  unplug(box: Box): void {
    this.line.vanish(box === this.#options.a ? 'a' : 'b');
  }

  apply(action: LineAction): void {
    const { clock, faults, shape } = this.#options;
    const later = (run: () => void) => clock.after(action.forMs, () => !this.#healed && run());
    switch (action.kind) {
      case 'cut':
        faults.count('link-cut');
        for (const way of ['ab', 'ba'] as const) this.#stopWay('block', way, action.forMs);
        break;
      case 'block':
        faults.count('way-blocked');
        this.#stopWay('block', action.way, action.forMs);
        break;
      case 'clog':
        faults.count('link-clogged');
        this.#stopWay('clog', action.way, action.forMs);
        break;
      case 'mangle':
        faults.count('link-mangled');
        this.line.mangle(action.way, action.share);
        later(() => this.line.mangle(action.way, 0));
        break;
      case 'shake': {
        faults.count('link-lossy');
        const { loss, replay, reorder, delayMs, bytesPerSecond } = action;
        this.#shape({ ...shape, loss, replay, reorder, delayMs, bytesPerSecond });
        later(() => this.#shape(shape));
      }
    }
  }

  /** From now on nothing is wrong here, and the boxes are in reach. */
  heal(shape: LineShape): void {
    this.#healed = true;
    this.#shape(shape);
    for (const way of ['ab', 'ba'] as const) {
      this.line.unblock(way);
      this.line.unclog(way);
      this.line.mangle(way, 0);
    }
    this.#redialMs = dialMsMin;
    this.meet();
  }

  #shape(shape: LineShape): void {
    this.line.setShape('ab', shape);
    this.line.setShape('ba', shape);
  }

  #stopWay(what: Blocking, way: Way, forMs: number): void {
    const lasting = this.#lasting[what];
    lasting[way]++;
    if (what === 'block') this.line.block(way);
    else this.line.clog(way);
    this.#options.clock.after(forMs, () => {
      lasting[way]--;
      if (this.#healed || lasting[way] > 0) return;
      if (what === 'block') this.line.unblock(way);
      else this.line.unclog(way);
      this.#dialSoon();
    });
  }

  /** The dialling end gave a link up, or learned that it is over. */
  #onEnd(): void {
    const isGood = this.#options.clock.monotonicMs() - this.#linkedMs > goodMs;
    this.#redialMs = isGood ? dialMsMin : Math.min(2 * this.#redialMs, redialMsMax);
    this.#dialSoon();
  }

  #dialSoon(): void {
    const { clock, random } = this.#options;
    if (this.#dial) return;
    const delayMs = this.#redialMs * (1 + fraction(random));
    this.#dial = clock.after(delayMs, () => {
      this.#dial = undefined;
      this.#dialNow();
    });
  }

  #dialNow(): void {
    const { clock, a, b } = this.#options;
    if (!this.#inReach || this.line.streamsAt('a') > 0 || !a.node || !b.node) return;
    const keys = { keyA: a.sample.key.publicKey, keyB: b.sample.key.publicKey };
    const ends = this.line.dial(keys);
    // Blocked: whoever opens it says so.
    if (!ends) return;
    this.#linkedMs = clock.monotonicMs();
    a.node.addLink(a.liar ? a.liar.wrap(ends.a) : ends.a);
    b.node.addLink(b.liar ? b.liar.wrap(ends.b) : ends.b);
  }
}
