/** Who may leave and enter, against the rule as the specification words it, over all cases. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Scope } from '../../src/bundle/bundle.ts';
import { equalBytes } from '../../src/bytes/compare.ts';
import {
  Crossing,
  type CrossingRule,
  mayEnter,
  mayLeave,
  pinOf,
  type SitePolicy,
} from '../../src/federation/index.ts';
import { crypto, keyPair } from '../support/crypto.ts';

const pins = [1, 2, 3].map((byte) =>
  pinOf(crypto, { siteKey: keyPair(byte).publicKey, name: `${byte}`, relays: [] }),
);
const sites = pins.map(({ site }) => site);
const tags = [1, 2].map((byte) => new Uint8Array(16).fill(byte));
const plain = { noNullPrototype: true } as const;

/** The policy of sites[0], which pins the two others. */
const anyPolicy = fc
  .uniqueArray(
    fc.record(
      {
        tag: fc.constantFrom(...tags),
        crossing: fc.constantFrom(...Object.values(Crossing)),
        peers: fc.subarray(sites.slice(1)),
      },
      plain,
    ),
    { selector: ({ tag }) => tag[0] },
  )
  .map((drawn): SitePolicy => {
    const more = { name: '', home: sites[0]!, bundlesPerMinute: 0, bytesPerMinute: 0 };
    const rules = drawn.map((rule): CrossingRule => ({ ...rule, ...more }));
    return { site: sites[0]!, revision: 0, pins: pins.slice(1), rules };
  });
const anySubject = fc.record(
  {
    site: fc.constantFrom(...sites),
    tag: fc.constantFrom(...tags),
    scope: fc.constantFrom(Scope.anywhere, Scope.site),
  },
  plain,
);

test('a bundle leaves as published to the peer, and enters as subscribed from its site', () => {
  fc.assert(
    fc.property(anyPolicy, anySubject, fc.constantFrom(...sites), (policy, subject, peer) => {
      const { site, tag, scope } = subject;
      const rule = policy.rules.find((candidate) => equalBytes(candidate.tag, tag));
      const shared = (with_: Uint8Array) => rule?.peers.some((one) => equalBytes(one, with_));
      const way = (wanted: number) => rule && (rule.crossing & wanted) !== 0;
      const isOwn = equalBytes(site, policy.site);
      const isFree = scope === Scope.anywhere;
      const leaves = isFree && isOwn && way(1) && shared(peer);
      assert.equal(mayLeave(policy, subject, peer), Boolean(leaves));
      const enters = isFree && !isOwn && way(2) && shared(site);
      assert.equal(mayEnter(policy, subject)?.site, enters ? site : undefined);
    }),
  );
});
