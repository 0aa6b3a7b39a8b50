/** The site policies of federation.json, right and wrong. */
import {
  Crossing,
  type CrossingRule,
  pinOf,
  rootIssuer,
  type SitePolicy,
  signSitePolicy,
  siteChannelTag,
} from '@muster/core';
import { crypto, foreignRoot, foreignSite, root, site, stranger } from './cast.ts';
import { type Item, signedBy } from './federation-signed.ts';
import type { Vector } from './json.ts';

export const harbour = pinOf(crypto, {
  siteKey: foreignRoot.key.publicKey,
  name: 'harbour',
  relays: ['/dns4/relay.example/tcp/7320'],
});
export const hill = pinOf(crypto, { siteKey: stranger.key.publicKey, name: 'hill', relays: [] });
export const harbourNews = siteChannelTag(crypto, harbour.siteKey, 'news');
export const general = siteChannelTag(crypto, root.key.publicKey, 'general');

const noBudget = { bundlesPerMinute: 0, bytesPerMinute: 0 };
const followed: CrossingRule = {
  ...{ tag: harbourNews, name: 'news', home: harbour.site, crossing: Crossing.subscribe },
  ...{ peers: [harbour.site], ...noBudget },
};
const shared: CrossingRule = {
  ...{ tag: general, name: 'general', home: site, crossing: Crossing.both },
  ...{ peers: [harbour.site, hill.site], bundlesPerMinute: 120, bytesPerMinute: 2 ** 20 },
};
const silent: CrossingRule = {
  ...{ tag: new Uint8Array(16).fill(9), name: '', home: hill.site, crossing: Crossing.none },
  ...{ peers: [], ...noBudget },
};

/** The first is the worked example of the specification. */
export const policies: readonly SitePolicy[] = [
  { site, revision: 1, pins: [harbour], rules: [followed] },
  { site, revision: 2, pins: [harbour, hill], rules: [followed, shared, silent] },
  { site, revision: Number.MAX_SAFE_INTEGER, pins: [], rules: [] },
];

export function policyVectors(): Vector {
  return {
    valid: policies.map((policy) => ({
      policy: policyVector(policy),
      wire: signSitePolicy(crypto, policy, rootIssuer(root.key)),
    })),
    invalid: invalidPolicies().map(([why, reason, wire]) => ({ why, reason, wire })),
  };
}

function policyVector({ pins, rules, ...rest }: SitePolicy): Vector {
  return {
    ...rest,
    pins: pins.map((pin) => ({ ...pin })),
    rules: rules.map((rule) => ({ ...rule })),
  };
}

function invalidPolicies(): readonly (readonly [why: string, reason: string, wire: Uint8Array])[] {
  const pin: Item = [harbour.siteKey, 'harbour', []];
  const rule: readonly Item[] = [harbourNews, 'news', harbour.site, 2, [harbour.site], 0, 0];
  const signed = (...items: Item[]) => signedBy(root, 'site-policy', items);
  const withRules = (...rules: Item[]) => signed(1, site, 0, [pin], rules);
  const withRule = (at: number, item: Item) => withRules(rule.with(at, item) as Item);
  const right = withRules(rule as Item);
  const flipped = right.slice();
  flipped[right.length - 1]! ^= 1;
  const self: Item = [root.key.publicKey, 'ourselves', []];
  const many = Array.from({ length: 129 }, (_, i) =>
    rule.with(0, new Uint8Array(16).fill(i)),
  ) as Item[];
  return [
    ['Cut off by a byte.', 'malformed', right.subarray(0, -1)],
    ['Version 2.', 'malformed', signed(2, site, 0, [], [])],
    ['An item too many.', 'malformed', signed(1, site, 0, [], [], 0)],
    [
      'Of another site.',
      'foreign',
      signedBy(foreignRoot, 'site-policy', [1, foreignSite, 0, [], []]),
    ],
    [
      'Signed by another root.',
      'forged',
      signedBy(foreignRoot, 'site-policy', [1, site, 0, [], []]),
    ],
    ['Signed for another purpose.', 'forged', signedBy(root, 'site-card', [1, site, 0, [], []])],
    ['A bit turned in the signature.', 'forged', flipped],
    ['A site pinned twice.', 'malformed', signed(1, site, 0, [pin, pin], [])],
    ['The own site pinned.', 'malformed', signed(1, site, 0, [self], [])],
    ['33 pins.', 'malformed', signed(1, site, 0, Array<Item>(33).fill(pin), [])],
    ['Two rules for one tag.', 'malformed', withRules(rule as Item, rule as Item)],
    ['129 rules.', 'malformed', withRules(...many)],
    ['A home that is not pinned.', 'malformed', withRule(2, hill.site)],
    ['A peer that is not pinned.', 'malformed', withRule(4, [hill.site])],
    ['The own site as a peer.', 'malformed', withRule(4, [site])],
    ['A peer twice.', 'malformed', withRule(4, [harbour.site, harbour.site])],
    ['A way that is none.', 'malformed', withRule(3, 4)],
    ['A budget of 2^32.', 'malformed', withRule(5, 2 ** 32)],
  ];
}
