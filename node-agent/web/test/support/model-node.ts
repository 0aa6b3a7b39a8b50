/**
 * A node in memory that speaks docs/protocol/api.md to one page after the other: real checks by the
 * core, no disk, no mesh of its own. For tests that need thousands of meetings in virtual time; the
 * real agent answers in the browser tests.
 */
import {
  bytesKey,
  decodeBundle,
  fromBase64url,
  orderKeyOf,
  siteChannelTag,
  toBase64url,
  toHex,
  verifyBundle,
} from '@muster/core';
import type { Item } from '../../src/connection/wire.ts';
import type { Socket, SocketHandlers } from '../../src/platform/browser-socket.ts';
import { crypto, guestTicket, root, site } from './site.ts';

interface Held {
  readonly id: string;
  readonly tag: string;
  readonly orderHex: string;
  readonly item: Item;
}

interface Session {
  readonly handlers: SocketHandlers;
  readonly follows: Set<string>;
}

type Json = Record<string, unknown>;

const frameItems = 20;
const bytesOf = (value: unknown) => fromBase64url(String(value ?? '')) ?? new Uint8Array(0);

export class ModelNode {
  readonly key: Uint8Array;
  readonly #held = new Map<string, Held>();
  readonly #now: () => number;
  #session: Session | undefined;
  #seqMax = new Map<string, number>();

  constructor(key: Uint8Array, now: () => number) {
    this.key = key;
    this.#now = now;
  }

  connect(handlers: SocketHandlers): Socket {
    const session = { handlers, follows: new Set<string>() };
    this.#session = session;
    const fields = { nonce: new Uint8Array(32), nodeKey: this.key, site };
    const texts = Object.entries(fields).map(([name, value]) => [name, toBase64url(value)]);
    this.#say(session, { type: 'challenge', ...Object.fromEntries(texts) });
    return {
      send: (text) => queueMicrotask(() => this.#hear(session, JSON.parse(text))),
      close: () => {
        if (this.#session === session) this.#session = undefined;
      },
    };
  }

  /** The connection breaks. */
  cut(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.handlers.onClose(1006);
  }

  /** All of a channel in the one order. */
  inOrder(tag: Uint8Array): Held[] {
    const all = [...this.#held.values()].filter((one) => one.tag === toHex(tag));
    return all.sort((a, b) => (a.orderHex < b.orderHex ? -1 : 1));
  }

  /** Takes a bundle as from a neighbour or a client; false when it is not good. */
  take(item: Pick<Item, 'signed' | 'signature'>): string | undefined {
    const decoded = decodeBundle(crypto, item.signed, item.signature);
    if (!decoded.ok || !verifyBundle(crypto, decoded.value)) return undefined;
    const { fields, id } = decoded.value;
    const key = toHex(id);
    if (this.#held.has(key)) return key;
    const author = bytesKey(fields.author);
    this.#seqMax.set(author, Math.max(fields.seq, this.#seqMax.get(author) ?? -1));
    const ticket = new Uint8Array(0);
    const rest = { role: 'guest', ticket, ageMs: 0, hops: 0, nodes: 1, arrivedUnixMs: this.#now() };
    const held: Held = {
      id: key,
      tag: toHex(fields.tag),
      orderHex: toHex(orderKeyOf(fields, id)),
      item: { signed: item.signed, signature: item.signature, ...rest },
    };
    this.#held.set(key, held);
    const session = this.#session;
    if (session?.follows.has(held.tag)) this.#bundles(session, held.tag, [held], false);
    return key;
  }

  /** A link heals: both have everything afterwards, and their followers hear of it. */
  static heal(a: ModelNode, b: ModelNode): void {
    for (const one of [...a.#held.values()]) b.take(one.item);
    for (const one of [...b.#held.values()]) a.take(one.item);
  }

  #say(session: Session, message: Json): void {
    queueMicrotask(() => {
      if (this.#session === session) session.handlers.onText(JSON.stringify(message));
    });
  }

  #hear(session: Session, message: Json): void {
    if (this.#session !== session) return;
    const tagHex = toHex(bytesOf(message.tag));
    if (message.type === 'session') this.#open(session, bytesOf(message.device));
    else if (message.type === 'put') this.#put(session, message);
    else if (message.type === 'page') this.#page(session, tagHex, message);
    else if (message.type === 'unfollow') session.follows.delete(tagHex);
    else if (message.type === 'follow') {
      session.follows.add(tagHex);
      if (message.after !== undefined) this.#catchUp(session, tagHex, message);
    }
  }

  #open(session: Session, device: Uint8Array): void {
    const ticket = toBase64url(guestTicket(device).wire);
    const seqMax = this.#seqMax.get(bytesKey(device)) ?? -1;
    this.#say(session, { type: 'welcome', ticket, role: 'guest', seqMax, unixMs: this.#now() });
    const tag = toBase64url(siteChannelTag(crypto, root.publicKey, 'general'));
    const general = { tag, name: 'general', kind: 'site', topic: '', creator: '' };
    this.#say(session, { type: 'channels', channels: [general] });
  }

  #put(session: Session, message: Json): void {
    const { ref } = message;
    const id = this.take({
      signed: bytesOf(message.signed),
      signature: bytesOf(message.signature),
    });
    if (id === undefined) {
      this.#say(session, { type: 'refused', ref, reason: 'malformed', retry: false });
      return;
    }
    const bytes = toBase64url(Uint8Array.from(Buffer.from(id, 'hex')));
    this.#say(session, { type: 'held', ref, id: bytes, nodes: 1 });
  }

  #page(session: Session, tagHex: string, message: Json): void {
    const before = message.before === undefined ? 'g' : toHex(bytesOf(message.before));
    const all = this.#tagged(tagHex).filter((one) => one.orderHex < before);
    const items = all.slice(-Number(message.limit)).reverse();
    const { ref, tag } = message;
    const end = items.length === all.length;
    this.#say(session, { type: 'page', ref, tag, end, items: items.map(itemJson) });
  }

  #catchUp(session: Session, tagHex: string, message: Json): void {
    const after = toHex(bytesOf(message.after));
    const have = toHex(bytesOf(message.have));
    const known = new Set(have.match(/.{16}/g));
    const missing = this.#tagged(tagHex).filter(
      (one) => one.orderHex > after && !known.has(one.id.slice(0, 16)),
    );
    for (let at = 0; at < missing.length; at += frameItems) {
      this.#bundles(session, tagHex, missing.slice(at, at + frameItems), true);
    }
    this.#bundles(session, tagHex, [], false);
  }

  #tagged(tagHex: string): Held[] {
    return this.inOrder(Uint8Array.from(Buffer.from(tagHex, 'hex')));
  }

  #bundles(session: Session, tagHex: string, held: Held[], more: boolean) {
    const tag = toBase64url(Uint8Array.from(Buffer.from(tagHex, 'hex')));
    this.#say(session, { type: 'bundles', tag, items: held.map(itemJson), more });
  }
}

function itemJson({ item }: Held): Json {
  const { signed, signature, ticket, ...rest } = item;
  const bytes = { signed, signature, ticket };
  const texts = Object.entries(bytes).map(([name, value]) => [name, toBase64url(value)]);
  return { ...Object.fromEntries(texts), ...rest };
}
