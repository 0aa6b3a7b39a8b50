/**
 * The reading half of the client: follows the channels, takes what comes, and says what is new. It
 * runs on what was kept when there is no node. What the reader looks at is the business of Viewing.
 */
import {
  type ChannelLink,
  type Clock,
  type Crypto,
  type HybridClock,
  profileTag,
  type SiteTrust,
  toHex,
} from '@muster/core';
import { batch } from '@preact/signals';
import { Channels } from '../channels/channels.ts';
import type { Item, ListedChannel, NodeMessage, Welcome } from '../connection/wire.ts';
import { PolicyKeeper } from '../federation/policy-keeper.ts';
import { Inbox, type Taken } from '../inbox/inbox.ts';
import { People } from '../inbox/people.ts';
import { Standings } from '../inbox/standings.ts';
import { webLimits } from '../limits.ts';
import type { TabHint } from '../platform/tabs.ts';
import type { Database } from '../storage/database.ts';
import { authorId, type ChannelRecord, messageKey, orderCeiling } from '../storage/records.ts';
import { Follower } from '../sync/follower.ts';
import { Pages } from '../sync/pages.ts';
import { Overview } from './overview.ts';
import type { ViewModel } from './view-model.ts';
import { Viewing } from './viewing.ts';

export interface ReaderParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly hybrid: HybridClock;
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  readonly model: ViewModel;
  readonly trust: SiteTrust;
  send(message: object): boolean;
  tellTabs(hint: TabHint): void;
}

/** A page that was asked for, after it was taken in. */
export type TakenPage = Taken & { readonly end: boolean };

const noKey = new Uint8Array(0);

export class Reader {
  readonly channels: Channels;
  readonly viewing: Viewing;
  readonly #parts: ReaderParts;
  readonly #overview: Overview;
  readonly #inbox: Inbox;
  readonly #people: People;
  readonly #pages: Pages;
  readonly #follower: Follower;
  readonly #policy: PolicyKeeper;
  readonly #profiles: Uint8Array;
  #nodeAheadMs = 0;
  /** The newest profiles are asked for once; after that they come live. */
  #metSome = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    const { db, crypto, clock, site, model } = parts;
    const now = () => clock.wall().unixMs;
    this.#profiles = profileTag(crypto, site);
    this.#overview = new Overview(db, model);
    const policy = () => model.federation.value?.policy;
    this.#inbox = new Inbox({ ...parts, now, policy, standings: new Standings(crypto) });
    this.#policy = new PolicyKeeper({
      ...parts,
      onPolicy: (federation) => {
        model.federation.value = federation;
      },
    });
    this.#people = new People(db, now);
    this.#pages = new Pages(parts.send);
    this.channels = new Channels({
      ...parts,
      onChange: () => {
        model.channels.value = [...this.channels.joined.values()];
        model.others.value = this.channels.others;
      },
    });
    this.#follower = new Follower({
      clock,
      send: parts.send,
      kept: (tagHex, limit, floor) => this.#overview.kept(tagHex, { limit, floor }),
      floor: (tagHex) => this.channels.joined.get(tagHex)?.floor,
      fetchNewest: (tag) => void this.#fetch(tag, undefined),
    });
    this.viewing = new Viewing({
      ...parts,
      channels: this.channels,
      overview: this.#overview,
      fetch: (tag, beforeHex) => this.#fetch(tag, beforeHex),
      complete: (tag) => this.#follower.complete(tag),
    });
  }

  async load(self: { readonly key: string; readonly name: string }): Promise<void> {
    await this.#people.load(self);
    this.#parts.model.nameTaken.value = this.#people.withTakenNames();
    await this.loadChannels();
  }

  async loadChannels(): Promise<void> {
    await this.#policy.load();
    await this.channels.load();
    for (const channel of this.channels.joined.values()) await this.#overview.count(channel);
    await this.follow();
  }

  /** A session is open. */
  async open(nodeKey: Uint8Array, welcome: Welcome): Promise<void> {
    this.#nodeAheadMs = welcome.unixMs - this.#parts.clock.wall().unixMs;
    this.#follower.open(nodeKey);
    await this.follow();
    await this.viewing.onSession();
    if (this.#metSome) return;
    this.#metSome = true;
    await this.#fetch(this.#profiles, undefined);
  }

  /** Trust lists changed: what rested on a revoked admin's word goes. */
  async onTrust(): Promise<void> {
    if (this.#policy.judgeAgain()) await this.#applyPolicy(true);
  }

  /** The session ended. */
  close(): void {
    this.#follower.close();
    this.#pages.close();
  }

  /** Follows what was joined since; the channel on view first. */
  async follow(): Promise<void> {
    const joined = [...this.channels.joined.values()];
    const first = joined.filter((one) => toHex(one.tag) === this.#parts.model.open.value);
    await this.#follower.follow([...first, ...joined].map((one) => one.tag));
    this.#follower.followLive(this.#profiles);
  }

  onMessage(message: NodeMessage): void {
    const { model } = this.#parts;
    switch (message.type) {
      case 'bundles':
        if (message.items.length > 0) void this.#take(message.tag, message.items, false);
        // The last frame of a catch-up is empty; it comes after all that was missing.
        else if (!message.more) {
          void this.#last.then(() => this.#follower.onCaughtUp(toHex(message.tag)));
        }
        return;
      case 'page':
        this.#pages.onPage(message);
        return;
      case 'channels':
        this.#takeChannels(message.channels, message.policy).catch(() => {
          model.storageFailed.value = true;
        });
        return;
      case 'here':
        batch(() => {
          model.people.value = message.people;
          model.peopleMore.value = message.more;
          model.nodes.value = message.nodes;
        });
    }
  }

  async joinListed(channel: ListedChannel): Promise<ChannelRecord | undefined> {
    return this.#followed(await this.channels.joinListed(channel));
  }

  async joinLink(link: ChannelLink): Promise<ChannelRecord | undefined> {
    return this.#followed(await this.channels.joinLink(link));
  }

  /** A channel that was made here. */
  async join(record: ChannelRecord): Promise<ChannelRecord | undefined> {
    return this.#followed(await this.channels.join(record));
  }

  async leave(channel: ChannelRecord): Promise<void> {
    const tagHex = toHex(channel.tag);
    this.#follower.unfollow(channel.tag);
    await this.channels.leave(tagHex);
    this.#parts.tellTabs('channels');
    await this.#forget(tagHex);
  }

  async #forget(tagHex: string): Promise<void> {
    await this.#parts.db.write(['messages'], async (tx) => {
      const range = { from: messageKey(tagHex, ''), to: messageKey(tagHex, orderCeiling) };
      const limit = 2 * webLimits.cachedMessagesPerChannelMax;
      for (const [key] of await tx.range('messages', { ...range, limit })) {
        tx.delete('messages', key);
      }
    });
  }

  /** The policy first: it says which of the channels are other sites'. */
  async #takeChannels(list: readonly ListedChannel[], wire: Uint8Array): Promise<void> {
    const isNews = wire.length > 0 && (await this.#policy.take(wire));
    await this.channels.takeList(list);
    await this.#applyPolicy(isNews);
  }

  async #applyPolicy(isNews: boolean): Promise<void> {
    const federation = this.#parts.model.federation.value;
    const gone = federation ? await this.channels.takeFederation(federation) : [];
    for (const { tag } of gone) {
      this.#follower.unfollow(tag);
      await this.#forget(toHex(tag));
    }
    if (isNews) {
      for (const channel of this.channels.joined.values()) await this.#overview.count(channel);
      this.#parts.tellTabs('channels');
    }
    await this.follow();
  }

  async #followed(joined: ChannelRecord | undefined): Promise<ChannelRecord | undefined> {
    await this.follow();
    this.#parts.tellTabs('channels');
    return joined;
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
    const home = channel?.home ?? this.#parts.site;
    const place = { tag, key: channel?.key ?? noKey, home };
    const taken = await this.#inbox.take(items, place, this.#nodeAheadMs);
    await this.#meet(taken);
    if (channel) await this.#news(channel, taken, isPage);
    return taken;
  }

  /** Whoever wrote, and whatever was said beside messages. */
  async #meet(taken: Taken): Promise<void> {
    const inOrder = [...taken.fresh].sort((a, b) => (a.orderHex < b.orderHex ? -1 : 1));
    // A box that speaks for many devices uses their names, not names of its own.
    const people = inOrder.filter(({ record }) => record.via === undefined);
    await this.#people.note(
      people.map(({ record }) => ({ key: authorId(record), name: record.name })),
    );
    for (const { opened, content } of taken.asides) {
      if (content.kind === 'profile') {
        const { name, person } = content.profile;
        await this.#people.note([{ key: opened.author, name, person: toHex(person) }]);
      } else if (content.kind === 'description') {
        const record = this.channels.joined.get(taken.tagHex);
        const { author } = opened.fields;
        if (record) await this.channels.describe(record, content.description, author);
      }
    }
    this.#parts.model.nameTaken.value = this.#people.withTakenNames();
  }

  async #news(before: ChannelRecord, taken: Taken, isPage: boolean): Promise<void> {
    const { tagHex, prunedTo } = taken;
    const channel = this.channels.joined.get(tagHex) ?? before;
    this.viewing.add(taken);
    const news = this.#overview.add(channel, taken.fresh, isPage);
    if (!isPage) this.viewing.hear(tagHex, news);
    // What was written before this phone came is not news to it.
    if (isPage && channel.readUpTo === '' && taken.newest !== '') {
      await this.channels.change(tagHex, { readUpTo: taken.newest });
    }
    if (prunedTo !== undefined && channel.floor !== undefined && prunedTo > channel.floor) {
      await this.channels.change(tagHex, { floor: prunedTo });
    }
  }

  async #fetch(tag: Uint8Array, beforeHex: string | undefined): Promise<TakenPage | undefined> {
    const page = await this.#pages.ask(tag, beforeHex);
    const taken = page && (await this.#take(tag, page.items, true));
    if (!taken) return undefined;
    // A page of which nothing decodes leads nowhere: it counts as the end.
    const floor = page.end ? '' : taken.oldest;
    const known = this.channels.joined.get(taken.tagHex);
    if (known && (known.floor === undefined || known.floor === beforeHex)) {
      await this.channels.change(taken.tagHex, { floor });
      await this.viewing.onFloor(taken.tagHex);
    }
    return { ...taken, end: floor === '' };
  }
}
