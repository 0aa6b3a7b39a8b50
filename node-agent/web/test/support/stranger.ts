/**
 * A client that is no page: it speaks the API itself and may say what no page would, under a valid
 * signature. For what hostile guests can send.
 */
import { once } from 'node:events';
import {
  BundleKind,
  ClockQuality,
  composeBundle,
  concat,
  domain,
  encodeMessage,
  fromBase64url,
  HybridClock,
  type KeyPair,
  Lane,
  newChain,
  siteChannelTag,
  ticketIdOf,
  toBase64url,
} from '@muster/core';
import { crypto } from './site.ts';

type Json = Record<string, unknown>;

export interface Writing {
  readonly tag?: Uint8Array;
  readonly kind?: number;
  readonly name?: string;
  readonly text?: string;
  readonly payload?: Uint8Array;
  /** Milliseconds since 1970 to claim. */
  readonly ms?: number;
}

export class Stranger {
  readonly key: KeyPair;
  readonly #socket: WebSocket;
  readonly #siteKey: Uint8Array;
  readonly #heard: Json[] = [];
  #ticket = new Uint8Array(0);
  #site = new Uint8Array(0);
  #chain = newChain;
  #hybrid = new HybridClock();

  constructor(key: KeyPair, socket: WebSocket, siteKey: Uint8Array) {
    this.key = key;
    this.#socket = socket;
    this.#siteKey = siteKey;
    socket.onmessage = ({ data }) => this.#heard.push(JSON.parse(String(data)));
  }

  /** `fill` makes the key: the same fill is the same stranger. */
  static async come(
    origin: string,
    fill: number,
    name: string,
    ticketFor?: (device: Uint8Array) => Uint8Array,
  ): Promise<Stranger> {
    const info = (await (await fetch(`${origin}/api/v1/node`)).json()) as { siteKey: string };
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/socket`, 'muster.v1');
    const key = crypto.keyPairFromSeed(new Uint8Array(32).fill(fill));
    const stranger = new Stranger(key, socket, fromBase64url(info.siteKey)!);
    const challenge = await stranger.#hear('challenge');
    const [site, nodeKey, nonce] = ['site', 'nodeKey', 'nonce'].map(
      (field) => fromBase64url(String(challenge[field]))!,
    );
    const proof = concat(domain('session'), site!, nodeKey!, nonce!);
    stranger.#site = site! as Uint8Array<ArrayBuffer>;
    stranger.#send({
      type: 'session',
      device: toBase64url(key.publicKey),
      signature: toBase64url(crypto.sign(proof, key.secretKey)),
      name,
      tickets: ticketFor ? [toBase64url(ticketFor(key.publicKey))] : [],
    });
    const welcome = await stranger.#hear('welcome');
    stranger.#ticket = fromBase64url(String(welcome.ticket))! as Uint8Array<ArrayBuffer>;
    return stranger;
  }

  /** The tag of a channel of the site. */
  channel(name: string): Uint8Array {
    return siteChannelTag(crypto, this.#siteKey, name);
  }

  get site(): Uint8Array {
    return this.#site;
  }

  /** Resolves with the node's answer: held or refused. */
  async write(what: Writing): Promise<Json> {
    const { name = '', text = '' } = what;
    const now = Date.now();
    const stamp = what.ms === undefined ? this.#hybrid.next(now) : { ms: what.ms, counter: 0 };
    const composed = composeBundle(
      crypto,
      { key: this.key, site: this.#site, ticket: ticketIdOf(crypto, this.#ticket) },
      {
        chain: this.#chain,
        draft: {
          kind: (what.kind ?? BundleKind.message) as 1,
          tag: what.tag ?? this.channel('general'),
          lane: Lane.normal,
          lifetimeS: 3600,
          hopLimit: 5,
          stamp,
          quality: ClockQuality.device,
          payload: what.payload ?? encodeMessage({ name, text }),
        },
      },
    );
    this.#chain = composed.chain;
    const { signed, signature } = composed.bundle;
    const ref = String(composed.bundle.fields.seq);
    this.#send({
      type: 'put',
      ref,
      signed: toBase64url(signed),
      signature: toBase64url(signature),
    });
    return this.#hear('held', 'refused');
  }

  async leave(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #send(message: Json): void {
    this.#socket.send(JSON.stringify(message));
  }

  async #hear(...types: string[]): Promise<Json> {
    const endMs = performance.now() + 10_000;
    while (performance.now() < endMs) {
      const at = this.#heard.findIndex((one) => types.includes(String(one.type)));
      if (at >= 0) return this.#heard.splice(at, 1)[0]!;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`nothing of ${types.join(', ')} was heard`);
  }
}
