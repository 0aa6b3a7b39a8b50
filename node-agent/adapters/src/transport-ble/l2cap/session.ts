/**
 * The conversation with one helper, from its hello to its end: numbers listeners and channels,
 * hands each what the helper says of it, and limits how long an answer may take. Below step 4 of a
 * message's way. Bytes go in and out by calls; a fault is told once, and ends everything.
 */
import type { Clock, Timer } from '@muster/core';
import { BleError, type BlePeer } from '../ble.ts';
import { L2capCarrier } from './l2cap-carrier.ts';
import { requestLimits } from './limits.ts';
import { type Accepted, ConnectRequest, type Endpoint, Listener } from './requests.ts';
import {
  closeMessage,
  connectMessage,
  listenMessage,
  pingMessage,
  type WireFault,
  type WireMessage,
  WireReader,
} from './wire.ts';

export interface SessionOptions {
  readonly clock: Clock;
  readonly write: (...parts: readonly Uint8Array[]) => void;
  /** It said hello. */
  readonly onReady: () => void;
  /** It said nonsense or nothing: end it. All that it had is over by then. */
  readonly onFault: (reason: string) => void;
}

export interface ConnectTo {
  readonly adapter: BlePeer;
  readonly peer: BlePeer;
  readonly psm: number;
  readonly signal: AbortSignal;
  /** Once, when the helper has nothing of it any more: failed, aborted or closed. */
  readonly onOver: () => void;
}

export interface ListenOptions {
  readonly adapter: BlePeer;
  readonly onPsm: (psm: number) => void;
  /** Answers what to do when the channel is over, or undefined: it is refused. */
  readonly onCarrier: (peer: BlePeer) => AcceptPlan | undefined;
  readonly onEnd: (error: BleError) => void;
}

export interface AcceptPlan {
  readonly take: (carrier: L2capCarrier) => void;
  readonly onOver: () => void;
}

export class L2capSession {
  readonly #options: SessionOptions;
  readonly #reader = new WireReader((message) => this.#take(message));
  readonly #endpoints = new Map<number, Endpoint>();
  /** Requests that wait for their answer, and the hello (0). */
  readonly #limits = new Map<number, Timer>();
  #listeners = 0;
  #lastOwn = -1;
  #lastAccepted = 0;
  #isReady = false;
  #isOver = false;
  #heard = false;
  #watch: Timer | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The helper was started: it has to say hello. */
  open(): void {
    this.#limit(0, requestLimits.answerMs);
  }

  /** What the helper wrote, cut anywhere. */
  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#heard = true;
    const fault = this.#reader.push(chunk);
    if (fault !== undefined) this.#fail(`the helper's output is damaged: ${fault}`);
  }

  listen(options: ListenOptions): void {
    const channel = this.#newNumber();
    const onEnd = (error: BleError): void => {
      this.#listeners -= 1;
      this.#forget(channel);
      options.onEnd(error);
    };
    const onPsm = (psm: number): void => {
      this.#answered(channel);
      options.onPsm(psm);
    };
    const onAccepted = (accepted: Accepted): void => {
      this.#accept(accepted, options.onCarrier(accepted.peer));
    };
    this.#listeners += 1;
    this.#endpoints.set(channel, new Listener({ onPsm, onAccepted, onEnd }));
    this.#limit(channel, requestLimits.answerMs);
    this.#options.write(listenMessage(channel, options.adapter));
  }

  /** Rejects with a BleError. */
  connect({ adapter, peer, psm, signal, onOver }: ConnectTo): Promise<L2capCarrier> {
    const { promise, resolve, reject } = Promise.withResolvers<L2capCarrier>();
    const channel = this.#newNumber();
    const aborted = (): void => {
      this.#options.write(closeMessage(channel));
      request.abort(new BleError('aborted', 'the channel is not wanted any more'));
    };
    const settle = (): void => {
      signal.removeEventListener('abort', aborted);
      this.#answered(channel);
    };
    const onEnd = (): void => {
      settle();
      this.#forget(channel);
      onOver();
    };
    const onConnected = (sendBytesMax: number): void => {
      settle();
      resolve(this.#carrier(channel, sendBytesMax, onOver));
    };
    const request = new ConnectRequest({ onConnected, onFailed: reject, onEnd });
    signal.addEventListener('abort', aborted, { once: true });
    this.#endpoints.set(channel, request);
    // The helper keeps the time itself: without an answer it is the helper that hangs.
    this.#limit(channel, requestLimits.connectMs + requestLimits.answerMs);
    const msMax = requestLimits.connectMs;
    this.#options.write(connectMessage(channel, { adapter, peer, psm, msMax }));
    return promise;
  }

  /** The helper is no more: so is all that it had. */
  end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#watch?.cancel();
    for (const timer of this.#limits.values()) timer.cancel();
    for (const endpoint of [...this.#endpoints.values()]) endpoint.end(reason);
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.end('helper-ended');
    this.#options.onFault(reason);
  }

  #take(message: WireMessage): WireFault | undefined {
    if (this.#isOver) return undefined;
    if (message.kind === 'pong') return undefined;
    if ((message.kind === 'hello') === this.#isReady) return 'value';
    if (message.kind === 'hello') {
      this.#isReady = true;
      this.#answered(0);
      this.#options.onReady();
      return undefined;
    }
    if (message.kind !== 'accepted') {
      // No endpoint: neither we nor the helper gave the number, or it said its last word.
      const endpoint = this.#endpoints.get(message.channel);
      return endpoint === undefined ? 'value' : endpoint.take(message);
    }
    const isNew = message.channel % 2 === 0 && message.channel > this.#lastAccepted;
    const listener = this.#endpoints.get(message.listener);
    if (!isNew || !(listener instanceof Listener)) return 'value';
    this.#lastAccepted = message.channel;
    return listener.take(message);
  }

  #accept({ channel, sendBytesMax }: Accepted, plan: AcceptPlan | undefined): void {
    const carrier = this.#carrier(channel, sendBytesMax, plan?.onOver);
    if (plan === undefined) carrier.close();
    else plan.take(carrier);
  }

  #carrier(channel: number, sendBytesMax: number, onOver?: () => void): L2capCarrier {
    const onEnd = (): void => {
      this.#forget(channel);
      onOver?.();
    };
    const { write } = this.#options;
    const carrier = new L2capCarrier({ channel, sendBytesMax, write, onEnd });
    this.#endpoints.set(channel, carrier);
    this.#watch ??= this.#options.clock.after(requestLimits.quietMs, () => this.#ask());
    return carrier;
  }

  #newNumber(): number {
    this.#lastOwn += 2;
    return this.#lastOwn;
  }

  #limit(channel: number, ms: number): void {
    const timer = this.#options.clock.after(ms, () => this.#fail('the helper does not answer'));
    this.#limits.set(channel, timer);
  }

  #answered(channel: number): void {
    this.#limits.get(channel)?.cancel();
    this.#limits.delete(channel);
  }

  #forget(channel: number): void {
    this.#answered(channel);
    this.#endpoints.delete(channel);
  }

  /** Only while there are channels: a helper with listeners alone costs nothing. */
  #ask(): void {
    this.#watch = undefined;
    if (this.#endpoints.size === this.#listeners) return;
    const { clock } = this.#options;
    if (this.#heard) {
      this.#heard = false;
      this.#watch = clock.after(requestLimits.quietMs, () => this.#ask());
      return;
    }
    this.#options.write(pingMessage());
    this.#watch = clock.after(requestLimits.answerMs, () => {
      if (this.#heard) this.#ask();
      else this.#fail('the helper does not answer');
    });
  }
}
