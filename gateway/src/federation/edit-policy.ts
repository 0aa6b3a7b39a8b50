/**
 * The admin's changes to the site policy, as functions from the newest policy to the next: a pin, a
 * rule, and what goes with them when they go. The result is signed and adopted elsewhere. Step 6 of
 * a message's way is decided by what comes out of here.
 */
import {
  Crossing,
  type CrossingRule,
  type Crypto,
  equalBytes,
  MusterError,
  type Pin,
  pinOf,
  type SiteCard,
  type SitePolicy,
} from '@muster/core';

/** What a site has that never had a policy: nothing leaves it. */
export function firstPolicy(site: Uint8Array): SitePolicy {
  return { site, revision: 0, pins: [], rules: [] };
}

/** Pins a site, or takes over the new relays of one that is pinned. */
export function withPin(policy: SitePolicy, card: SiteCard, crypto: Crypto): SitePolicy {
  const pin = pinOf(crypto, card);
  if (equalBytes(pin.site, policy.site)) {
    const mend = 'Ask the other admin for the card of their site.';
    throw new MusterError('card-own', 'This is the card of this site itself', mend);
  }
  const others = policy.pins.filter(({ site }) => !equalBytes(site, pin.site));
  const namesake = others.find(({ name }) => sameName(name, card.name));
  if (namesake) {
    throw new MusterError(
      'pin-name-taken',
      `Another site is pinned as ${namesake.name} already`,
      'Give this one another name here: muster site pin CARD --as NAME',
    );
  }
  return next(policy, { pins: [...others, pin] });
}

/** Ends a pin, and its part in every rule; channels whose home it was go with it. */
export function withoutPin(policy: SitePolicy, { site }: Pin): SitePolicy {
  const rules = policy.rules
    .filter(({ home }) => !equalBytes(home, site))
    .map((rule) => ({ ...rule, peers: rule.peers.filter((peer) => !equalBytes(peer, site)) }))
    .filter(({ peers }) => peers.length > 0);
  const pins = policy.pins.filter((pin) => !equalBytes(pin.site, site));
  return next(policy, { pins, rules });
}

/** Sets how one channel crosses; with Crossing.none it stays local again. */
export function withRule(policy: SitePolicy, rule: CrossingRule): SitePolicy {
  const others = policy.rules.filter(({ tag }) => !equalBytes(tag, rule.tag));
  const stays = rule.crossing === Crossing.none || rule.peers.length === 0;
  return next(policy, { rules: stays ? others : [...others, rule] });
}

/** The pin of this name or key, as a person wrote it. */
export function findPin(policy: SitePolicy, given: string): Pin {
  const found = policy.pins.find(({ name }) => sameName(name, given));
  if (found) return found;
  const known = policy.pins.map(({ name }) => name).join(', ');
  throw new MusterError(
    'pin-unknown',
    `No site is pinned as ${JSON.stringify(given)}`,
    known ? `Pinned are: ${known}.` : 'Pin one first: muster site pin CARD',
  );
}

function next(policy: SitePolicy, changes: Partial<SitePolicy>): SitePolicy {
  return { ...policy, ...changes, revision: policy.revision + 1 };
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
