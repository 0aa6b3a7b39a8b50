/**
 * The channels that a node shows: those of the site, those of other sites that its policy names,
 * and public and announcement channels whose descriptions it holds. Private channels are known to
 * whoever has their key, so they are not listed. A crowd can describe many: those of staff come
 * first, then the oldest, up to a maximum.
 */
import {
  BundleKind,
  type ChannelDescription,
  ChannelKind,
  Crossing,
  type CrossingRule,
  type Crypto,
  compareBytes,
  decodeDescription,
  decodeFields,
  describes,
  equalBytes,
  fromUtf8,
  type NodeApi,
  type ReadBundle,
  Role,
  type SitePolicy,
  siteChannelTag,
  siteIdOf,
  toBase64url,
} from '@muster/core';

/** A list of so many takes a phone a minute to read and about 60 KiB to receive. */
const listedMax = 200;
/** Descriptions looked at; each phone may write a few a minute. */
const descriptionsMax = 2_000;

/** A channel as clients get it: bytes in base64url. */
export interface ListedChannel {
  readonly tag: string;
  /** Of another site's channel with the name of that site: `news@harbour`. */
  readonly name: string;
  readonly kind: 'site' | 'public' | 'announcement' | 'federated';
  readonly topic: string;
  /** The device key that made it, or the root key of the site whose channel it is. */
  readonly creator: string;
  /** Announcement channels: further keys that may write. */
  readonly writers?: readonly string[];
  /** Another site's channel: the root key of that site. */
  readonly home?: string;
  /** Another site's channel: false when what is written here stays here. */
  readonly writable?: boolean;
  /** Given when the site's policy lets the channel cross. */
  readonly crosses?: ChannelCrossing;
}

export interface ChannelCrossing {
  /** What is written here goes to those sites; what is written there comes here. */
  readonly publish: boolean;
  readonly subscribe: boolean;
  /** Names under which the admin pinned them. */
  readonly sites: readonly string[];
}

interface Described {
  readonly bundle: ReadBundle;
  readonly description: ChannelDescription;
}

export interface ChannelListOptions {
  readonly node: Pick<NodeApi, 'ofKind' | 'policy'>;
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
  const policy = node.policy()?.policy;
  const best = new Map<string, Described>();
  for (const bundle of node.ofKind(BundleKind.channelDescription, descriptionsMax)) {
    const described = describedBy(options, bundle);
    const tag = toBase64url(bundle.tag);
    const known = best.get(tag);
    if (described && (!known || replaces(described, known))) best.set(tag, described);
  }
  const shown = [...best.values()]
    .filter(({ description }) => description.kind !== ChannelKind.private)
    .sort(byRankAndAge)
    .slice(0, listedMax);
  const ours = [...own, ...shown.map(listed)];
  if (!policy) return ours;
  return [...ours.map((channel) => withCrossing(channel, policy)), ...federated(policy)];
}

function withCrossing(channel: ListedChannel, policy: SitePolicy): ListedChannel {
  const rule = policy.rules.find(({ tag }) => toBase64url(tag) === channel.tag);
  return rule && rule.crossing !== Crossing.none
    ? { ...channel, crosses: crossingOf(policy, rule) }
    : channel;
}

/** Channels whose home is a pinned site; bounded by the rules that a policy may have. */
function federated(policy: SitePolicy): ListedChannel[] {
  return policy.rules.flatMap((rule): ListedChannel[] => {
    const home = policy.pins.find(({ site }) => equalBytes(site, rule.home));
    if (!home || rule.crossing === Crossing.none) return [];
    const key = toBase64url(home.siteKey);
    const crosses = crossingOf(policy, rule);
    return [
      {
        tag: toBase64url(rule.tag),
        name: `${rule.name}@${home.name}`,
        kind: 'federated',
        topic: '',
        creator: key,
        home: key,
        writable: crosses.publish,
        crosses,
      },
    ];
  });
}

function crossingOf(policy: SitePolicy, { crossing, peers }: CrossingRule): ChannelCrossing {
  return {
    publish: (crossing & Crossing.publish) !== 0,
    subscribe: (crossing & Crossing.subscribe) !== 0,
    sites: policy.pins
      .filter(({ site }) => peers.some((peer) => equalBytes(peer, site)))
      .map(({ name }) => name),
  };
}

/** Undefined for other sites' descriptions too: their channels are listed by the policy. */
function describedBy(
  { crypto, siteKey }: ChannelListOptions,
  bundle: ReadBundle,
): Described | undefined {
  const fields = decodeFields(bundle.signed);
  const description = fields.ok ? decodeDescription(fields.value.payload) : undefined;
  if (!fields.ok || !description) return undefined;
  if (!equalBytes(fields.value.site, siteIdOf(crypto, siteKey))) return undefined;
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
