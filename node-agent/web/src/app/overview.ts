/**
 * What the list of channels shows of each: how much is unread and what came last. Own messages and
 * those of non-writers in announcement channels do not count.
 */
import { toHex } from '@muster/core';
import { isHeard } from '../channels/channels.ts';
import type { Placed } from '../inbox/inbox.ts';
import { webLimits } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import {
  authorId,
  type ChannelRecord,
  type MessageRecord,
  messageKey,
  orderCeiling,
} from '../storage/records.ts';
import type { ViewModel } from './view-model.ts';

export class Overview {
  readonly #db: Database;
  readonly #model: ViewModel;

  constructor(db: Database, model: ViewModel) {
    this.#db = db;
    this.#model = model;
  }

  /** Counts anew from what is kept. */
  async count(channel: ChannelRecord): Promise<void> {
    const tagHex = toHex(channel.tag);
    const kept = await this.kept(tagHex, { limit: webLimits.unreadMax, floor: '' });
    this.#newest(channel, kept, undefined);
    const unread = this.#fromOthers(channel, kept).filter(
      (one) => channel.readUpTo !== '' && one.orderHex > channel.readUpTo,
    );
    this.setUnread(tagHex, unread.length);
  }

  /** Takes messages that just came; returns those that are news to the reader. */
  add(channel: ChannelRecord, fresh: readonly Placed[], isPage: boolean): Placed[] {
    const tagHex = toHex(channel.tag);
    this.#newest(channel, fresh, this.#model.newest.value.get(tagHex));
    // What comes live is unread even when it sorts before what was read: it came late.
    const news = this.#fromOthers(channel, fresh).filter(
      (one) => !isPage || (channel.readUpTo !== '' && one.orderHex > channel.readUpTo),
    );
    const before = this.#model.unread.value.get(tagHex) ?? 0;
    this.setUnread(tagHex, before + news.length);
    return news;
  }

  setUnread(tagHex: string, count: number): void {
    const { unread } = this.#model;
    if ((unread.value.get(tagHex) ?? 0) === count) return;
    unread.value = new Map(unread.value).set(tagHex, Math.min(count, webLimits.unreadMax));
  }

  /** Kept messages of a channel, newest first, down to `floor` (an order key in hex). */
  async kept(
    tagHex: string,
    how: { readonly limit: number; readonly floor: string },
  ): Promise<Placed[]> {
    const prefix = messageKey(tagHex, '');
    const range = { from: prefix + how.floor, to: prefix + orderCeiling, limit: how.limit };
    const pairs = await this.#db.read(['messages'], (tx) =>
      tx.range<MessageRecord>('messages', { ...range, newestFirst: true }),
    );
    return pairs.map(([key, record]) => ({ orderHex: key.slice(prefix.length), record }));
  }

  #fromOthers(channel: ChannelRecord, messages: readonly Placed[]): Placed[] {
    const self = this.#model.self.value?.key;
    const federation = this.#model.federation.value;
    return messages.filter(
      ({ record }) => authorId(record) !== self && isHeard(channel, record, federation),
    );
  }

  #newest(channel: ChannelRecord, coming: readonly Placed[], before: Placed | undefined): void {
    const { newest } = this.#model;
    const tagHex = toHex(channel.tag);
    let best = before;
    for (const one of coming) {
      if (best && one.orderHex < best.orderHex) continue;
      if (isHeard(channel, one.record, this.#model.federation.value)) best = one;
    }
    if (best === newest.value.get(tagHex)) return;
    const next = new Map(newest.value);
    if (best) next.set(tagHex, best);
    else next.delete(tagHex);
    newest.value = next;
  }
}
