/**
 * Other sites on the phone: only what the site's own root key lets in is shown, under the site that
 * it comes from, and nothing but a ticket gives a badge.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BundleKind,
  ChannelKind,
  Crossing,
  channelTag,
  encodeDescription,
  encodeProfile,
  HybridClock,
  profileTag,
  Role,
  rootIssuer,
  Scope,
  type SitePolicy,
  signSitePolicy,
  siteChannelTag,
  toHex,
  utf8,
} from '@muster/core';
import { Channels, isHeard, mayLeave, mayWriteHere } from '../src/channels/channels.ts';
import type { Item } from '../src/connection/wire.ts';
import { type Federation, federationOf } from '../src/federation/federation.ts';
import { PolicyKeeper } from '../src/federation/policy-keeper.ts';
import { Inbox } from '../src/inbox/inbox.ts';
import { openItem } from '../src/inbox/open-item.ts';
import { Standings } from '../src/inbox/standings.ts';
import { webLimits } from '../src/limits.ts';
import { MemoryDatabase } from '../src/storage/memory-database.ts';
import type { MessageRecord } from '../src/storage/records.ts';
import {
  harbour,
  news,
  otherRoot,
  otherSite,
  otherTicket,
  policyOf,
  rule,
  signedPolicy,
} from './support/other-site.ts';
import { crypto, item, keyPair, node, nodeTicket, root, site } from './support/site.ts';

const ms = Date.UTC(2026, 5, 10, 12);
const siteKey = root.publicKey;
const mira = keyPair(42);
const other = { tag: news, author: mira, site: otherSite, ticket: otherTicket(mira.publicKey), ms };
const place = { tag: news, key: new Uint8Array(0), home: otherSite };
const general = siteChannelTag(crypto, siteKey, 'general');

function opener(policy: SitePolicy | undefined) {
  return { crypto, site, siteKey, standings: new Standings(crypto), policy: () => policy };
}

function keeper(db = new MemoryDatabase()) {
  const seen: Federation[] = [];
  const onPolicy = (federation: Federation) => void seen.push(federation);
  return {
    keeper: new PolicyKeeper({ db, trust: { crypto, site, siteKey, epoch: 0 }, onPolicy }),
    seen,
    db,
  };
}

test('a policy counts when the own root signed it, and never an older one', async () => {
  const { keeper: policies, seen, db } = keeper();
  const foreign = { ...policyOf(), site: otherSite, pins: [], rules: [] };
  assert.equal(await policies.take(signSitePolicy(crypto, foreign, rootIssuer(otherRoot))), false);
  const forged = signedPolicy();
  forged[forged.length - 1]! ^= 1;
  assert.equal(await policies.take(forged), false);
  assert.equal(await policies.take(new Uint8Array(9)), false);
  assert.equal(await policies.take(signedPolicy({ revision: 5 })), true);
  assert.equal(await policies.take(signedPolicy({ revision: 5 })), false);
  assert.equal(await policies.take(signedPolicy({ revision: 4, rules: [] })), false);
  assert.deepEqual(
    seen.map(({ policy }) => policy.revision),
    [5],
  );
  const later = keeper(db);
  await later.keeper.load();
  assert.equal(later.seen[0]?.policy.revision, 5);
  assert.equal(await later.keeper.take(signedPolicy({ revision: 3 })), false);
});

test('of two policies under one number every phone keeps the same', async () => {
  const [one, two] = [signedPolicy(), signedPolicy({ rules: [] })];
  const kept = [];
  for (const order of [
    [one, two],
    [two, one],
  ]) {
    const { keeper: policies, seen } = keeper();
    for (const wire of order) await policies.take(wire);
    kept.push(seen.at(-1)!.policy.rules.length);
  }
  assert.equal(kept[0], kept[1]);
});

test('another site is heard where the policy lets it in, and nowhere else', () => {
  const opens = (said: Item, policy: SitePolicy | undefined, at = place) =>
    openItem(opener(policy), said, at).ok;
  assert.equal(opens(item(other), policyOf()), true);
  assert.equal(opens(item(other), undefined), false);
  assert.equal(opens(item(other), policyOf({ rules: [], pins: [harbour] })), false);
  const publishOnly = policyOf({ rules: [rule({ crossing: Crossing.publish })] });
  assert.equal(opens(item(other), publishOnly), false);
  assert.equal(opens(item(other), policyOf({ rules: [rule({ peers: [] })] })), false);
  assert.equal(opens(item({ ...other, scope: Scope.site }), policyOf()), false);
  const atGeneral = { ...place, tag: general, home: site };
  assert.equal(opens(item({ ...other, tag: general }), policyOf(), atGeneral), false);
  const profiles = { ...place, tag: profileTag(crypto, site), home: site };
  const profile = { ...other, tag: profiles.tag, kind: BundleKind.profile };
  const payload = encodeProfile('Mira', new Uint8Array(1));
  const everywhere = policyOf({ rules: [rule({ tag: profiles.tag })] });
  assert.equal(opens(item({ ...profile, payload }), everywhere, profiles), false);
});

test('only the site whose channel it is describes it', () => {
  const describe = (author: typeof mira, from: Uint8Array, home: Uint8Array) => {
    const label = utf8('notices');
    const tag = channelTag(crypto, { site: from, creator: author.publicKey, label });
    const kind = ChannelKind.announcement;
    const sealed = new Uint8Array(0);
    const payload = encodeDescription({ kind, revision: 0, label, topic: '', writers: [], sealed });
    const ticket = otherTicket(author.publicKey);
    const said = {
      tag,
      author,
      site: from,
      ticket,
      ms,
      payload,
      kind: BundleKind.channelDescription,
    };
    const policy = policyOf({ rules: [rule({ tag, home })] });
    const opened = openItem(opener(policy), item(said), { tag, key: new Uint8Array(0), home });
    return opened.ok && opened.value.open().ok;
  };
  assert.equal(describe(mira, otherSite, otherSite), true);
  assert.equal(describe(mira, otherSite, site), false);
});

async function taken(said: Item, at = place): Promise<MessageRecord | undefined> {
  const parts = { ...opener(policyOf()), db: new MemoryDatabase(), hybrid: new HybridClock() };
  const inbox = new Inbox({ ...parts, now: () => ms });
  return (await inbox.take([said], at, 0)).fresh[0]?.record;
}

test('a message of another site carries its site; one of ours does not', async () => {
  assert.equal((await taken(item(other)))?.site, toHex(otherSite));
  const own = await taken(item({ tag: news, author: mira, ms }));
  assert.ok(own && !('site' in own) && !('staysHere' in own));
  const staying = await taken(item({ tag: news, author: mira, ms, scope: Scope.site }));
  assert.equal(staying?.staysHere, true);
});

test('a badge is worn by ticket, not by the word of a node', async () => {
  assert.equal((await taken({ ...item(other), role: 'staff' }))?.role, 'user');
  const ticket = otherTicket(mira.publicKey, Role.staff);
  assert.equal((await taken(item({ ...other, ticket })))?.role, 'staff');
  const without = { ...item({ ...other, ticket }), ticket: new Uint8Array(0) };
  assert.equal((await taken(without))?.role, 'guest');
  // Staff of harbour by harbour's own word is nobody at ours.
  const posing = item({ tag: general, author: mira, ms, ticket });
  const atGeneral = { ...place, tag: general, home: site };
  assert.equal((await taken(posing, atGeneral))?.role, 'guest');
});

test('only a node speaks for an MQTT client, by the name on its certificate', async () => {
  const via = { kind: 'mqtt', client: 'sensor-1', ref: new Uint8Array(8) } as const;
  const said = { tag: general, ms, name: 'Door', via };
  const atGeneral = { ...place, tag: general, home: site };
  const byBox = await taken(item({ ...said, author: node, ticket: nodeTicket() }), atGeneral);
  assert.deepEqual(byBox?.via, { client: 'sensor-1', node: 'A1' });
  const byGuest = await taken(item({ ...said, author: mira }), atGeneral);
  assert.equal(byGuest?.via, undefined);
  assert.equal(byGuest?.name, 'Door');
});

test('channels of other sites come and go with the policy, as far as there is room', async () => {
  const db = new MemoryDatabase();
  const channels = new Channels({ db, crypto, site, siteKey, onChange() {} });
  const many = Array.from({ length: webLimits.federatedFollowedMax + 5 }, (_, i) =>
    rule({ tag: crypto.blake2b(16, utf8(`news ${i}`)), name: `news ${i}` }),
  );
  assert.deepEqual(await channels.takeFederation(federationOf(policyOf({ rules: many }))), []);
  assert.equal(channels.joined.size, webLimits.federatedFollowedMax);
  const gone = await channels.takeFederation(federationOf(policyOf()));
  assert.equal(gone.length, webLimits.federatedFollowedMax);
  const [record] = channels.joined.values();
  assert.deepEqual([record?.kind, record?.name, record?.home], ['federated', 'news', otherSite]);
  await channels.leave(toHex(news));
  assert.equal(channels.joined.size, 1);
  assert.equal(mayLeave(record!), false);
});

test('an announcement channel of another site is its makers’, also here', async () => {
  const channels = new Channels({ db: new MemoryDatabase(), crypto, site, siteKey, onChange() {} });
  await channels.takeFederation(federationOf(policyOf()));
  const read = () => channels.joined.get(toHex(news))!;
  assert.equal(mayWriteHere(read(), toHex(node.publicKey)), true);
  const sealed = new Uint8Array(0);
  const said = { revision: 1, label: utf8('x'), topic: 'Tides', writers: [], sealed };
  const description = { ...said, kind: ChannelKind.announcement };
  await channels.describe(read(), description, mira.publicKey);
  assert.equal(read().topic, 'Tides');
  assert.equal(read().name, 'news');
  assert.equal(mayWriteHere(read(), toHex(node.publicKey)), false);
  assert.equal(mayWriteHere(read(), toHex(mira.publicKey)), true);
});

test('what is kept of a site is hidden once it is unpinned', async () => {
  const channels = new Channels({ db: new MemoryDatabase(), crypto, site, siteKey, onChange() {} });
  const pinned = federationOf(policyOf());
  await channels.takeFederation(pinned);
  const channel = channels.joined.get(toHex(news))!;
  const record = (await taken(item(other)))!;
  assert.equal(isHeard(channel, record, pinned), true);
  const unpinned = federationOf(policyOf({ revision: 2, pins: [], rules: [] }));
  assert.equal(isHeard(channel, record, unpinned), false);
  assert.equal(isHeard(channel, record, undefined), false);
});
