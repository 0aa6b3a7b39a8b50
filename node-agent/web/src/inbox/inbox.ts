/**
 * Takes what a node sends about the channels that are followed, keeps what is new, and says what
 * was new. The same bundle may come any number of times, from any node and in any order; it is
 * stored once, at its place in the one total order.
 */
import { type ChannelMessage, type HybridClock, Role, Scope, toHex } from '@muster/core';
import type { Item } from '../connection/wire.ts';
import { webLimits } from '../limits.ts';
import { roleNameOf } from '../outbox/sign.ts';
import type { Database, Writing } from '../storage/database.ts';
import { type MessageRecord, messageKey, orderCeiling } from '../storage/records.ts';
import {
  type Content,
  type OpenedItem,
  type OpenParts,
  type OpenPlace,
  openItem,
} from './open-item.ts';

export interface Placed {
  readonly orderHex: string;
  readonly record: MessageRecord;
}

/** Descriptions and profiles: for others to act on. */
export interface Aside {
  readonly opened: OpenedItem;
  readonly content: Content;
}

export interface Taken {
  readonly tagHex: string;
  /** Messages that this phone did not have. */
  readonly fresh: Placed[];
  /** Messages that it had, of which more nodes are known now. */
  readonly changed: Placed[];
  readonly asides: Aside[];
  /** Order keys in hex of the newest and the oldest that decoded; '' for none. */
  newest: string;
  oldest: string;
  /** Set when messages had to leave the phone: order key in hex of the oldest that is kept. */
  prunedTo?: string;
}

export interface InboxParts extends OpenParts {
  readonly db: Database;
  readonly hybrid: HybridClock;
  /** Milliseconds since 1970 by the phone. */
  now(): number;
}

export class Inbox {
  readonly #parts: InboxParts;
  #sincePrune = 0;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /** `nodeAheadMs`: how far the node's clock is ahead of the phone's. */
  async take(items: readonly Item[], place: OpenPlace, nodeAheadMs: number): Promise<Taken> {
    const tagHex = toHex(place.tag);
    const taken: Taken = { tagHex, fresh: [], changed: [], asides: [], newest: '', oldest: '' };
    const opened = items.flatMap((item) => {
      const result = openItem(this.#parts, item, place);
      return result.ok ? [result.value] : [];
    });
    await this.#parts.db.write(['messages'], async (tx) => {
      for (const one of opened) {
        if (one.orderHex > taken.newest) taken.newest = one.orderHex;
        if (taken.oldest === '' || one.orderHex < taken.oldest) taken.oldest = one.orderHex;
        const known = await tx.get<MessageRecord>('messages', messageKey(tagHex, one.orderHex));
        // Its signature was checked when it came first, and its id covers every signed byte.
        if (known?.id === one.id) this.#again(tx, { one, known, taken });
        else this.#first(tx, { one, taken, nodeAheadMs });
      }
      this.#sincePrune += taken.fresh.length;
      if (this.#sincePrune >= webLimits.pageItems) await this.#prune(tx, taken);
    });
    return taken;
  }

  #again(tx: Writing, came: { one: OpenedItem; known: MessageRecord; taken: Taken }): void {
    const { one, known, taken } = came;
    if (one.item.nodes <= known.nodes) return;
    const placed = { orderHex: one.orderHex, record: { ...known, nodes: one.item.nodes } };
    tx.put('messages', messageKey(taken.tagHex, placed.orderHex), placed.record);
    taken.changed.push(placed);
  }

  #first(tx: Writing, came: { one: OpenedItem; taken: Taken; nodeAheadMs: number }): void {
    const { one, taken, nodeAheadMs } = came;
    const content = one.open();
    if (!content.ok) return;
    const { fields, item, orderHex } = one;
    const now = this.#parts.now();
    this.#parts.hybrid.observe(fields.stamp, now);
    if (content.value.kind !== 'message') {
      taken.asides.push({ opened: one, content: content.value });
      return;
    }
    const record: MessageRecord = {
      id: one.id,
      author: one.author,
      ...authorship(one, content.value.message),
      ms: fields.stamp.ms,
      quality: fields.quality,
      nodes: item.nodes,
      // By the phone's clock, whatever the node's says; never in the future.
      arrivedMs: Math.min(now, item.arrivedUnixMs - nodeAheadMs),
    };
    tx.put('messages', messageKey(taken.tagHex, orderHex), record);
    taken.fresh.push({ orderHex, record });
  }

  /** Over the maximum of a channel its oldest messages leave the phone. */
  async #prune(tx: Writing, taken: Taken): Promise<void> {
    this.#sincePrune = 0;
    const from = messageKey(taken.tagHex, '');
    const to = messageKey(taken.tagHex, orderCeiling);
    const excess = (await tx.count('messages', from, to)) - webLimits.cachedMessagesPerChannelMax;
    if (excess <= 0) return;
    const oldest = await tx.range('messages', { from, to, limit: excess + 1 });
    for (const [key] of oldest.slice(0, excess)) tx.delete('messages', key);
    taken.prunedTo = oldest.at(-1)![0].slice(from.length);
  }
}

/**
 * Who says what, as far as it is proven. Only a node speaks for an MQTT client: from anybody else
 * such a claim is a message of that author's own, and is shown as one.
 */
function authorship(one: OpenedItem, message: ChannelMessage) {
  const { fields, from } = one;
  const standing = one.standing();
  const { name, text, via } = message;
  const role = roleNameOf(standing?.role ?? Role.guest);
  return {
    name,
    text,
    role,
    ...(from && { site: toHex(fields.site) }),
    ...(!from && role !== 'guest' && { chain: standing!.chain }),
    ...(via && role === 'node' && { via: { client: via.client, node: standing!.nodeName } }),
    ...(fields.scope === Scope.site && { staysHere: true }),
  };
}
