/**
 * Publishes of each client in a line of their own, one at a time and at a bounded rate: what finds
 * no place now waits, and its acknowledgement with it. So the order of a client holds, and no
 * client uses up what the gateway may write. Step 1.
 */
import { type Clock, type Timer, TokenBucket } from '@muster/core';
import type { PublishFault } from './fault.ts';
import { channelLimits } from './limits.ts';

const { clientRate, clientsMax, tryAgainMs, waitingPerClientMax, waitMsMax } = channelLimits;

export interface Turn {
  /** Its turn has come. `onEnd` with a fault: it stays first and is tried again later. */
  run(onEnd: (passing?: PublishFault) => void): void;
  /** It waited for too long; the fault of its last try. */
  giveUp(fault: PublishFault): void;
}

interface Waiting extends Turn {
  readonly untilMs: number;
  /** Whether its place in the client's rate is taken. */
  isPaid: boolean;
  fault: PublishFault;
}

interface Line {
  readonly waiting: Waiting[];
  readonly bucket: TokenBucket;
  isBusy: boolean;
  timer: Timer | undefined;
}

export class ClientLines {
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(client: string, turn: Turn): void {
    const line = this.#lineOf(client);
    if (!line || line.waiting.length >= waitingPerClientMax) {
      turn.giveUp('too-many-waiting');
      return;
    }
    line.waiting.push({
      run: turn.run,
      giveUp: turn.giveUp,
      untilMs: this.#clock.monotonicMs() + waitMsMax,
      isPaid: false,
      fault: 'too-fast',
    });
    this.#advance(line);
  }

  /** Whoever waits is told so; nothing is tried any more. */
  stop(): void {
    for (const line of this.#lines.values()) {
      line.timer?.cancel();
      for (const turn of line.waiting.splice(0)) turn.giveUp('stopping');
    }
    this.#lines.clear();
  }

  #advance(line: Line): void {
    const [first] = line.waiting;
    if (line.isBusy || line.timer || !first) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs >= first.untilMs) {
      line.waiting.shift();
      first.giveUp(first.fault);
      this.#advance(line);
      return;
    }
    if (!first.isPaid && !line.bucket.has(clientRate, nowMs)) {
      this.#later(line);
      return;
    }
    if (!first.isPaid) line.bucket.take();
    first.isPaid = true;
    line.isBusy = true;
    first.run((passing) => {
      line.isBusy = false;
      if (line.waiting[0] !== first) return;
      if (passing) {
        first.fault = passing;
        this.#later(line);
        return;
      }
      line.waiting.shift();
      this.#advance(line);
    });
  }

  #later(line: Line): void {
    line.timer = this.#clock.after(tryAgainMs, () => {
      line.timer = undefined;
      this.#advance(line);
    });
  }

  #lineOf(client: string): Line | undefined {
    const known = this.#lines.get(client);
    if (known) return known;
    if (this.#lines.size >= clientsMax) this.#dropIdle();
    if (this.#lines.size >= clientsMax) return undefined;
    const bucket = new TokenBucket(clientRate, this.#clock.monotonicMs());
    const line = { waiting: [], bucket, isBusy: false, timer: undefined };
    this.#lines.set(client, line);
    return line;
  }

  #dropIdle(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [client, line] of this.#lines) {
      const isIdle = line.waiting.length === 0 && line.bucket.isFull(clientRate, nowMs);
      if (isIdle) this.#lines.delete(client);
    }
  }
}
