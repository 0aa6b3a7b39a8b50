/**
 * The people of a simulated box: phones with an outbox, a chain and a clock of their own. They
 * write now and then, keep what was refused, and put it again: as the app does.
 */
import { type CarriedBundle, type DropReason, HybridClock, retryLater } from '@muster/core';
import { fraction, type SampleAuthor, type SeededRandom } from '@muster/core/testing';
import type { Checkers } from './checkers.ts';
import type { WorldOptions } from './options.ts';
import type { SimNode } from './sim-node.ts';

const retryMs = 15_000;
const lifetimeS = 7 * 24 * 3600;
const hopLimit = 10;

export interface PersonOptions {
  readonly author: SampleAuthor;
  readonly home: SimNode;
  /** Number of the box that the person is at. */
  readonly node: number;
  readonly random: SeededRandom;
  readonly world: WorldOptions;
  readonly checkers: Checkers;
  readonly trace: (event: string) => void;
  readonly nowMs: () => number;
  /** Runs on the world's own timeline: phones do not crash with boxes. */
  readonly after: (delayMs: number, run: () => void) => void;
}

interface Waiting {
  readonly id: Uint8Array;
  readonly carried: CarriedBundle;
  readonly writtenMs: number;
}

export class Person {
  readonly #options: PersonOptions;
  readonly #clock = new HybridClock();
  readonly #outbox: Waiting[] = [];
  readonly refused = new Map<DropReason, number>();
  #writing = true;
  #count = 0;

  constructor(options: PersonOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#outbox.length;
  }

  start(): void {
    const { random, world, after } = this.#options;
    // Exponential gaps: people write independently of each other.
    const gapMs = -Math.log(1 - fraction(random)) * world.messageEveryMs;
    after(gapMs, () => {
      if (!this.#writing) return;
      this.#write();
      this.start();
    });
  }

  /** Writes no more; what waits is still put. */
  quiet(): void {
    this.#writing = false;
  }

  #write(): void {
    const { author, node, checkers, nowMs, trace, home } = this.#options;
    const stamp = this.#clock.next(home.clock.wall().unixMs);
    this.#count++;
    const draft = { stamp, lifetimeS, hopLimit };
    const { id, carried } = author.write(`message ${this.#count} of box ${node}`, draft);
    const writtenMs = nowMs();
    checkers.wrote({ id, node, writtenMs, lifetimeMs: lifetimeS * 1000 });
    trace(`write ${node} ${author.chain.seq}`);
    this.#outbox.push({ id, carried, writtenMs });
    if (this.#outbox.length === 1) this.#put();
  }

  /** Puts the oldest waiting bundle; the next follows when it is held. */
  #put(): void {
    const { home, checkers, nowMs, after, trace, node } = this.#options;
    const [first] = this.#outbox;
    if (!first) return;
    let answered = false;
    const again = () => {
      if (!answered) this.#put();
      answered = true;
    };
    const ageMs = nowMs() - first.writtenMs;
    home.node?.put({ ...first.carried, ageMs }, (answer) => {
      if (answered) return;
      answered = true;
      if (!answer.ok) this.refused.set(answer.reason, (this.refused.get(answer.reason) ?? 0) + 1);
      if (!answer.ok && retryLater.has(answer.reason)) {
        answered = false;
        return;
      }
      trace(`${answer.ok ? 'held' : answer.reason} ${node}`);
      if (answer.ok) checkers.answeredHeld(first.id);
      this.#outbox.shift();
      this.#put();
    });
    // No answer: the box is off, or told the phone to wait. The app tries again, and so does this.
    after(retryMs, again);
  }
}
