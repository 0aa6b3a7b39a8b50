/**
 * The way from the phone to its node (step 1): one socket, opened again for as long as the page
 * lives, with back-off. It knows challenge, session and silence, and nothing of bundles. Time,
 * chance and the socket are injected, so that it runs in virtual time. It never gives up by itself.
 */
import type { Clock, Random, Timer } from '@muster/core';
import { connectionTimes } from '../limits.ts';
import type { OpenSocket, Socket } from '../platform/browser-socket.ts';
import { retryDelayMs } from './backoff.ts';
import { type Challenge, type NodeMessage, readNodeMessage, type Welcome } from './wire.ts';

/** Why there is no connection: the words for it are in the strings. */
export type OfflineReason =
  | 'lost'
  | 'signature-wrong'
  | 'not-admitted'
  | 'too-many'
  | 'too-slow'
  | 'site-foreign'
  | GateReason;

/** What a node says to whom it does not let in by the site's rules, or not now. */
const gateReasons = [
  'pass-needed',
  'pass-wrong',
  'pass-expired',
  'pass-used-up',
  'waiting-full',
  'waited-too-long',
] as const;
export type GateReason = (typeof gateReasons)[number];

export function isGateReason(reason: string): reason is GateReason {
  return (gateReasons as readonly string[]).includes(reason);
}

export type ConnectionState =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting' }
  /** Staff are asked; `place` is how many come before us, and us. */
  | { readonly kind: 'waiting'; readonly place: number }
  | { readonly kind: 'connected'; readonly nodeKey: Uint8Array }
  | { readonly kind: 'offline'; readonly reason: OfflineReason; readonly retryAtMs: number };

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  /** The session message for a challenge; undefined when the site is not ours. */
  answer(challenge: Challenge): object | undefined;
  onState(state: ConnectionState): void;
  /** The session is open. Called before any other message of it. */
  onWelcome(welcome: Welcome, nodeKey: Uint8Array): void;
  onMessage(message: NodeMessage): void;
}

const reasons: Readonly<Record<number, OfflineReason>> = {
  4401: 'signature-wrong',
  4403: 'not-admitted',
  4413: 'too-slow',
  4429: 'too-many',
};

export class Connection {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = { kind: 'stopped' };
  #socket: Socket | undefined;
  /** Counts sockets: what an earlier one still says is not listened to. */
  #round = 0;
  #attempt = 0;
  #nodeKey: Uint8Array | undefined;
  #timer: Timer | undefined;
  #openedAtMs = 0;
  /** What the node said before it closed. */
  #said: GateReason | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    if (this.#state.kind === 'stopped') this.#connect();
  }

  stop(): void {
    this.#drop();
    this.#become({ kind: 'stopped' });
  }

  /** Try now instead of waiting; without effect while connected. */
  retryNow(): void {
    if (this.#state.kind !== 'offline') return;
    this.again();
  }

  /** A new session: there is something else to show to the node now. */
  again(): void {
    if (this.#state.kind === 'stopped') return;
    this.#attempt = 0;
    this.#connect();
  }

  /**
   * The page came back to view: connect at once, or make a connection that seems alive prove it.
   */
  prove(): void {
    this.retryNow();
    if (this.#state.kind !== 'connected') return;
    this.send({ type: 'ping', n: 0 });
    this.#within(connectionTimes.proveMsMax, 'lost');
  }

  /** False when there is no session; the message is not kept. */
  send(message: object): boolean {
    if (this.#state.kind !== 'connected' || !this.#socket) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #connect(): void {
    this.#drop();
    const round = this.#round;
    this.#become({ kind: 'connecting' });
    const mine = () => round === this.#round;
    const socket = this.#options.openSocket({
      onText: (text) => mine() && this.#hear(text),
      onClose: (code) => mine() && this.#lose(this.#said ?? reasons[code] ?? 'lost'),
    });
    // A socket may fail before it is ours to keep.
    if (!mine()) return;
    this.#socket = socket;
    this.#within(connectionTimes.openMsMax, 'lost');
  }

  #hear(text: string): void {
    const message = readNodeMessage(text);
    if (this.#state.kind === 'connected') {
      this.#within(connectionTimes.silenceMsMax, 'lost');
      if (message?.type === 'ping') this.send({ type: 'pong', n: message.n });
      else if (message) this.#options.onMessage(message);
    } else {
      this.#hearBefore(message);
    }
  }

  /** Until the session is open. */
  #hearBefore(message: NodeMessage | undefined): void {
    if (this.#state.kind === 'waiting') this.#within(connectionTimes.silenceMsMax, 'lost');
    if (message?.type === 'challenge') {
      this.#nodeKey = message.nodeKey;
      const session = this.#options.answer(message);
      if (session) this.#socket?.send(JSON.stringify(session));
      else this.#lose('site-foreign');
    } else if (message?.type === 'welcome' && this.#nodeKey) {
      this.#openedAtMs = this.#options.clock.monotonicMs();
      this.#within(connectionTimes.silenceMsMax, 'lost');
      this.#become({ kind: 'connected', nodeKey: this.#nodeKey });
      this.#options.onWelcome(message, this.#nodeKey);
    } else if (message?.type === 'waiting' && this.#nodeKey) {
      this.#within(connectionTimes.silenceMsMax, 'lost');
      this.#become({ kind: 'waiting', place: message.place });
    } else if (message?.type === 'ping') {
      this.#socket?.send(JSON.stringify({ type: 'pong', n: message.n }));
    } else if (message?.type === 'error' && isGateReason(message.code)) {
      this.#said = message.code;
    }
  }

  #lose(reason: OfflineReason): void {
    const { clock, random } = this.#options;
    // A session that ends at once, again and again, must not be opened again at once for ever.
    const livedMs = clock.monotonicMs() - this.#openedAtMs;
    const lived = this.#state.kind === 'connected' && livedMs >= connectionTimes.openMsMax;
    this.#attempt = lived ? 1 : this.#attempt + 1;
    this.#drop();
    // Whom staff turned away does not stand in their way again at once.
    const delayMs =
      reason === 'not-admitted'
        ? connectionTimes.refusedRetryDelayMs
        : retryDelayMs(this.#attempt, random);
    this.#timer = clock.after(delayMs, () => this.#connect());
    this.#become({ kind: 'offline', reason, retryAtMs: clock.monotonicMs() + delayMs });
  }

  /** Unless something is heard in time, the connection is taken for lost. */
  #within(delayMs: number, reason: OfflineReason): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayMs, () => this.#lose(reason));
  }

  #drop(): void {
    this.#round++;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#socket?.close();
    this.#socket = undefined;
    this.#nodeKey = undefined;
    this.#said = undefined;
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
