/** One node and its clients: what is held, refused, aged, forgotten, and what a restart keeps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind, Lane } from '../../src/bundle/bundle.ts';
import { toHex, utf8 } from '../../src/bytes/index.ts';
import { ChannelKind, encodeDescription } from '../../src/channel/description.ts';
import { channelTag } from '../../src/channel/tag.ts';
import { Role } from '../../src/identity/role.ts';
import { timeLimits } from '../../src/limits.ts';
import { Village } from '../support/village.ts';

const hourMs = 3_600_000;

test('held is answered after the commit and not before, also to who puts it twice', () => {
  const village = new Village(1);
  const box = village.node('a');
  const bundle = village.site.guest(box.sample).write('hello');
  const first = box.put(bundle);
  const second = box.put(bundle);
  assert.deepEqual([first, second], [[], []]);
  assert.deepEqual(box.shown, []);
  village.clock.advance(10);
  const held = { ok: true, id: bundle.id, nodes: 1 };
  assert.deepEqual([first, second, box.put(bundle)], [[held], [held], [held]]);
  assert.deepEqual(box.shown, [toHex(bundle.id)]);
});

test('a crash before the sync loses what was not answered; putting it again is no replay', () => {
  const village = new Village(2);
  const box = village.node('a');
  const author = village.site.guest(box.sample);
  const kept = author.write('kept');
  box.put(kept);
  village.clock.advance(10);
  const lost = author.write('lost');
  const answers = box.put(lost);
  box.crash();
  village.clock.advance(10);
  assert.deepEqual(answers, []);
  assert.deepEqual(box.timeline(), [toHex(kept.id)]);
  assert.equal(box.node.author(author.key.publicKey).seqMax, 0);
  const again = box.put(lost);
  village.clock.advance(10);
  assert.equal(again[0]?.ok, true);
  assert.equal(box.timeline().length, 2);
});

test('an author above its rate is told so, and others go on', () => {
  const village = new Village(3);
  const box = village.node('a');
  const loud = village.site.guest(box.sample);
  const answers = Array.from({ length: 12 }, (_, i) => box.put(loud.write(`${i}`)));
  village.clock.advance(10);
  assert.equal(answers.filter(([answer]) => answer?.ok).length, 10);
  assert.deepEqual(answers[11], [{ ok: false, reason: 'quota-author' }]);
  const other = box.put(village.site.guest(box.sample).write('hi'));
  village.clock.advance(10);
  assert.equal(other[0]?.ok, true);
  assert.equal(box.node.status().dropped['quota-author'], 2);
});

test('a bundle dies at the end of its lifetime and does not come back, restart or not', () => {
  const village = new Village(4);
  const box = village.node('a');
  const bundle = village.site.guest(box.sample).write('soon gone', { lifetimeS: 3600 });
  box.put(bundle);
  village.clock.advance(hourMs - 1000);
  assert.equal(box.timeline().length, 1);
  village.clock.advance(1001);
  assert.equal(box.timeline().length, 0);
  village.clock.advance(2 * timeLimits.sweepMs);
  assert.equal(box.node.status().liveEntries, 0);
  assert.deepEqual(box.put(bundle), [{ ok: false, reason: 'expired-known' }]);
  box.crash();
  assert.deepEqual(box.put(bundle), [{ ok: false, reason: 'expired-known' }]);
  // Whoever caught it on the air puts it again after a week, made young.
  village.clock.advance(7 * 24 * hourMs - hourMs);
  assert.deepEqual(box.put(bundle), [{ ok: false, reason: 'expired-known' }]);
  village.clock.advance(hourMs + 2 * timeLimits.tickPersistMs);
  const late = box.put(bundle);
  village.clock.advance(10);
  assert.equal(late[0]?.ok, true);
});

test('age adds up over boots: what is off ages by one interval a boot at least', () => {
  const village = new Village(5);
  const box = village.node('a');
  const bundle = village.site.guest(box.sample).write('x', { lifetimeS: 3600 });
  box.put(bundle);
  village.clock.advance(10);
  for (let boot = 0; boot < 58; boot++) {
    box.crash();
    village.clock.advance(10);
  }
  assert.equal(box.timeline().length, 1);
  for (let boot = 0; boot < 3; boot++) {
    box.crash();
    village.clock.advance(10);
  }
  assert.equal(box.timeline().length, 0);
});

test('a lost tick record does not make what is held younger', () => {
  const village = new Village(12);
  const box = village.node('a');
  village.clock.advance(5 * hourMs);
  box.put(village.site.guest(box.sample).write('x', { lifetimeS: 3600 }));
  village.clock.advance(hourMs / 2);
  box.store.commit({ values: [['tick', undefined]] }, () => {});
  village.clock.advance(10);
  box.crash();
  village.clock.advance(hourMs - 1000);
  assert.equal(box.timeline().length, 1);
  village.clock.advance(2000);
  assert.equal(box.timeline().length, 0);
});

test('the wall clock may jump by years without any effect on what is held', () => {
  const village = new Village(6);
  const box = village.node('a');
  const author = village.site.guest(box.sample);
  box.put(author.write('one'));
  village.clock.advance(10);
  for (const unixMs of [0, 7_258_118_400_000, 1_000]) {
    box.clock.setWall(unixMs, 0);
    village.clock.advance(2 * timeLimits.sweepMs);
    const answers = box.put(author.write('more'));
    village.clock.advance(10);
    assert.equal(answers[0]?.ok, true);
  }
  assert.equal(box.timeline().length, 4);
});

test('a full disk refuses guests and still takes what is urgent', () => {
  const village = new Village(7);
  const box = village.node('a');
  const guest = village.site.guest(box.sample);
  for (let i = 0; i < 8; i++) box.put(guest.write('x'.repeat(1500)));
  village.clock.advance(10);
  box.store.contentBytesMax = box.store.usage().usedBytes;
  const refused = box.put(guest.write('x'.repeat(1900)));
  village.clock.advance(10);
  assert.deepEqual(refused, [{ ok: false, reason: 'store-full' }]);
  const staff = village.site.author(Role.staff);
  const urgent = box.put(staff.write('fire', { lane: Lane.urgent }));
  village.clock.advance(50);
  assert.equal(urgent[0]?.ok, true);
});

test('a disk that fails is told to the client, who may put the same bundle again', () => {
  const village = new Village(8);
  const box = village.node('a');
  const bundle = village.site.guest(box.sample).write('x');
  box.store.failure = 'io-error';
  const failed = box.put(bundle);
  village.clock.advance(10);
  assert.deepEqual(failed, [{ ok: false, reason: 'store-failed' }]);
  box.store.failure = undefined;
  const again = box.put(bundle);
  village.clock.advance(10);
  assert.equal(again[0]?.ok, true);
});

test('a forker is frozen with the proof kept, also over a restart', () => {
  const village = new Village(9);
  const box = village.node('a');
  const author = village.site.guest(box.sample);
  const fork = author.fork('two');
  box.put(author.write('one'));
  village.clock.advance(10);
  const forked = box.put(fork);
  village.clock.advance(10);
  assert.deepEqual(forked, [{ ok: false, reason: 'author-forked' }]);
  assert.equal(box.store.proofs(10).length, 1);
  box.crash();
  assert.deepEqual(box.put(author.write('three')), [{ ok: false, reason: 'author-frozen' }]);
  assert.equal(box.node.status().frozenAuthors, 1);
});

test('only writers write into an announcement channel once its description is known', () => {
  const village = new Village(10);
  const box = village.node('a');
  const { site } = village;
  const creator = site.author(Role.staff);
  const guest = site.guest(box.sample);
  const label = utf8('news');
  const place = { site: site.trust.site, creator: creator.key.publicKey, label };
  const tag = channelTag(site.crypto, place);
  const sealed = new Uint8Array(0);
  const kind = ChannelKind.announcement;
  const payload = encodeDescription({ kind, revision: 1, label, topic: '', writers: [], sealed });
  box.put(creator.write('', { kind: BundleKind.channelDescription, tag, payload }));
  village.clock.advance(10);
  assert.deepEqual(box.put(guest.write('me too', { tag })), [
    { ok: false, reason: 'not-a-writer' },
  ]);
  box.crash();
  const news = box.put(creator.write('doors open', { tag }));
  village.clock.advance(10);
  assert.equal(news[0]?.ok, true);
  assert.deepEqual(box.put(guest.write('still me', { tag })), [
    { ok: false, reason: 'not-a-writer' },
  ]);
});

test('a guest gets the same ticket again; it is valid for its device only', () => {
  const village = new Village(11);
  const box = village.node('a');
  const device = village.site.guest(box.sample).key.publicKey;
  const ticket = box.node.admitGuest(device);
  assert.ok(ticket.ok);
  assert.deepEqual(box.node.admitGuest(device), ticket);
  assert.deepEqual(box.node.checkTicket(ticket.value, device), { ok: true, value: Role.guest });
  const other = village.site.guest(box.sample).key.publicKey;
  assert.deepEqual(box.node.checkTicket(ticket.value, other), {
    ok: false,
    reason: 'ticket-not-yours',
  });
});
