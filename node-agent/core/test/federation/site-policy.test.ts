import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  Crossing,
  type CrossingRule,
  checkSitePolicy,
  pinOf,
  type SitePolicy,
  signSitePolicy,
} from '../../src/federation/index.ts';
import { rootIssuer } from '../../src/identity/issued.ts';
import { encodeStatement, signStatement } from '../../src/identity/statement.ts';
import { encodeCbor } from '../../src/index.ts';
import { bundleLimits, federationLimits } from '../../src/limits.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';
import { root, site, stranger, trust } from '../support/site.ts';

const pinFor = (byte: number, name = `site ${byte}`, relays: readonly string[] = []) =>
  pinOf(crypto, { siteKey: keyPair(byte).publicKey, name, relays });
const harbour = pinFor(40, 'harbour', ['/dns4/relay.example/tcp/7320']);
const hill = pinFor(41);
const news: CrossingRule = {
  tag: new Uint8Array(16).fill(1),
  name: 'news',
  home: harbour.site,
  crossing: Crossing.both,
  peers: [harbour.site, hill.site],
  bundlesPerMinute: 60,
  bytesPerMinute: 100_000,
};
const policy: SitePolicy = { site, revision: 7, pins: [harbour, hill], rules: [news] };
const wire = signSitePolicy(crypto, policy, rootIssuer(root));

const reason = (of: Uint8Array) => {
  const checked = checkSitePolicy(trust, of);
  return checked.ok ? 'ok' : checked.reason;
};
type Item = Parameters<typeof encodeCbor>[0];
const pinItems = [harbour.siteKey, harbour.name, harbour.relays] as const;
const ruleItems = [news.tag, 'news', news.home, 3, [harbour.site], 0, 0] as const;
const signed = (items: readonly Item[], by = root) => {
  const what = { domain: 'site-policy', signed: encodeCbor([...items]) } as const;
  return encodeStatement(signStatement(crypto, what, by.secretKey));
};

test('policies come back as they were signed', () => {
  assert.deepEqual(checkSitePolicy(trust, wire), { ok: true, value: policy });
  const pins = [harbour, hill, pinFor(42)];
  const anyPin = fc.constantFrom(...pins.map((pin) => pin.site));
  const anyRule = fc.record(
    {
      tag: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      name: fc.string({ maxLength: 16 }),
      home: fc.oneof(anyPin, fc.constant(site)),
      crossing: fc.constantFrom(...Object.values(Crossing)),
      peers: fc.uniqueArray(anyPin),
      bundlesPerMinute: fc.nat(2 ** 32 - 1),
      bytesPerMinute: fc.nat(2 ** 32 - 1),
    },
    { noNullPrototype: true },
  );
  const selector = (rule: CrossingRule) => rule.tag.join();
  const anyRules = fc.uniqueArray(anyRule, { selector, maxLength: 20 });
  fc.assert(
    fc.property(fc.maxSafeNat(), anyRules, (revision, rules) => {
      const value = { site, revision, pins, rules };
      assert.deepEqual(checkSitePolicy(trust, signSitePolicy(crypto, value, rootIssuer(root))), {
        ok: true,
        value,
      });
    }),
  );
});

test('every bit and byte of a policy is covered, and nothing throws', () => {
  const short = signSitePolicy(crypto, { ...policy, pins: [], rules: [] }, rootIssuer(root));
  for (const bytes of [wire, short]) {
    for (const changed of [...bitFlips(bytes), ...byteChanges(bytes), ...truncated(bytes)]) {
      assert.notEqual(reason(changed), 'ok');
    }
  }
  for (const [what, bytes] of Object.entries(hostileCbor)) {
    assert.equal(reason(bytes), 'malformed', what);
    assert.equal(
      reason(encodeStatement({ signed: bytes, signature: wire.slice(-64) })),
      'malformed',
    );
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (any) => reason(any) !== 'ok'));
});

test('the root alone signs, for its own site', () => {
  const foreign = signSitePolicy(
    crypto,
    { ...policy, site: pinOf(crypto, { ...harbour, siteKey: stranger.publicKey }).site },
    rootIssuer(stranger),
  );
  assert.equal(reason(foreign), 'foreign');
  assert.equal(reason(signed([1, site, 0, [], []], stranger)), 'forged');
  assert.throws(() => signSitePolicy(crypto, policy, rootIssuer(stranger)), RangeError);
});

test('what contradicts itself is malformed, whoever signed it', () => {
  const own: Item = [root.publicKey, 'ourselves', []];
  const rules = (...changed: Item[]) => signed([1, site, 0, [pinItems], changed]);
  const rule = (at: number, item: Item) => rules(ruleItems.with(at, item as never) as Item);
  const wrong: Record<string, Uint8Array> = {
    'version 2': signed([2, site, 0, [], []]),
    'an item too many': signed([1, site, 0, [], [], 0]),
    'a revision in bytes': signed([1, site, new Uint8Array(8), [], []]),
    'a pin twice': signed([1, site, 0, [pinItems, pinItems], []]),
    'the own site pinned': signed([1, site, 0, [own], []]),
    'a tag twice': rules(ruleItems as Item, ruleItems as Item),
    'a home that is not pinned': rule(2, hill.site),
    'a peer that is not pinned': rule(4, [hill.site]),
    'the own site as a peer': rule(4, [site]),
    'a peer twice': rule(4, [harbour.site, harbour.site]),
    'a way that is none': rule(3, 4),
    'a tag of 15 bytes': rule(0, new Uint8Array(15)),
    'a name of 65 bytes': rule(1, 'x'.repeat(65)),
    'a budget of 2^32': rule(5, 2 ** 32),
  };
  assert.equal(reason(rules(ruleItems as Item)), 'ok');
  assert.equal(reason(rule(2, site)), 'ok');
  for (const [what, bytes] of Object.entries(wrong)) assert.equal(reason(bytes), 'malformed', what);
});

test('its bounds: 32 pins, 128 rules, 24 KiB, and so it fits into one bundle', () => {
  const pins = Array.from({ length: 33 }, (_, i) => pinFor(50 + i));
  const rules = Array.from({ length: 129 }, (_, i) => ({
    ...news,
    tag: new Uint8Array(16).fill(i),
    home: site,
    peers: [pins[0]!.site],
  }));
  const most = { site, revision: 0, pins: pins.slice(0, 32), rules: rules.slice(0, 128) };
  const largest = signSitePolicy(crypto, most, rootIssuer(root));
  assert.equal(reason(largest), 'ok');
  assert.ok(federationLimits.policyBytesMax + 100 < bundleLimits.payloadBytesMax);
  assert.throws(() => signSitePolicy(crypto, { ...most, pins }, rootIssuer(root)), RangeError);
  assert.throws(() => signSitePolicy(crypto, { ...most, rules }, rootIssuer(root)), RangeError);
  const peers = most.pins.map((pin) => pin.site);
  const wide = { ...most, rules: most.rules.map((rule) => ({ ...rule, peers })) };
  assert.throws(() => signSitePolicy(crypto, wide, rootIssuer(root)), RangeError, 'over 24 KiB');
});
