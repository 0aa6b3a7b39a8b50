/** The admin's changes to the site policy: each gives the next revision, and nothing dangling. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  Crossing,
  type CrossingRule,
  checkSitePolicy,
  rootIssuer,
  type SiteCard,
  type SitePolicy,
  signSitePolicy,
  siteChannelTag,
  siteIdOf,
} from '@muster/core';
import {
  findPin,
  firstPolicy,
  withoutPin,
  withPin,
  withRule,
} from '../../src/federation/edit-policy.ts';

const crypto = createSodiumCrypto();
const root = crypto.keyPairFromSeed(new Uint8Array(32).fill(1));
const site = siteIdOf(crypto, root.publicKey);

function cardOf(name: string, seed: number): SiteCard {
  const { publicKey } = crypto.keyPairFromSeed(new Uint8Array(32).fill(seed));
  return { siteKey: publicKey, name, relays: ['/dns4/relay.example/tcp/7320'] };
}

function ruleOf(policy: SitePolicy, name: string, peers: readonly string[]): CrossingRule {
  const tag = siteChannelTag(crypto, root.publicKey, name);
  const sites = peers.map((peer) => findPin(policy, peer).site);
  const budget = { bundlesPerMinute: 0, bytesPerMinute: 0 };
  return { tag, name, home: site, crossing: Crossing.both, peers: sites, ...budget };
}

/** What every node would make of it. */
function accepted(policy: SitePolicy): SitePolicy {
  const wire = signSitePolicy(crypto, policy, rootIssuer(root));
  const checked = checkSitePolicy({ crypto, site, siteKey: root.publicKey, epoch: 0 }, wire);
  assert.ok(checked.ok);
  return checked.value;
}

function sample(): SitePolicy {
  let policy = withPin(firstPolicy(site), cardOf('harbour', 2), crypto);
  policy = withPin(policy, cardOf('hill', 3), crypto);
  policy = withRule(policy, ruleOf(policy, 'news', ['harbour', 'hill']));
  const foreign = { ...ruleOf(policy, 'log', ['harbour']), home: findPin(policy, 'harbour').site };
  return withRule(policy, foreign);
}

test('each change is a revision that every node accepts', () => {
  const policy = accepted(sample());
  assert.equal(policy.revision, 4);
  assert.deepEqual(
    policy.pins.map(({ name }) => name),
    ['harbour', 'hill'],
  );
});

test('a pin that goes takes its part of the rules along, and its own channels', () => {
  const before = sample();
  const after = accepted(withoutPin(before, findPin(before, 'Harbour')));
  assert.deepEqual(
    after.rules.map(({ name, peers }) => [name, peers.length]),
    [['news', 1]],
  );
  const last = accepted(withoutPin(after, findPin(after, 'hill')));
  assert.deepEqual([last.pins, last.rules], [[], []]);
});

test('a rule is replaced, and local again means none', () => {
  const before = sample();
  const changed = withRule(before, { ...ruleOf(before, 'news', ['hill']), bytesPerMinute: 9 });
  assert.equal(accepted(changed).rules.length, 2);
  const local = { ...ruleOf(before, 'news', ['hill']), crossing: Crossing.none };
  assert.equal(accepted(withRule(changed, local)).rules.length, 1);
});

test('a card again brings new relays; a name or the own card is refused', () => {
  const moved = { ...cardOf('harbour', 2), relays: [] };
  const policy = accepted(withPin(sample(), moved, crypto));
  assert.deepEqual(findPin(policy, 'harbour').relays, []);
  assert.equal(policy.pins.length, 2);
  const namesake = () => withPin(policy, cardOf('HARBOUR', 4), crypto);
  assert.throws(namesake, { code: 'pin-name-taken' });
  const own = () => withPin(policy, { siteKey: root.publicKey, name: 'us', relays: [] }, crypto);
  assert.throws(own, { code: 'card-own' });
  assert.throws(() => findPin(policy, 'moon'), { code: 'pin-unknown', mend: /hill, harbour/ });
});
