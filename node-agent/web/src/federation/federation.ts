/**
 * The site's policy on other sites, as the page asks about it: which of their channels there are,
 * which own ones cross, and whose messages are heard where. Made anew from every policy, which was
 * verified before; it holds no rule of its own on what may cross.
 */
import {
  Crossing,
  type CrossingRule,
  mayEnter,
  type Pin,
  Scope,
  type SitePolicy,
  toHex,
} from '@muster/core';

/** Another site, under the name by which our admin pinned it. */
export interface OtherSite {
  /** Id in hex. */
  readonly id: string;
  readonly pin: Pin;
}

/** A channel that crosses, or would by the policies of the sites that share it. */
export interface CrossingChannel {
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly name: string;
  /** Whose channel it is; undefined for our own. */
  readonly home: OtherSite | undefined;
  /** What is said here goes to those sites; what is said there comes here. */
  readonly publishes: boolean;
  readonly subscribes: boolean;
  readonly sites: readonly OtherSite[];
}

export interface Federation {
  readonly policy: SitePolicy;
  /** By id in hex. */
  readonly sites: ReadonlyMap<string, OtherSite>;
  /** By tag in hex. */
  readonly channels: ReadonlyMap<string, CrossingChannel>;
  /** Whether messages of another site (id in hex) are heard under a tag (in hex). */
  hears(siteHex: string, tagHex: string): boolean;
}

export function federationOf(policy: SitePolicy): Federation {
  const sites = new Map<string, OtherSite>();
  for (const pin of policy.pins) {
    const id = toHex(pin.site);
    sites.set(id, { id, pin });
  }
  const channels = new Map<string, CrossingChannel>();
  const heard = new Set<string>();
  for (const rule of policy.rules) {
    const tagHex = toHex(rule.tag);
    if (rule.crossing === Crossing.none) continue;
    channels.set(tagHex, channelOf(rule, sites));
    for (const site of rule.peers) {
      const bundle = { site, tag: rule.tag, scope: Scope.anywhere };
      if (mayEnter(policy, bundle)) heard.add(`${toHex(site)}/${tagHex}`);
    }
  }
  return { policy, sites, channels, hears: (site, tag) => heard.has(`${site}/${tag}`) };
}

function channelOf(rule: CrossingRule, sites: ReadonlyMap<string, OtherSite>): CrossingChannel {
  return {
    tag: rule.tag,
    name: rule.name,
    home: sites.get(toHex(rule.home)),
    publishes: (rule.crossing & Crossing.publish) !== 0,
    subscribes: (rule.crossing & Crossing.subscribe) !== 0,
    sites: rule.peers.flatMap((peer) => sites.get(toHex(peer)) ?? []),
  };
}

/** The name of an author's site, when it is another one. */
export function siteName(
  federation: Federation | undefined,
  { site }: { readonly site?: string },
): string | undefined {
  return site === undefined ? undefined : (federation?.sites.get(site)?.pin.name ?? '');
}
