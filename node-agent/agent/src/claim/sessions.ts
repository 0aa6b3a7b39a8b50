/**
 * The sessions of the claim endpoint: which is new, which is asked again, which must wait. The
 * other end repeats its message until it is answered, so whoever answers is asked once for each
 * message, however long it takes. Bounded in number, rate and time; reads no message.
 */
import { type Clock, equalBytes } from '@muster/core';
import { AddressBuckets } from '../http/address-buckets.ts';
import { claimHttpLimits } from './limits.ts';

/** `ended`: the claim is over; `claimants`: the code was used before, by those. */
export type SinkAnswer = Uint8Array | 'later' | 'ended' | { readonly claimants: readonly string[] };

/** Who answers the messages of a claim. */
export interface ClaimSink {
  /** Called once for each message, unless it answers `later`. `session` is 16 hex digits. */
  onMessage(session: string, message: Uint8Array): Promise<SinkAnswer>;
}

export interface ClaimMessage {
  readonly session: string;
  /** Whose limits count. */
  readonly address: string;
  readonly message: Uint8Array;
}

interface Session {
  usedMs: number;
  /** The message that is being answered, or was last, and its answer. */
  message: Uint8Array | undefined;
  answer: Promise<SinkAnswer> | undefined;
}

export class ClaimSessions {
  readonly #clock: Clock;
  readonly #rates = new AddressBuckets(claimHttpLimits.sessionRate, claimHttpLimits.addressesMax);
  /** In order of use, longest ago first. */
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `busy`: there are as many as may be, or too many of this address. */
  async take(
    claim: { readonly id: string; readonly sink: ClaimSink },
    { session: name, address, message }: ClaimMessage,
  ): Promise<SinkAnswer | 'busy'> {
    const key = `${claim.id} ${name}`;
    const session = this.#session(key, address);
    if (!session) return 'busy';
    const isNext = !session.message || !equalBytes(session.message, message);
    // An answer to the last message is under way: the other end has mixed something up.
    if (isNext && session.answer) return 'later';
    if (isNext || !session.answer) {
      session.message = message;
      session.answer = this.#ask(claim.sink, name, session);
    }
    const answer = await this.#inTime(session.answer);
    if (answer !== 'later') session.answer = undefined;
    if (answer === 'ended' || (typeof answer === 'object' && 'claimants' in answer)) {
      this.#sessions.delete(key);
    }
    return answer;
  }

  /** Forgets the sessions of a claim that is awaited no more. */
  forget(id: string): void {
    for (const key of this.#sessions.keys()) {
      if (key.startsWith(`${id} `)) this.#sessions.delete(key);
    }
  }

  async #ask(sink: ClaimSink, name: string, session: Session): Promise<SinkAnswer> {
    const answer = await sink.onMessage(name, session.message!).catch(() => 'ended' as const);
    // It is to be asked again, with the same message.
    if (answer === 'later') session.answer = undefined;
    return answer;
  }

  #session(key: string, address: string): Session | undefined {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#sessions.get(key);
    this.#sessions.delete(key);
    if (!known) {
      this.#makeRoom(nowMs);
      const isFull = this.#sessions.size >= claimHttpLimits.sessionsMax;
      if (isFull || !this.#rates.take(address, nowMs)) return undefined;
    }
    const session = known ?? { usedMs: nowMs, message: undefined, answer: undefined };
    session.usedMs = nowMs;
    this.#sessions.set(key, session);
    return session;
  }

  #makeRoom(nowMs: number): void {
    for (const [key, { usedMs }] of this.#sessions) {
      const isFull = this.#sessions.size >= claimHttpLimits.sessionsMax;
      const idleMs = isFull ? claimHttpLimits.idleMs : claimHttpLimits.sessionMsMax;
      if (nowMs - usedMs < idleMs) return;
      this.#sessions.delete(key);
    }
  }

  #inTime(answer: Promise<SinkAnswer>): Promise<SinkAnswer> {
    return new Promise((resolve) => {
      const late = this.#clock.after(claimHttpLimits.answerMsMax, () => resolve('later'));
      void answer.then((value) => {
        late.cancel();
        resolve(value);
      });
    });
  }
}
