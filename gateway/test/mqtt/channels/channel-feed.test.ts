/** Channel to MQTT in virtual time: each message once, in order, over failures and crashes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind, Crossing, Lane, pinOf, Role, rootIssuer, signSitePolicy } from '@muster/core';
import { FakeClock, SampleSite, SeededRandom } from '@muster/core/testing';
import type { OwnPublish, PlaceKeeper } from '../../../src/mqtt/channels/index.ts';
import { channelLimits } from '../../../src/mqtt/channels/limits.ts';
import { crypto, GatewayRig, generalTopic, label, start } from './support/gateway-rig.ts';

/** What a broker was given; `refuses` so many of the next packets. */
class Taken {
  readonly packets: OwnPublish[] = [];
  refuses = 0;

  readonly publish = (packet: OwnPublish, onDone: (error?: Error) => void): void => {
    if (this.refuses-- > 0) {
      queueMicrotask(() => onDone(new Error('disk-full')));
      return;
    }
    this.packets.push(packet);
    queueMicrotask(onDone);
  };

  get texts(): string[] {
    return this.packets.map(({ payload }) => JSON.parse(payload.toString()).text);
  }
}

/** Virtual time and promises take turns until nothing is left to do. */
async function settle(clock: FakeClock, ms = 20): Promise<void> {
  for (let at = 0; at < ms; at += 5) {
    clock.advance(5);
    await new Promise(setImmediate);
  }
}

test('every message of a channel that appears, once, in the order of arrival', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const taken = new Taken();
  const bridge = rig.bridge(taken.publish);
  await start(bridge, clock);
  const other = crypto.blake2b(16, Buffer.from('private'));
  for (let i = 0; i < 5; i++) void rig.say(`${i}`);
  void rig.say('elsewhere', { tag: other });
  void rig.say('no message', { kind: BundleKind.profile });
  void rig.say('damaged', { payload: new Uint8Array(3) });
  await settle(clock, 40);
  assert.deepEqual(taken.texts, ['0', '1', '2', '3', '4']);
  assert.ok(
    taken.packets.every(({ topic, qos, retain }) => {
      return topic === generalTopic && qos === 2 && !retain;
    }),
  );
  assert.equal(bridge.counters.published, 5);
});

test('a first start repeats nothing that was said before', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  void rig.say('before');
  clock.advance(10);
  const taken = new Taken();
  await start(rig.bridge(taken.publish), clock);
  void rig.say('after');
  await settle(clock);
  assert.deepEqual(taken.texts, ['after']);
});

test('what came while it was away comes at the next start, and nothing twice', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const first = new Taken();
  const bridge = rig.bridge(first.publish);
  await start(bridge, clock);
  void rig.say('a');
  await settle(clock);
  bridge.stop();
  const count = channelLimits.feedPageMax + 9;
  for (let i = 0; i < count; i++) {
    void rig.say(`${i}`);
    // A guest may write six a minute.
    clock.advance(10_000);
  }
  const second = new Taken();
  await start(rig.bridge(second.publish), clock);
  assert.deepEqual(first.texts, ['a']);
  const all = Array.from({ length: count }, (_, i) => `${i}`);
  assert.deepEqual(second.texts, all);
});

test('what the broker cannot keep is tried again, and only that', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const taken = new Taken();
  await start(rig.bridge(taken.publish), clock);
  taken.refuses = 2;
  void rig.say('a');
  await settle(clock, channelLimits.feedAgainMs * 2 - 50);
  assert.deepEqual(taken.texts, []);
  void rig.say('b');
  await settle(clock, 200);
  assert.deepEqual(taken.texts, ['a', 'b']);
});

test('a crash repeats nothing that the broker had', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const first = new Taken();
  await start(rig.bridge(first.publish), clock);
  void rig.say('a');
  clock.advance(5);
  await new Promise(setImmediate);
  rig.crash(clock.fork());
  const second = new Taken();
  await start(rig.bridge(second.publish), clock);
  assert.deepEqual([first.texts, second.texts], [['a'], []]);
});

test('a place that could not be kept is kept before the feed goes on', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { sessions } = rig;
  let failures = 0;
  const keeper: PlaceKeeper = {
    createRetainedStream: (topic) => sessions.createRetainedStream(topic),
    storeRetained: (packet) => {
      return failures-- > 0
        ? Promise.reject(new Error('disk-full'))
        : sessions.storeRetained(packet);
    },
  };
  const taken = new Taken();
  await start(rig.bridge(taken.publish, { sessions: keeper }), clock);
  failures = 2;
  void rig.say('a');
  await settle(clock);
  void rig.say('b');
  await settle(clock);
  assert.deepEqual(taken.texts, ['a']);
  await settle(clock, channelLimits.feedAgainMs * 2 + 50);
  assert.deepEqual(taken.texts, ['a', 'b']);
});

test('a store that was put aside has a place of its own', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  await start(rig.bridge(new Taken().publish), clock);
  for (let i = 0; i < 3; i++) void rig.say(`${i}`);
  await settle(clock);
  rig.loseStore(clock.fork());
  const taken = new Taken();
  await start(rig.bridge(taken.publish), clock);
  void rig.say('after');
  await settle(clock);
  assert.deepEqual(taken.texts, ['after']);
});

test('one JSON for readers: who, when, which way, what', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const taken = new Taken();
  await start(rig.bridge(taken.publish), clock);
  const text = '</script>\u0000\n"\u202e"🎪';
  void rig.say(text, { lane: Lane.bulk });
  await settle(clock);
  const json = JSON.parse(taken.packets[0]!.payload.toString());
  assert.equal(json.text, text);
  assert.deepEqual(Object.keys(json), [
    ...['id', 'channel', 'author', 'time', 'text', 'hops', 'ageMs', 'lane', 'scope'],
  ]);
  assert.deepEqual(
    [json.channel, json.lane, json.scope, json.hops],
    ['general', 'bulk', 'anywhere', 0],
  );
  assert.deepEqual(
    [json.author.name, json.author.site, json.author.role],
    [...['Ada', 'Blue Fair', 'guest']],
  );
  assert.equal(json.time.quality, 'device');
});

test("another site's messages bear its name, while the policy lets them in", async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const taken = new Taken();
  await start(rig.bridge(taken.publish, { channelNames: ['news@harbour'] }), clock);
  const harbour = new SampleSite(crypto, new SeededRandom(8));
  const pin = pinOf(crypto, { siteKey: harbour.key.publicKey, name: 'harbour', relays: [] });
  const rule = {
    ...{ tag: harbour.general, name: 'news', home: pin.site, crossing: Crossing.subscribe },
    ...{ peers: [pin.site], bundlesPerMinute: 0, bytesPerMinute: 0 },
  };
  const policy = { site: rig.site.trust.site, revision: 1, pins: [pin], rules: [rule] };
  const adopted = rig.node.adoptPolicy(signSitePolicy(crypto, policy, rootIssuer(rig.site.key)));
  assert.ok(adopted.ok);
  await settle(clock);
  const author = harbour.author(Role.staff);
  rig.node.takeFromUplink(author.write('ahoy').carried, () => {});
  await settle(clock);
  const json = JSON.parse(taken.packets[0]!.payload.toString());
  assert.deepEqual(
    [json.text, json.channel, json.author.site],
    ['ahoy', 'news@harbour', 'harbour'],
  );
  assert.equal(taken.packets[0]!.topic, `muster/${label}/channels/news@harbour/messages`);
  const unpinned = { ...policy, revision: 2, pins: [], rules: [] };
  assert.ok(rig.node.adoptPolicy(signSitePolicy(crypto, unpinned, rootIssuer(rig.site.key))).ok);
  await settle(clock);
  rig.node.takeFromUplink(author.write('still there?').carried, () => {});
  await settle(clock);
  assert.equal(taken.packets.length, 1);
});
