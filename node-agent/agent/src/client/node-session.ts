/**
 * A client's side of the session protocol (docs/protocol/api.md), for the command line: it opens a
 * session with a device key, puts, pages and follows. Believes a node no more than any stranger:
 * frames that are not understood are left aside.
 */
import {
  type Crypto,
  concat,
  domain,
  fromBase64url,
  type KeyPair,
  MusterError,
  toBase64url,
} from '@muster/core';
import { WebSocket } from 'ws';
import type { ListedChannel } from '../channels/channel-list.ts';
import { socketPath, subprotocol } from '../socket/place.ts';
import { unreachable } from './get-json.ts';

/** A bundle as a node shows it. */
export interface ShownBundle {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly role: string;
  /** The author's, in wire form, when its role wears a badge; else empty. */
  readonly ticket: Uint8Array;
  readonly ageMs: number;
  readonly hops: number;
  readonly nodes: number;
  readonly arrivedUnixMs: number;
  readonly orderKey: Uint8Array;
}

export type PutOutcome =
  | { readonly state: 'held'; readonly id: Uint8Array; readonly nodes: number }
  | {
      readonly state: 'refused';
      readonly reason: string;
      readonly retry: boolean;
      readonly retryAfterMs: number;
      readonly message: string;
    };

export interface Welcome {
  readonly ticket: Uint8Array;
  readonly role: string;
  readonly seqMax: number;
  readonly frozen: boolean;
  readonly unixMs: number;
  readonly clockQuality: number;
}

export interface Listing {
  readonly channels: readonly ListedChannel[];
  /** The site's policy on other sites in wire form, not verified; empty when there is none. */
  readonly policy: Uint8Array;
}

export interface NodeSessionOptions {
  readonly url: string;
  readonly crypto: Crypto;
  readonly key: KeyPair;
  readonly name: string;
  readonly tickets: readonly Uint8Array[];
  /** Own IP address to speak from, on a machine that has several. */
  readonly localAddress?: string;
  /**
   * Bundles of followed tags, in the order in which the node sends them; `more` while it catches
   * up.
   */
  onBundles?(items: readonly ShownBundle[], more: boolean): void;
  /** Frames that answer nothing and are none of the above, such as what admins are told. */
  onFrame?(frame: Frame): void;
}

/** A message of the protocol, of either side; its members are not believed. */
export type Frame = Readonly<Record<string, unknown>>;

const openMsMax = 10_000;

export class NodeSession {
  readonly #options: NodeSessionOptions;
  readonly #socket: WebSocket;
  readonly #answers = new Map<string, (frame: Frame) => void>();
  readonly #opened = Promise.withResolvers<Welcome>();
  readonly #closed = Promise.withResolvers<string>();
  readonly #listing = Promise.withResolvers<Listing>();
  #nodeKey: Uint8Array = new Uint8Array(0);
  #refs = 0;

  private constructor(options: NodeSessionOptions) {
    this.#options = options;
    const url = new URL(socketPath, options.url);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#socket = new WebSocket(url, subprotocol, {
      perMessageDeflate: false,
      handshakeTimeout: openMsMax,
      ...(options.localAddress ? { localAddress: options.localAddress } : {}),
    });
  }

  /** Resolves once the session is open; throws a MusterError when it is not. */
  static async open(options: NodeSessionOptions): Promise<NodeSession> {
    const session = new NodeSession(options);
    session.#listen();
    await session.#opened.promise;
    return session;
  }

  /** Resolves with the reason once the socket is closed. */
  get closed(): Promise<string> {
    return this.#closed.promise;
  }

  get welcome(): Promise<Welcome> {
    return this.#opened.promise;
  }

  /** What the node shows of channels; it sends it after the welcome. */
  get listing(): Promise<Listing> {
    return this.#listing.promise;
  }

  /** Of the node, as it says; 32 bytes. */
  get nodeKey(): Uint8Array {
    return this.#nodeKey;
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** `as` an act: the node also carries out what it says, and tells the result by a frame. */
  put(
    bundle: {
      readonly signed: Uint8Array;
      readonly signature: Uint8Array;
      readonly ticket: Uint8Array;
      readonly ageMs: number;
    },
    as: 'put' | 'act' = 'put',
  ): Promise<PutOutcome> {
    const { signed, signature, ticket, ageMs } = bundle;
    return this.ask({
      type: as,
      signed: toBase64url(signed),
      signature: toBase64url(signature),
      ticket: toBase64url(ticket),
      ageMs: Math.floor(ageMs),
    }).then(outcomeOf);
  }

  /** The newest of a tag, newest first; with `before`, of what is ordered before that key. */
  async page(tag: Uint8Array, limit: number, before?: Uint8Array): Promise<readonly ShownBundle[]> {
    const from = before ? { before: toBase64url(before) } : {};
    const frame = await this.ask({ type: 'page', tag: toBase64url(tag), limit, ...from });
    return itemsOf(frame);
  }

  follow(tag: Uint8Array, after?: Uint8Array): void {
    const from = after ? { after: toBase64url(after) } : {};
    this.send({ type: 'follow', tag: toBase64url(tag), ...from });
  }

  /** Sends a message and resolves with the first frame that answers it. */
  async ask(message: Frame): Promise<Frame> {
    this.#refs += 1;
    const ref = String(this.#refs);
    const { promise, resolve } = Promise.withResolvers<Frame>();
    this.#answers.set(ref, resolve);
    this.send({ ...message, ref });
    const frame = await promise;
    this.#answers.delete(ref);
    if (frame.type === 'closed')
      throw unreachable(this.#options.url, new Error(String(frame.message)));
    return frame;
  }

  send(message: Frame): void {
    this.#socket.send(JSON.stringify(message), () => {});
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('message', (data) => this.#onFrame(String(data)));
    socket.on('error', (error) => this.#opened.reject(unreachable(this.#options.url, error)));
    socket.on('close', (code, reason) => {
      const why = `${String(reason) || 'connection lost'} (${code})`;
      this.#opened.reject(unreachable(this.#options.url, new Error(why)));
      this.#closed.resolve(why);
      for (const answer of this.#answers.values()) answer({ type: 'closed', message: why });
    });
    // Whoever asked hears of it; here it must not count as unhandled.
    this.#opened.promise.catch(() => {});
  }

  #onFrame(text: string): void {
    const frame = parse(text);
    const { type } = frame;
    if (type === 'challenge') this.#answerChallenge(frame);
    else if (type === 'welcome') this.#opened.resolve(welcomeOf(frame));
    else if (type === 'channels') {
      const channels = frame.channels as readonly ListedChannel[];
      this.#listing.resolve({ channels, policy: bytesOf(frame.policy) });
    } else if (type === 'bundles') {
      this.#options.onBundles?.(itemsOf(frame), frame.more === true);
    } else if (type === 'ping') this.send({ type: 'pong', n: frame.n });
    else if (type === 'error') this.#onError(frame);
    else this.#onOther(frame);
  }

  #onOther(frame: Frame): void {
    const answer = this.#answers.get(String(frame.ref));
    // The result of an act follows the answer under the same ref.
    if (answer && frame.type !== 'act-result') answer(frame);
    else this.#options.onFrame?.(frame);
  }

  #answerChallenge(frame: Frame): void {
    const { crypto, key, name, tickets } = this.#options;
    const [site, nodeKey, nonce] = [frame.site, frame.nodeKey, frame.nonce].map(bytesOf);
    this.#nodeKey = nodeKey!;
    const signature = crypto.sign(
      concat(domain('session'), site!, nodeKey!, nonce!),
      key.secretKey,
    );
    this.send({
      type: 'session',
      device: toBase64url(key.publicKey),
      signature: toBase64url(signature),
      name,
      tickets: tickets.map(toBase64url),
    });
  }

  #onError(frame: Frame): void {
    const answer = typeof frame.ref === 'string' ? this.#answers.get(frame.ref) : undefined;
    if (answer) {
      answer(frame);
      return;
    }
    const message = `The node says: ${String(frame.message)}`;
    const mend =
      frame.code === 'revoked'
        ? 'These keys are ended for good. Use those of another admin (--keys).'
        : 'Try again a little later, or look into its log.';
    this.#opened.reject(new MusterError(`session-${String(frame.code)}`, message, mend));
  }
}

function parse(text: string): Frame {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Frame) : {};
  } catch {
    return {};
  }
}

export function bytesOf(value: unknown): Uint8Array {
  return (typeof value === 'string' && fromBase64url(value)) || new Uint8Array(0);
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function welcomeOf(frame: Frame): Welcome {
  return {
    ticket: bytesOf(frame.ticket),
    role: String(frame.role),
    seqMax: typeof frame.seqMax === 'number' ? frame.seqMax : -1,
    frozen: frame.frozen === true,
    unixMs: numberOf(frame.unixMs),
    clockQuality: numberOf(frame.clockQuality),
  };
}

export function itemsOf(frame: Frame): ShownBundle[] {
  const items = Array.isArray(frame.items) ? (frame.items as Frame[]) : [];
  return items.map((item) => ({
    signed: bytesOf(item.signed),
    signature: bytesOf(item.signature),
    role: String(item.role),
    ticket: bytesOf(item.ticket),
    ageMs: numberOf(item.ageMs),
    hops: numberOf(item.hops),
    nodes: numberOf(item.nodes),
    arrivedUnixMs: numberOf(item.arrivedUnixMs),
    orderKey: bytesOf(item.orderKey),
  }));
}

function outcomeOf(frame: Frame): PutOutcome {
  if (frame.type === 'held') {
    return { state: 'held', id: bytesOf(frame.id), nodes: numberOf(frame.nodes) };
  }
  return {
    state: 'refused',
    reason: String(frame.reason ?? frame.code),
    retry: frame.retry === true,
    retryAfterMs: numberOf(frame.retryAfterMs),
    message: String(frame.message),
  };
}
