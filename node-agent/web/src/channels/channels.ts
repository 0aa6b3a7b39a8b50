/**
 * The channels that this phone follows: those of the site, those of other sites that its policy
 * names, those that were joined by link, QR code or from the node's list, and those made here. A
 * channel's tag is always computed from its creator
 * and name, so a node cannot slip in another one under a known name.
 */
import {
  type ChannelDescription,
  ChannelKind,
  type ChannelLink,
  type Crypto,
  channelTag,
  decodeSealedNames,
  encodeChannelLink,
  equalBytes,
  fromUtf8,
  openPayload,
  type Pin,
  siteChannelTag,
  tagOfLink,
  toHex,
  utf8,
} from '@muster/core';
import type { ListedChannel } from '../connection/wire.ts';
import type { CrossingChannel, Federation } from '../federation/federation.ts';
import { webLimits } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import { type ChannelRecord, kindNames, type MessageRecord } from '../storage/records.ts';

export interface ChannelParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly site: Uint8Array;
  readonly siteKey: Uint8Array;
  /** Something about the joined or listed channels changed. */
  onChange(): void;
}

const noBytes = new Uint8Array(0);

export class Channels {
  readonly #parts: ChannelParts;
  #joined = new Map<string, ChannelRecord>();
  #listed: ListedChannel[] = [];

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    const limit = webLimits.channelsFollowedMax;
    const pairs = await this.#parts.db.read(['channels'], (tx) =>
      tx.range<ChannelRecord>('channels', { limit }),
    );
    this.#joined = new Map(pairs);
    this.#parts.onChange();
  }

  get joined(): ReadonlyMap<string, ChannelRecord> {
    return this.#joined;
  }

  get isFull(): boolean {
    return this.#joined.size >= webLimits.channelsFollowedMax;
  }

  /** Channels that the node knows and this phone has not joined. */
  get others(): readonly ListedChannel[] {
    return this.#listed.filter((channel) => !this.#joined.has(toHex(channel.tag)));
  }

  /** Takes the node's list: channels of the site are followed at once, others are only offered. */
  async takeList(list: readonly ListedChannel[]): Promise<void> {
    this.#listed = list.filter((one) => this.#isGenuine(one)).slice(0, webLimits.channelsListedMax);
    for (const channel of this.#listed) {
      const known = this.#joined.get(toHex(channel.tag));
      if (channel.kind !== 'site') continue;
      if (known && known.topic === channel.topic) continue;
      if (known) await this.#store({ ...known, topic: channel.topic });
      else if (!this.isFull) await this.#store(this.#fromList(channel));
    }
    this.#parts.onChange();
  }

  /**
   * Follows the policy: other sites' channels that it names come, as far as there is room, and
   * those that it names no more go. Returns the records of those that went.
   */
  async takeFederation(federation: Federation): Promise<ChannelRecord[]> {
    const gone: ChannelRecord[] = [];
    let count = 0;
    for (const [tagHex, record] of this.#joined) {
      if (record.kind !== 'federated') continue;
      const now = federation.channels.get(tagHex);
      const stays = now?.home && equalBytes(now.home.pin.site, record.home!);
      if (!stays) gone.push(record);
      else if (now.name !== record.name) await this.#store({ ...record, name: now.name });
      if (stays) count++;
    }
    for (const { tag } of gone) await this.#drop(toHex(tag));
    for (const [tagHex, channel] of federation.channels) {
      if (!channel.home || this.#joined.has(tagHex)) continue;
      if (this.isFull || count >= webLimits.federatedFollowedMax) break;
      await this.#store(fromOtherSite(channel, channel.home.pin));
      count++;
    }
    this.#parts.onChange();
    return gone;
  }

  async joinListed(channel: ListedChannel): Promise<ChannelRecord | undefined> {
    return this.join(this.#fromList(channel));
  }

  async joinLink(link: ChannelLink): Promise<ChannelRecord | undefined> {
    const tag = tagOfLink(this.#parts.crypto, this.#parts.site, link);
    const ofSite = equalBytes(link.creator, this.#parts.siteKey);
    return this.join({
      tag,
      kind: ofSite ? 'site' : kindNames[link.kind],
      name: link.name,
      topic: '',
      creator: link.creator,
      key: link.key,
      revision: -1,
      writers: [],
      readUpTo: '',
    });
  }

  /** Undefined when the maximum of followed channels is reached. */
  async join(record: ChannelRecord): Promise<ChannelRecord | undefined> {
    const known = this.#joined.get(toHex(record.tag));
    if (known) return known;
    if (this.isFull) return undefined;
    await this.#store(record);
    this.#parts.onChange();
    return record;
  }

  async leave(tagHex: string): Promise<void> {
    const record = this.#joined.get(tagHex);
    if (!record || !mayLeave(record)) return;
    await this.#drop(tagHex);
    this.#parts.onChange();
  }

  async #drop(tagHex: string): Promise<void> {
    this.#joined.delete(tagHex);
    await this.#parts.db.write(['channels'], async (tx) => tx.delete('channels', tagHex));
  }

  /** The code for a link or QR code to this channel; holds the key of a private one. */
  linkCode(record: ChannelRecord): string {
    const { creator, name, key } = record;
    return encodeChannelLink({ kind: linkKind(record), creator, name, key });
  }

  /** A description that fits the channel's tag came; the highest revision counts. */
  async describe(
    record: ChannelRecord,
    description: ChannelDescription,
    author: Uint8Array,
  ): Promise<void> {
    const now = this.#joined.get(toHex(record.tag)) ?? record;
    if (description.revision <= now.revision) return;
    if (now.kind === 'federated') {
      const announces = description.kind === ChannelKind.announcement;
      const { revision, topic, writers } = description;
      await this.#store({ ...now, revision, topic, writers, announces, creator: author });
      this.#parts.onChange();
      return;
    }
    const names = this.#namesOf(now, description);
    if (!names) return;
    const { revision, writers } = description;
    await this.#store({ ...now, ...names, revision, writers });
    this.#parts.onChange();
  }

  async change(tagHex: string, change: Partial<ChannelRecord>): Promise<void> {
    const record = this.#joined.get(tagHex);
    if (!record) return;
    await this.#store({ ...record, ...change });
    this.#parts.onChange();
  }

  async #store(record: ChannelRecord): Promise<void> {
    const tagHex = toHex(record.tag);
    this.#joined.set(tagHex, record);
    await this.#parts.db.write(['channels'], async (tx) => tx.put('channels', tagHex, record));
  }

  #isGenuine(channel: ListedChannel): boolean {
    const { crypto, site, siteKey } = this.#parts;
    if (channel.kind === 'site') {
      return equalBytes(siteChannelTag(crypto, siteKey, channel.name), channel.tag);
    }
    if (channel.creator === undefined) return false;
    const origin = { site, creator: channel.creator, label: utf8(channel.name) };
    return equalBytes(channelTag(crypto, origin), channel.tag);
  }

  #fromList(channel: ListedChannel): ChannelRecord {
    const { tag, kind, name, topic, writers } = channel;
    const creator = kind === 'site' ? this.#parts.siteKey : channel.creator!;
    return {
      tag,
      kind,
      name,
      topic,
      creator,
      key: noBytes,
      revision: -1,
      writers,
      readUpTo: '',
    };
  }

  #namesOf(
    record: ChannelRecord,
    description: ChannelDescription,
  ): { name: string; topic: string } | undefined {
    if (description.kind !== ChannelKind.private) {
      return { name: fromUtf8(description.label) ?? record.name, topic: description.topic };
    }
    const place = { site: this.#parts.site, tag: record.tag, author: record.creator };
    const plain = openPayload(this.#parts.crypto, description.sealed, {
      ...place,
      key: record.key,
    });
    return plain && decodeSealedNames(plain);
  }
}

function linkKind(record: ChannelRecord): ChannelKind {
  if (record.kind === 'private') return ChannelKind.private;
  return record.kind === 'announcement' ? ChannelKind.announcement : ChannelKind.public;
}

function fromOtherSite(channel: CrossingChannel, { site, siteKey }: Pin): ChannelRecord {
  return {
    tag: channel.tag,
    kind: 'federated',
    name: channel.name,
    topic: '',
    creator: siteKey,
    home: site,
    key: noBytes,
    revision: -1,
    writers: [],
    readUpTo: '',
  };
}

/** Channels of the site and of other sites are there because an admin says so. */
export function mayLeave({ kind }: ChannelRecord): boolean {
  return kind !== 'site' && kind !== 'federated';
}

/**
 * Whether this key is heard here: in an announcement channel only some may write. Before its
 * description has come, it belongs to its creator alone.
 */
export function mayWriteHere(record: ChannelRecord, authorHex: string): boolean {
  if (record.kind !== 'announcement' && !record.announces) return true;
  if (toHex(record.creator) === authorHex) return true;
  return record.writers.some((writer) => toHex(writer) === authorHex);
}

/** Whether a kept message is shown: another site's only as long as the policy lets it in. */
export function isHeard(
  channel: ChannelRecord,
  { author, site }: Pick<MessageRecord, 'author' | 'site'>,
  federation: Federation | undefined,
): boolean {
  if (!mayWriteHere(channel, author)) return false;
  return site === undefined || federation?.hears(site, toHex(channel.tag)) === true;
}
