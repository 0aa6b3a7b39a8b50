/**
 * The desk over the control socket, for the command line: `claim.open`, then `claim.next` again and
 * again, each message answered by `claim.answer`. The command line holds the admin's key; this
 * process never sees it. What a program left open when it died is closed after a while.
 */
import {
  type Clock,
  fromBase64url,
  fromHex,
  MusterError,
  type Timer,
  toBase64url,
} from '@muster/core';
import type { ControlCommand } from '../extension.ts';
import type { ClaimDesk } from './desk.ts';
import { claimHttpLimits } from './limits.ts';
import type { ClaimSink, SinkAnswer } from './sessions.ts';

export function deskCommands(
  desk: ClaimDesk,
  clock: Clock,
): Readonly<Record<string, ControlCommand>> {
  /** By claim id in hex; the desk bounds how many. */
  const counters = new Map<string, DeskCounter>();
  const counterOf = (id: unknown): DeskCounter => {
    const counter = counters.get(textOf(id));
    if (counter) return counter;
    throw new MusterError('claim-closed', 'This invite is not awaited here any more', 'Ask anew.');
  };
  const close = (id: string): void => {
    counters.get(id)?.stop();
    counters.delete(id);
  };
  return {
    'claim.open': async ({ id }) => {
      const claimId = bytesOf(fromHex(textOf(id)), 8);
      close(textOf(id));
      const counter = new DeskCounter(clock, () => close(textOf(id)));
      counter.start(desk.open(claimId, counter));
      counters.set(textOf(id), counter);
      return {};
    },
    'claim.next': async ({ id }) => counterOf(id).next(),
    'claim.answer': async ({ id, session, ...answer }) => {
      counterOf(id).answer(textOf(session), sinkAnswerOf(answer));
      return {};
    },
    'claim.close': async ({ id }) => {
      close(textOf(id));
      return {};
    },
    'claim.reach': async ({ address, id, session, message }) => {
      const answer = await desk.reach({
        address: textOf(address),
        claimId: bytesOf(fromHex(textOf(id)), 8),
        session: sessionOf(session),
        message: bytesOf(fromBase64url(textOf(message))),
      });
      return answer === 'later' ? { later: true } : { message: toBase64url(answer) };
    },
  };
}

interface Waiting {
  readonly session: string;
  readonly message: Uint8Array;
}

/** One claim of a program: messages queue up until it asks, answers find their session. */
class DeskCounter implements ClaimSink {
  readonly #clock: Clock;
  readonly #onForgotten: () => void;
  readonly #queue: Waiting[] = [];
  /** By session: whoever waits for the program's answer. */
  readonly #asked = new Map<string, (answer: SinkAnswer) => void>();
  #wake: () => void = () => {};
  #close: () => void = () => {};
  #forgotten: Timer | undefined;

  constructor(clock: Clock, onForgotten: () => void) {
    this.#clock = clock;
    this.#onForgotten = onForgotten;
  }

  start(close: () => void): void {
    this.#close = close;
    this.#stillThere();
  }

  stop(): void {
    this.#forgotten?.cancel();
    this.#close();
    for (const answer of this.#asked.values()) answer('ended');
    this.#asked.clear();
    this.#wake();
  }

  onMessage(session: string, message: Uint8Array): Promise<SinkAnswer> {
    if (this.#queue.length >= claimHttpLimits.queuedMax) return Promise.resolve('later');
    return new Promise((resolve) => {
      this.#asked.get(session)?.('ended');
      this.#asked.set(session, resolve);
      this.#queue.push({ session, message });
      this.#wake();
    });
  }

  /** The next message, or null when none came in time. */
  async next(): Promise<{ readonly session: string; readonly message: string } | null> {
    this.#stillThere();
    if (this.#queue.length === 0) await this.#untilMessage();
    const first = this.#queue.shift();
    return first ? { session: first.session, message: toBase64url(first.message) } : null;
  }

  answer(session: string, answer: SinkAnswer): void {
    this.#stillThere();
    this.#asked.get(session)?.(answer);
    this.#asked.delete(session);
  }

  #untilMessage(): Promise<void> {
    return new Promise((resolve) => {
      const late = this.#clock.after(claimHttpLimits.nextMsMax, resolve);
      this.#wake = () => {
        late.cancel();
        resolve();
      };
    });
  }

  #stillThere(): void {
    this.#forgotten?.cancel();
    this.#forgotten = this.#clock.after(claimHttpLimits.forgottenMs, this.#onForgotten);
  }
}

function sinkAnswerOf(given: Readonly<Record<string, unknown>>): SinkAnswer {
  if (given.later === true) return 'later';
  if (given.ended === true) return 'ended';
  if (Array.isArray(given.claimants)) return { claimants: given.claimants.map(textOf) };
  return bytesOf(fromBase64url(textOf(given.message)));
}

/** Whatever else stands there may have no text at all. */
function textOf(given: unknown): string {
  if (typeof given === 'string') return given;
  throw wrongCall();
}

function sessionOf(given: unknown): string {
  if (typeof given === 'string' && /^[0-9a-f]{16}$/.test(given)) return given;
  throw wrongCall();
}

function bytesOf(bytes: Uint8Array | undefined, length = bytes?.length): Uint8Array {
  if (!bytes || bytes.length !== length) throw wrongCall();
  return bytes;
}

function wrongCall(): MusterError {
  const mend = 'Ask with the muster command of the version that runs here.';
  return new MusterError('claim-call-wrong', 'This is no call that the desk understands', mend);
}
