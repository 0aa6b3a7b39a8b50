/**
 * A person of a simulated world: a phone with an outbox, a chain and a clock of its own. It keeps
 * what was refused and puts it again, as the app does, at whatever box the person is.
 */
import {
  type CarriedBundle,
  type DropReason,
  encodeMessage,
  HybridClock,
  Lane,
  type Role,
  retryLater,
  roleLimits,
  urgentLimits,
} from '@muster/core';
import type { FakeClock, SampleAuthor } from '@muster/core/testing';
import type { Checkers } from '../checkers/index.ts';
import type { FaultCounts } from '../fault-kind.ts';
import type { Write } from '../plan/action.ts';
import type { Box } from './box.ts';

const retryMs = 15_000;
/** Messages held that a phone may hand over again. */
const againMax = 4;

export interface PersonOptions {
  readonly number: number;
  readonly author: SampleAuthor;
  readonly role: Role;
  readonly box: Box;
  readonly clock: FakeClock;
  readonly checkers: Checkers;
  readonly faults: FaultCounts;
  readonly tags: Readonly<Record<Write['channel'], Uint8Array>>;
  readonly trace: (event: string) => void;
}

interface Waiting {
  readonly id: Uint8Array;
  readonly carried: CarriedBundle;
  readonly writtenMs: number;
}

export class Person {
  readonly #options: PersonOptions;
  readonly #hybrid = new HybridClock();
  readonly #held: Waiting[] = [];
  #outbox: Waiting[] = [];
  #box: Box;
  #isPutting = false;

  constructor(options: PersonOptions) {
    this.#options = options;
    this.#box = options.box;
  }

  get waiting(): number {
    return this.#outbox.length;
  }

  move(box: Box): void {
    this.#box = box;
  }

  goHome(): void {
    this.#box = this.#options.box;
  }

  /** Gives up what waits. */
  giveUp(): void {
    this.#outbox = [];
  }

  write(write: Write): void {
    const { author, role, checkers, clock, tags, trace, number } = this.#options;
    const { lane, lifetimeS, channel, length } = write;
    const { hopsMax: hopLimit } = lane === Lane.urgent ? urgentLimits : roleLimits[role];
    const stamp = this.#hybrid.next(this.#box.clock.wall().unixMs);
    const text = 'x'.repeat(length);
    const draft = { stamp, lifetimeS, hopLimit, lane, tag: tags[channel] };
    const { id, carried } = author.write(text, { ...draft, payload: payloadOf(number, text) });
    const writtenMs = clock.monotonicMs();
    const { unixMs: wallMs } = this.#box.clock.wall();
    checkers.wrote({ id, carried, node: this.#box.number, nowMs: writtenMs, wallMs });
    trace(`write ${number} ${author.chain.seq}`);
    this.#outbox.push({ id, carried, writtenMs });
    this.#put();
  }

  /** Hands over once more what was held, `back` messages ago. */
  putAgain(back: number): void {
    const { checkers, faults, clock } = this.#options;
    const again = this.#held.at(-1 - back);
    if (!again || !this.#box.node) return;
    faults.count('put-replayed');
    const { number } = this.#box;
    this.#hand(again, (answer) => {
      checkers.answered({ id: again.id, node: number, answer, nowMs: clock.monotonicMs() });
    });
  }

  /** Puts the oldest waiting bundle; the next follows when it is held. */
  #put(): void {
    const [first] = this.#outbox;
    if (!first || this.#isPutting) return;
    this.#isPutting = true;
    const { checkers, trace, number, clock } = this.#options;
    const box = this.#box;
    let isOver = false;
    const over = (run: () => void) => {
      if (isOver) return;
      isOver = true;
      this.#isPutting = false;
      run();
      this.#put();
    };
    this.#hand(first, (answer) => {
      // Whatever the phone believes by then: the box has said it.
      const nowMs = clock.monotonicMs();
      checkers.answered({ id: first.id, node: box.number, answer, nowMs });
      if (answer !== 'held' && retryLater.has(answer)) return;
      over(() => {
        trace(`${answer} ${number}`);
        if (this.#outbox[0] === first) this.#outbox.shift();
        if (answer === 'held') this.#remember(first);
      });
    });
    // No answer: the box is off, or told the phone to wait. The app tries again, and so does this.
    clock.after(retryMs, () => over(() => {}));
  }

  #hand({ carried, writtenMs }: Waiting, onAnswer: (answer: 'held' | DropReason) => void): void {
    const ageMs = this.#options.clock.monotonicMs() - writtenMs;
    this.#box.node?.put({ ...carried, ageMs }, (answer) =>
      onAnswer(answer.ok ? 'held' : answer.reason),
    );
  }

  #remember(held: Waiting): void {
    this.#held.push(held);
    if (this.#held.length > againMax) this.#held.shift();
  }
}

function payloadOf(number: number, text: string): Uint8Array {
  return encodeMessage({ name: `person ${number}`, text });
}
