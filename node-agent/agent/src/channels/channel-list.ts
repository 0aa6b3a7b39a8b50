/**
 * The channels that a node shows: those of the site, and public and announcement channels whose
 * descriptions it holds. Private channels are known to whoever has their key, so they are not
 * listed. A crowd can describe many: those of staff come first, then the oldest, up to a maximum.
 */
import {
  BundleKind,
  type ChannelDescription,
  ChannelKind,
  type Crypto,
  compareBytes,
  decodeDescription,
  decodeFields,
  describes,
  fromUtf8,
  type NodeApi,
  type ReadBundle,
  Role,
  siteChannelTag,
  toBase64url,
} from '@muster/core';

/** A list of so many takes a phone a minute to read and about 60 KiB to receive. */
const listedMax = 200;
/** Descriptions looked at; each phone may write a few a minute. */
const descriptionsMax = 2_000;

/** A channel as clients get it: bytes in base64url. */
export interface ListedChannel {
  readonly tag: string;
  readonly name: string;
  readonly kind: 'site' | 'public' | 'announcement';
  readonly topic: string;
  /** The device key that made it, or the site root key. */
  readonly creator: string;
  /** Announcement channels: further keys that may write. */
  readonly writers?: readonly string[];
}

interface Described {
  readonly bundle: ReadBundle;
  readonly description: ChannelDescription;
}

export interface ChannelListOptions {
  readonly node: Pick<NodeApi, 'ofKind'>;
  readonly crypto: Crypto;
  readonly siteKey: Uint8Array;
  /** Names of the site's own channels, in the order in which they are shown. */
  readonly siteChannels: readonly string[];
}

export function listChannels(options: ChannelListOptions): ListedChannel[] {
  const { node, crypto, siteKey, siteChannels } = options;
  const creator = toBase64url(siteKey);
  const own = siteChannels.map((name): ListedChannel => {
    const tag = toBase64url(siteChannelTag(crypto, siteKey, name));
    return { tag, name, kind: 'site', topic: '', creator };
  });
  const best = new Map<string, Described>();
  for (const bundle of node.ofKind(BundleKind.channelDescription, descriptionsMax)) {
    const described = describedBy(crypto, bundle);
    const tag = toBase64url(bundle.tag);
    const known = best.get(tag);
    if (described && (!known || replaces(described, known))) best.set(tag, described);
  }
  const shown = [...best.values()]
    .filter(({ description }) => description.kind !== ChannelKind.private)
    .sort(byRankAndAge)
    .slice(0, listedMax);
  return [...own, ...shown.map(listed)];
}

function describedBy(crypto: Crypto, bundle: ReadBundle): Described | undefined {
  const fields = decodeFields(bundle.signed);
  const description = fields.ok ? decodeDescription(fields.value.payload) : undefined;
  if (!fields.ok || !description) return undefined;
  return describes(crypto, description, fields.value) ? { bundle, description } : undefined;
}

function replaces(one: Described, other: Described): boolean {
  const newer = one.description.revision - other.description.revision;
  return newer > 0 || (newer === 0 && compareBytes(one.bundle.orderKey, other.bundle.orderKey) > 0);
}

function byRankAndAge(a: Described, b: Described): number {
  const rank = (one: Described): number => (one.bundle.role >= Role.staff ? 0 : 1);
  return rank(a) - rank(b) || compareBytes(a.bundle.orderKey, b.bundle.orderKey);
}

function listed({ bundle, description }: Described): ListedChannel {
  const isAnnouncement = description.kind === ChannelKind.announcement;
  return {
    tag: toBase64url(bundle.tag),
    name: fromUtf8(description.label) ?? '',
    kind: isAnnouncement ? 'announcement' : 'public',
    topic: description.topic,
    creator: toBase64url(bundle.author),
    ...(isAnnouncement ? { writers: description.writers.map(toBase64url) } : {}),
  };
}
