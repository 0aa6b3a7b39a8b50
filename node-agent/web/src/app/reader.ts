/**
 * The reading half of the client: follows the channels, takes what comes, keeps the channel on view
 * in order, and counts what is unread. It runs on what was kept when there is no node.
 */
import {
  type ChannelLink,
  type Clock,
  type Crypto,
  type HybridClock,
  profileTag,
  toHex,
} from '@muster/core';
import { batch } from '@preact/signals';
import { Channels } from '../channels/channels.ts';
import type { Item, ListedChannel, NodeMessage, Welcome } from '../connection/wire.ts';
import { ChannelView } from '../inbox/channel-view.ts';
import { Inbox, type Taken } from '../inbox/inbox.ts';
import { People } from '../inbox/people.ts';
import { webLimits } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import { type ChannelRecord, messageKey, orderCeiling } from '../storage/records.ts';
import { Follower } from '../sync/follower.ts';
import { Pages } from '../sync/pages.ts';
import { Overview } from './overview.ts';
import type { ViewModel } from './view-model.ts';

export interface ReaderParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly hybrid: HybridClock;
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  readonly model: ViewModel;
  send(message: object): boolean;
}

const noKey = new Uint8Array(0);

export class Reader {
  readonly channels: Channels;
  readonly #parts: ReaderParts;
  readonly #overview: Overview;
  readonly #inbox: Inbox;
  readonly #people: People;
  readonly #pages: Pages;
  readonly #follower: Follower;
  readonly #profiles: Uint8Array;
  #view: ChannelView | undefined;
  #nodeAheadMs = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    const { db, crypto, clock, site, model } = parts;
    const now = () => clock.wall().unixMs;
    this.#profiles = profileTag(crypto, site);
    this.#overview = new Overview(db, model);
    this.#inbox = new Inbox({ ...parts, now });
    this.#people = new People(db, now);
    this.#pages = new Pages(parts.send);
    this.#follower = new Follower({
      clock,
      send: parts.send,
      kept: (tagHex, limit) => this.#overview.kept(tagHex, limit),
      fetchNewest: (tag) => void this.#fetch(tag, undefined),
    });
    this.channels = new Channels({
      ...parts,
      onChange: () => {
        model.channels.value = [...this.channels.joined.values()];
        model.others.value = this.channels.others;
      },
    });
  }

  async load(self: { readonly key: string; readonly name: string }): Promise<void> {
    await this.#people.load(self);
    await this.loadChannels();
  }

  async loadChannels(): Promise<void> {
    await this.channels.load();
    for (const channel of this.channels.joined.values()) await this.#overview.count(channel);
  }

  /** A session is open. */
  async open(nodeKey: Uint8Array, welcome: Welcome): Promise<void> {
    this.#nodeAheadMs = welcome.unixMs - this.#parts.clock.wall().unixMs;
    this.#follower.open(nodeKey);
    await this.follow();
    await this.#catchUp();
  }

  /** The session ended. */
  close(): void {
    this.#follower.close();
    this.#pages.close();
  }

  /** Follows what was joined since; the channel on view first. */
  async follow(): Promise<void> {
    const joined = [...this.channels.joined.values()];
    const first = joined.filter((one) => toHex(one.tag) === this.#view?.tagHex);
    const tags = [...first, ...joined].map((one) => one.tag);
    await this.#follower.follow([...tags, this.#profiles]);
  }

  onMessage(message: NodeMessage): void {
    const { model } = this.#parts;
    switch (message.type) {
      case 'bundles':
        void this.#take(message.tag, message.items, false);
        return;
      case 'page':
        this.#pages.onPage(message);
        return;
      case 'channels':
        void this.channels.takeList(message.channels).then(() => this.follow());
        return;
      case 'here':
        batch(() => {
          model.people.value = message.people;
          model.peopleMore.value = message.more;
          model.nodes.value = message.nodes;
        });
    }
  }

  /** Puts a channel on view, or none. */
  async view(tagHex: string | undefined): Promise<void> {
    const { model, db } = this.#parts;
    if (this.#view?.tagHex === tagHex) return;
    const view = tagHex === undefined ? undefined : new ChannelView(tagHex, db, () => this.#show());
    this.#view = view;
    batch(() => {
      model.rows.value = [];
      model.heard.value = [];
      model.older.value = 'more';
      model.open.value = tagHex;
    });
    await view?.load();
    await this.#catchUp();
  }

  /** The reader scrolled to the oldest row: first what is kept, then what the node holds. */
  async older(): Promise<void> {
    const { model } = this.#parts;
    const view = this.#view;
    const channel = view && this.channels.joined.get(view.tagHex);
    if (!channel || model.older.value === 'loading' || model.older.value === 'end') return;
    if (!view.hasRoom) {
      model.older.value = 'end';
      return;
    }
    model.older.value = 'loading';
    const before = view.rows[0]?.orderHex;
    const hadKept = await view.loadOlder();
    const page = await this.#fetch(channel.tag, before);
    if (this.#view !== view) return;
    view.add(page?.fresh ?? []);
    if (page) model.older.value = page.end ? 'end' : 'more';
    else model.older.value = hadKept ? 'more' : 'offline';
  }

  /** The reader has seen the newest message of the channel on view. */
  async markRead(): Promise<void> {
    const view = this.#view;
    const channel = view && this.channels.joined.get(view.tagHex);
    const newest = view?.rows.at(-1)?.orderHex;
    if (!channel || newest === undefined) return;
    this.#overview.setUnread(view.tagHex, 0);
    if (newest > channel.readUpTo) await this.channels.change(view.tagHex, { readUpTo: newest });
  }

  async joinListed(channel: ListedChannel): Promise<ChannelRecord | undefined> {
    const joined = await this.channels.joinListed(channel);
    await this.follow();
    return joined;
  }

  async joinLink(link: ChannelLink): Promise<ChannelRecord | undefined> {
    const joined = await this.channels.joinLink(link);
    await this.follow();
    return joined;
  }

  /** A channel that was made here. */
  async join(record: ChannelRecord): Promise<ChannelRecord | undefined> {
    const joined = await this.channels.join(record);
    await this.follow();
    return joined;
  }

  async leave(channel: ChannelRecord): Promise<void> {
    const tagHex = toHex(channel.tag);
    this.#follower.unfollow(channel.tag);
    await this.channels.leave(tagHex);
    await this.#parts.db.write(['messages'], async (tx) => {
      const range = { from: messageKey(tagHex, ''), to: messageKey(tagHex, orderCeiling) };
      const limit = 2 * webLimits.cachedMessagesPerChannelMax;
      for (const [key] of await tx.range('messages', { ...range, limit })) {
        tx.delete('messages', key);
      }
    });
  }

  async #catchUp(): Promise<void> {
    const channel = this.#view && this.channels.joined.get(this.#view.tagHex);
    if (channel) await this.#follower.catchUp(channel.tag);
  }

  #show(): void {
    if (this.#view) this.#parts.model.rows.value = this.#view.rows;
  }

  /** One after the other, in the order in which they came. */
  #take(tag: Uint8Array, items: readonly Item[], isPage: boolean): Promise<Taken | undefined> {
    const next = this.#last.then(() => this.#takeNow(tag, items, isPage));
    this.#last = next.catch(() => {
      this.#parts.model.storageFailed.value = true;
    });
    return next.catch(() => undefined);
  }

  async #takeNow(
    tag: Uint8Array,
    items: readonly Item[],
    isPage: boolean,
  ): Promise<Taken | undefined> {
    const tagHex = toHex(tag);
    const channel = this.channels.joined.get(tagHex);
    if (!channel && tagHex !== toHex(this.#profiles)) return undefined;
    const place = { tag, key: channel?.key ?? noKey };
    const taken = await this.#inbox.take(items, place, this.#nodeAheadMs);
    await this.#meet(taken);
    if (channel) await this.#news(channel, taken, isPage);
    return taken;
  }

  /** Whoever wrote, and whatever was said beside messages. */
  async #meet(taken: Taken): Promise<void> {
    const inOrder = [...taken.fresh].sort((a, b) => (a.orderHex < b.orderHex ? -1 : 1));
    await this.#people.note(
      inOrder.map(({ record }) => ({ key: record.author, name: record.name })),
    );
    for (const { opened, content } of taken.asides) {
      if (content.kind === 'profile') {
        const { name, person } = content.profile;
        await this.#people.note([{ key: opened.author, name, person: toHex(person) }]);
      } else if (content.kind === 'description') {
        const record = this.channels.joined.get(taken.tagHex);
        if (record) await this.channels.describe(record, content.description);
      }
    }
    this.#parts.model.nameTaken.value = this.#people.withTakenNames();
  }

  async #news(before: ChannelRecord, taken: Taken, isPage: boolean): Promise<void> {
    const { model } = this.#parts;
    const { tagHex } = taken;
    const channel = this.channels.joined.get(tagHex) ?? before;
    const onView = this.#view?.tagHex === tagHex;
    if (onView) this.#view?.addLive([...taken.changed, ...taken.fresh]);
    const news = this.#overview.add(channel, taken.fresh, isPage);
    if (onView && !isPage && news.length > 0) model.heard.value = news;
    // What was written before this phone came is not news to it.
    if (isPage && channel.readUpTo === '' && taken.newest !== '') {
      await this.channels.change(tagHex, { readUpTo: taken.newest });
    }
  }

  async #fetch(
    tag: Uint8Array,
    beforeHex: string | undefined,
  ): Promise<(Taken & { readonly end: boolean }) | undefined> {
    const page = await this.#pages.ask(tag, beforeHex);
    const taken = page && (await this.#take(tag, page.items, true));
    return taken && { ...taken, end: page.end };
  }
}
