/** A phone as the tests need it: says what it is told to, keeps what it hears, waits for frames. */
import type { TestContext } from 'node:test';
import {
  type AuthorChain,
  type Bundle,
  type BundleDraft,
  BundleKind,
  composeBundle,
  concat,
  domain,
  encodeMessage,
  fromBase64url,
  type KeyPair,
  Lane,
  newChain,
  siteChannelTag,
  siteIdOf,
  ticketIdOf,
  toBase64url,
} from '@muster/core';
import { WebSocket } from 'ws';
import type { RunningAgent } from './real-agent.ts';

// biome-ignore lint/suspicious/noExplicitAny: frames of any form are what is looked at here
export type Frame = Record<string, any>;

interface Waiter {
  readonly wants: (frame: Frame) => boolean;
  readonly take: (frame: Frame) => void;
}

const waitMsMax = 10_000;

export class TestClient {
  readonly agent: RunningAgent;
  readonly socket: WebSocket;
  readonly key: KeyPair;
  readonly frames: Frame[] = [];
  ticket: Uint8Array = new Uint8Array(0);
  chain: AuthorChain = newChain;
  #waiters: Waiter[] = [];
  #looked = 0;
  readonly closed: Promise<number>;

  constructor(agent: RunningAgent, key: KeyPair, options: { origin?: string } = {}) {
    this.agent = agent;
    this.key = key;
    const url = `${agent.url.replace('http', 'ws')}/api/v1/socket`;
    this.socket = new WebSocket(url, 'muster.v1', { perMessageDeflate: false, ...options });
    this.closed = new Promise((resolve) => this.socket.on('close', (code) => resolve(code)));
    this.socket.on('message', (data) => this.#onFrame(JSON.parse(String(data))));
    this.socket.on('error', () => {});
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next frame, after those already taken, that has this type (and fits). */
  next(type: string, fits: (frame: Frame) => boolean = () => true): Promise<Frame> {
    const wants = (frame: Frame): boolean => frame.type === type && fits(frame);
    for (; this.#looked < this.frames.length; this.#looked++) {
      const frame = this.frames[this.#looked]!;
      if (!wants(frame)) continue;
      this.#looked += 1;
      return Promise.resolve(frame);
    }
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const heard = this.frames.map((frame) => frame.type).join(' ');
        reject(new Error(`no ${type}; heard: ${heard}`));
      }, waitMsMax);
      late.unref();
      this.#waiters.push({
        wants,
        take: (frame) => {
          clearTimeout(late);
          this.#looked = this.frames.length;
          resolve(frame);
        },
      });
    });
  }

  async open(name = 'Ada', change: (frame: Frame) => Frame = (frame) => frame): Promise<Frame> {
    await this.knock(name, change);
    const welcome = await this.next('welcome');
    this.ticket = fromBase64url(welcome.ticket)!;
    return welcome;
  }

  /** Asks for a session; what the node answers is the caller's. */
  async knock(name = 'Ada', change: (frame: Frame) => Frame = (frame) => frame): Promise<void> {
    const { nonce, nodeKey, site } = await this.next('challenge');
    const { crypto } = this.agent.parts;
    const parts = [site, nodeKey, nonce].map((text: string) => fromBase64url(text)!);
    const signature = crypto.sign(concat(domain('session'), ...parts), this.key.secretKey);
    const device = toBase64url(this.key.publicKey);
    const session = {
      type: 'session',
      device,
      signature: toBase64url(signature),
      name,
      tickets: [],
    };
    this.say(change(session));
  }

  get tag(): Uint8Array {
    return siteChannelTag(this.agent.parts.crypto, this.agent.identity.site.siteKey, 'general');
  }

  /** Signs the next bundle of this device. */
  compose(draft: Partial<BundleDraft> & { readonly text?: string } = {}): Bundle {
    const { crypto, clock } = this.agent.parts;
    const { text = 'hello', ...fields } = draft;
    const made = composeBundle(
      crypto,
      {
        key: this.key,
        site: siteIdOf(crypto, this.agent.identity.site.siteKey),
        ticket: ticketIdOf(crypto, this.ticket),
      },
      {
        chain: this.chain,
        draft: {
          kind: BundleKind.message,
          tag: this.tag,
          lane: Lane.normal,
          lifetimeS: 3600,
          hopLimit: 5,
          stamp: { ms: clock.wall().unixMs, counter: this.chain.seq },
          quality: 1,
          payload: encodeMessage({ name: 'Ada', text }),
          ...fields,
        },
      },
    );
    this.chain = made.chain;
    return made.bundle;
  }

  put(bundle: Bundle, ref = 'r'): void {
    const [signed, signature] = [bundle.signed, bundle.signature].map(toBase64url);
    this.say({ type: 'put', ref, signed, signature, ageMs: 0 });
  }

  #onFrame(frame: Frame): void {
    this.frames.push(frame);
    const at = this.#waiters.findIndex(({ wants }) => wants(frame));
    if (at >= 0) this.#waiters.splice(at, 1)[0]!.take(frame);
  }
}

/** A client with a key of its own that ends with the test. */
export function connect(
  t: TestContext,
  agent: RunningAgent,
  options: { key?: KeyPair; origin?: string } = {},
): TestClient {
  const { crypto, random } = agent.parts;
  const { key = crypto.keyPairFromSeed(random.bytes(32)), ...rest } = options;
  const client = new TestClient(agent, key, rest);
  t.after(() => client.socket.terminate());
  return client;
}
