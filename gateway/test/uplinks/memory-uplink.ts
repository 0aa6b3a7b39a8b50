/**
 * An uplink in virtual time for the tests of the outbox: a far side that keeps what it is given,
 * and a line that is slow, cut and mended. It is an Uplink like any other and passes the same
 * suite.
 */
import { type Clock, toHex } from '@muster/core';
import { intBelow, type SeededRandom } from '@muster/core/testing';
import { retryDelayMs } from '../../src/uplinks/back-off.ts';
import type {
  OutgoingBundle,
  SendAnswer,
  Uplink,
  UplinkEvents,
  UplinkStatus,
} from '../../src/uplinks/uplink.ts';

const lineMsMax = 100;

/** What outlives every line: the other side's disk. */
export class FarSide {
  /** Copies by id (hex). */
  readonly copies = new Map<string, number>();
  /** In the order of arrival. */
  readonly channels: string[] = [];
  readonly order: string[] = [];
  isReachable = true;
  /** What it answers instead of taking a bundle. */
  refuse: ((item: OutgoingBundle) => SendAnswer | undefined) | undefined;

  /** True when it had this already, so that a copy costs nothing: ids are content. */
  take(item: OutgoingBundle): SendAnswer {
    const refusal = this.refuse?.(item);
    if (refusal) return refusal;
    const id = toHex(item.read.id);
    this.copies.set(id, (this.copies.get(id) ?? 0) + 1);
    this.order.push(id);
    this.channels.push(item.channel);
    return { ok: true };
  }
}

export class MemoryUplink implements Uplink {
  readonly name: string;
  readonly kind = 'relay';
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #far: FarSide;
  #events: UplinkEvents | undefined;
  #state: UplinkStatus['state'] = 'stopped';
  #sinceMs = 0;
  #session = 0;
  #received = 0;
  #failures = 0;
  #problem = '';
  /** Copies are asked for as a relay asks: what the far side has is confirmed without sending. */
  readonly #asks: boolean;

  constructor(
    far: FarSide,
    options: {
      readonly clock: Clock;
      readonly random: SeededRandom;
      readonly name?: string;
      readonly asks?: boolean;
    },
  ) {
    this.#far = far;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#asks = options.asks ?? true;
    this.name = options.name ?? 'memory';
  }

  start(events: UplinkEvents): void {
    if (this.#events) return;
    this.#events = events;
    this.#set('connecting');
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#events = undefined;
    this.#session += 1;
    this.#set('stopped');
  }

  send(item: OutgoingBundle, onAnswer: (answer: SendAnswer) => void): void {
    this.#soon(() => {
      const isThere = this.#asks && this.#far.copies.has(toHex(item.read.id));
      const answer: SendAnswer = isThere ? { ok: true } : this.#far.take(item);
      this.#soon(() => onAnswer(answer));
    });
  }

  bring(): void {
    const bundle = { signed: this.#random.bytes(9), signature: this.#random.bytes(64) };
    this.#soon(() => {
      const carried = { ...bundle, ageMs: 0, hops: 0, ticket: new Uint8Array(0) };
      this.#events?.onBundle(carried, (answer) => {
        if (answer.ok) this.#received += 1;
      });
    });
  }

  cut(): void {
    if (this.#state !== 'up') return;
    this.#session += 1;
    this.#problem = 'the line was cut';
    this.#set('down');
    this.#events?.onDown(this.#problem);
    this.#connect();
  }

  status(): UplinkStatus {
    const [problem, mend] = this.#state === 'up' ? ['', ''] : [this.#problem, 'mend the line'];
    const nextTryMs = undefined;
    return {
      state: this.#state,
      sinceMs: this.#sinceMs,
      problem,
      mend,
      nextTryMs,
      received: this.#received,
    };
  }

  #connect(): void {
    const session = this.#session;
    const delayMs = retryDelayMs(this.#random, this.#failures);
    this.#clock.after(delayMs, () => {
      if (session !== this.#session || !this.#events) return;
      if (!this.#far.isReachable) {
        this.#failures += 1;
        this.#problem = 'the line is dead';
        this.#connect();
        return;
      }
      this.#failures = 0;
      this.#set('up');
      this.#events.onUp();
    });
  }

  /** Somewhat later, unless the line is cut before; in order or not. */
  #soon(run: () => void): void {
    const session = this.#session;
    this.#clock.after(1 + intBelow(this.#random, lineMsMax), () => {
      if (session === this.#session) run();
    });
  }

  #set(state: UplinkStatus['state']): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#sinceMs = this.#clock.monotonicMs();
  }
}
