/**
 * How a stream begins: each end says a greeting by GATT, the one that connected first. A greeting
 * that was lost is said again. Below step 4 of a message's way. Nothing in it outlives the
 * connection: whoever listens on air must not know anybody by it.
 */
import type { Clock, Random } from '@muster/core';
import { BleError, type BleErrorCode } from '../ble.ts';
import type { CarrierEnd, CarrierListener } from './carrier-end.ts';
import { greetingLimits, streamVersion, tokenBytes } from './limits.ts';
import { decodePacket, encodePacket, type Greeting, type StreamPurpose } from './packets.ts';

export interface GreetingOptions {
  readonly end: CarrierEnd;
  readonly initiator: boolean;
  /** What this end is there for; the one that connected says one, and the other repeats it. */
  readonly purposes: readonly StreamPurpose[];
  /** 0: no channels here. */
  readonly psm: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}

export interface Greeted {
  readonly mine: Greeting;
  readonly theirs: Greeting;
  /** What came before their greeting. */
  readonly early: readonly Uint8Array[];
}

/** Rejects with a BleError; the connection is the caller's to close. */
export function greet(options: GreetingOptions): Promise<Greeted> {
  return new Promise((resolve, reject) => {
    const exchange = new GreetingExchange(options, (outcome) => {
      if (outcome instanceof BleError) reject(outcome);
      else resolve(outcome);
    });
    exchange.start();
  });
}

class GreetingExchange implements CarrierListener {
  readonly #options: GreetingOptions;
  readonly #done: (outcome: Greeted | BleError) => void;
  readonly #token: Uint8Array;
  readonly #early: Uint8Array[] = [];
  #stopTimers: () => void = () => {};
  #isDone = false;

  constructor(options: GreetingOptions, done: (outcome: Greeted | BleError) => void) {
    this.#options = options;
    this.#done = done;
    this.#token = options.random.bytes(tokenBytes);
  }

  start(): void {
    const { end, clock, signal, initiator } = this.#options;
    const abort = () => this.#fail('aborted', 'the greeting was given up');
    signal.addEventListener('abort', abort);
    const limit = clock.after(greetingLimits.totalMs, () =>
      this.#fail('timeout', 'no greeting in time'),
    );
    let again = limit;
    const say = (): void => {
      if (end.canSend) this.#say(this.#options.purposes[0]!);
      if (!this.#isDone) again = clock.after(greetingLimits.againMs, say);
    };
    this.#stopTimers = () => {
      signal.removeEventListener('abort', abort);
      limit.cancel();
      again.cancel();
    };
    end.hand(this);
    end.start();
    if (signal.aborted) abort();
    else if (initiator && !this.#isDone) say();
  }

  onPacket(packet: Uint8Array): void {
    const decoded = decodePacket(packet);
    if (!decoded.ok) this.#fail('malformed', 'what came is no greeting');
    else if (decoded.value.kind === 'greeting') this.#greeted(decoded.value);
    else if (this.#early.length < greetingLimits.earlyPackets) this.#early.push(packet);
  }

  onDrain(): void {}

  onClose(reason: string): void {
    this.#fail('gone', `the connection ended: ${reason}`);
  }

  #greeted(theirs: Greeting): void {
    const { purposes, initiator } = this.#options;
    const { purpose } = theirs;
    if (!purposes.includes(purpose)) {
      this.#fail('refused', `it is there for another purpose: ${purpose}`);
      return;
    }
    const mine = initiator ? this.#mine(purpose) : this.#say(purpose);
    this.#finish({ mine, theirs, early: this.#early });
  }

  #mine(purpose: StreamPurpose): Greeting {
    const { psm } = this.#options;
    return { kind: 'greeting', version: streamVersion, purpose, psm, token: this.#token };
  }

  #say(purpose: StreamPurpose): Greeting {
    const mine = this.#mine(purpose);
    this.#options.end.send(encodePacket(mine));
    return mine;
  }

  #fail(code: BleErrorCode, message: string): void {
    this.#finish(new BleError(code, message));
  }

  #finish(outcome: Greeted | BleError): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#stopTimers();
    this.#options.end.hand(deaf(this.#early));
    this.#done(outcome);
  }
}

/** Until the stream listens, a turn later: packets are kept, and a close is seen at `isClosed`. */
function deaf(early: Uint8Array[]): CarrierListener {
  return {
    onPacket(packet) {
      if (early.length < greetingLimits.earlyPackets) early.push(packet);
    },
    onDrain() {},
    onClose() {},
  };
}
