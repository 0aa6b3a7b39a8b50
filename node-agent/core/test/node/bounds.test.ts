/** What a stranger can make a node remember has an end, and nothing that is held goes for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind } from '../../src/bundle/bundle.ts';
import { decodeBundle, decodeFields } from '../../src/bundle/decode.ts';
import { utf8 } from '../../src/bytes/index.ts';
import { ChannelKind, encodeDescription } from '../../src/channel/description.ts';
import { channelTag } from '../../src/channel/tag.ts';
import { Role } from '../../src/identity/role.ts';
import { storeLimits } from '../../src/limits.ts';
import type { PutAnswer } from '../../src/node/api.ts';
import { ChannelPolicies } from '../../src/node/channel-policies.ts';
import { MeshNode } from '../../src/node/mesh-node.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { createMemoryLogger } from '../../src/testing/memory-logger.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { type SampleAuthor, SampleSite } from '../../src/testing/sample-site.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';
import { orderKeyOf } from '../../src/time/order.ts';
import { crypto } from '../support/crypto.ts';

/** Signatures cost most of the time here and prove nothing about bounds. */
const quick = { ...crypto, sign: () => new Uint8Array(64), verify: () => true };

test('a frozen author fills its share of what is remembered, and no more', () => {
  const clock = new FakeClock();
  const random = new SeededRandom(1);
  const site = new SampleSite(quick, random);
  const store = new MemoryStore({ clock });
  const { key, certificate } = site.node('a');
  const siteKey = site.key.publicKey;
  const parts = { crypto: quick, clock, random, store, logger: createMemoryLogger() };
  const node = new MeshNode({ ...parts, siteKey, key, certificate });
  node.start({ onBundle: () => {}, onHeld: () => {}, onNeighbours: () => {}, onPolicy: () => {} });
  const author = site.author(Role.staff);
  const reasons = new Map<string, number>();
  const count = (answer: PutAnswer) => {
    const reason = answer.ok ? 'held' : answer.reason;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  };
  const fork = author.fork('two');
  node.put(author.write('one').carried, count);
  node.put(fork.carried, count);
  const notes = storeLimits.seenOnlyPerAuthorMax + 50;
  const first = author.write('first');
  node.put(first.carried, count);
  for (let i = 1; i < notes; i++) {
    clock.advance(500);
    node.put(author.write('x').carried, count);
  }
  clock.advance(10);
  assert.deepEqual(Object.fromEntries(reasons), {
    held: 1,
    'author-forked': 1,
    'author-frozen': notes,
  });
  assert.equal(node.status().liveEntries, 2 + storeLimits.seenOnlyPerAuthorMax);
  assert.equal(node.status().heldBundles, 2);
  let stored = 0;
  const entry = () => {
    stored += 1;
  };
  store.load({ entry, expired: () => {}, author: () => {} });
  assert.equal(stored, node.status().liveEntries);
  node.put(first.carried, count);
  assert.equal(reasons.get('expired-known'), 1);
  node.stop();
});

test('channels of guests and other sites do not keep those of staff from being enforced', () => {
  const site = new SampleSite(quick, new SeededRandom(2));
  const policies = new ChannelPolicies(quick);
  const describe = (author: SampleAuthor, role: Role, no: number) => {
    const label = utf8(`news ${no}`);
    const kind = ChannelKind.announcement;
    const place = { site: site.trust.site, creator: author.key.publicKey, label };
    const tag = channelTag(quick, place);
    const about = { kind, revision: 1, label, topic: '', writers: [], sealed: new Uint8Array(0) };
    const payload = encodeDescription(about);
    const draft = { kind: BundleKind.channelDescription, tag, payload };
    const { id, carried } = author.write('', draft);
    const decoded = decodeFields(carried.signed);
    assert.ok(decoded.ok);
    const orderKey = orderKeyOf(decoded.value, id);
    policies.learn({ ...decoded.value, role, signed: carried.signed, orderKey });
    return tag;
  };
  const guest = site.guest(site.node('a'));
  for (let no = 0; no < storeLimits.channelsMax; no++) describe(guest, Role.guest, no);
  const stranger = site.guest(site.node('b'));
  const mayWrite = (tag: Uint8Array) => {
    const { signed, signature } = stranger.write('x', { tag }).carried;
    const decoded = decodeBundle(quick, signed, signature);
    return decoded.ok && policies.mayWrite(decoded.value);
  };
  assert.equal(mayWrite(describe(guest, Role.guest, -1)), true);
  assert.equal(mayWrite(describe(site.author(Role.staff), Role.foreign, -2)), true);
  assert.equal(mayWrite(describe(site.author(Role.staff), Role.staff, 0)), false);
});
