import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BundleKind, decodeFields, decodeMessage, type ReadBundle, toHex } from '@muster/core';
import { chance, intBelow, SeededRandom } from '@muster/core/testing';
import type { Uplink } from '../../src/uplinks/uplink.ts';
import { uplinkContract } from './contract.ts';
import { OutgoingBundles } from './outgoing-bundles.ts';
import type { SiteNode } from './site-node.ts';
import { Bridge, generalTopic, topics, UpstreamWorld } from './upstream-world.ts';

uplinkContract({
  name: 'upstream broker',
  make: async () => {
    const world = new UpstreamWorld();
    await world.start();
    await world.third();
    const box = world.newBox(1);
    const uplink = world.newUplink(box);
    const bundles = new OutgoingBundles(world.clock, box);
    let brought = 0;
    return {
      uplink,
      next: () => bundles.next(),
      arrived: () => world.arrived(),
      cut: () => world.cut(),
      sever: () => world.sever(),
      mend: () => world.mend(),
      bring: () => {
        brought += 1;
        void world.publish(JSON.stringify({ text: 'from outside', id: `n-${brought}` }));
      },
      taken: () => messages(box).length,
      until: (condition) => world.until(condition),
      settle: () => world.pass(1_000),
      close: () => world.close(),
    };
  },
});

/** Messages that a node holds and that came over an upstream. */
function messages(box: SiteNode): { text: string; client: string | undefined; name: string }[] {
  const held: ReadBundle[] = [];
  for (let row = 0; ; ) {
    const page = box.node.since({ row, limit: 200 });
    held.push(...page);
    const last = page.at(-1);
    if (!last) break;
    row = last.row;
  }
  return held.flatMap(({ kind, signed }) => {
    const fields = decodeFields(signed);
    if (kind !== BundleKind.message || !fields.ok) return [];
    const message = decodeMessage(fields.value.payload);
    return message?.via
      ? [{ text: message.text, client: message.via.client, name: message.name }]
      : [];
  });
}

async function up(world: UpstreamWorld, uplink: Uplink): Promise<void> {
  uplink.start({
    onUp: () => {},
    onDown: () => {},
    onBundle: () => {},
    onSeen: (_id, onKept) => onKept(),
  });
  await world.until(() => uplink.status().state === 'up', 'it did not come up');
}

async function withWorld(run: (world: UpstreamWorld) => Promise<void>): Promise<void> {
  const world = new UpstreamWorld();
  await world.start();
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

describe('upstream broker', () => {
  test('publishes a message as JSON with author, time, lane and id', () =>
    withWorld(async (world) => {
      await world.third();
      const box = world.newBox(1);
      const uplink = world.newUplink(box);
      await up(world, uplink);
      const item = new OutgoingBundles(world.clock, box).next();
      uplink.send(item, () => {});
      await world.until(() => world.heard.length === 1);
      const [{ topic, json } = { topic: '', json: {} }] = world.heard;
      assert.equal(topic, generalTopic);
      assert.equal(json.text, 'message 1');
      assert.equal(json.channel, 'general');
      assert.equal(world.arrived()[0], toHex(item.read.id));
    }));

  test('takes in text and JSON, signed on behalf of the uplink, and counts what it refuses', () =>
    withWorld(async (world) => {
      const box = world.newBox(1);
      const uplink = world.newUplink(box);
      await up(world, uplink);
      await world.publish('plain text');
      await world.publish(JSON.stringify({ text: 'as JSON', name: 'Sensor 7' }));
      await world.publish('{"text": 5}');
      await world.publish('{"text": "x", "more": 1}');
      await world.publish('x'.repeat(40_000));
      await world.until(() => messages(box).length === 2 && uplink.status().problem !== '');
      await world.pass(1_000);
      assert.deepEqual(messages(box), [
        { text: 'plain text', client: 'uplink:office', name: 'uplink:office' },
        { text: 'as JSON', client: 'uplink:office', name: 'Sensor 7' },
      ]);
      assert.match(uplink.status().problem, /^3 messages/);
      assert.equal(uplink.status().state, 'up');
    }));

  test('what comes twice with one id is written once; equal texts without id each', () =>
    withWorld(async (world) => {
      const box = world.newBox(1);
      await up(world, world.newUplink(box));
      for (let i = 0; i < 3; i += 1) await world.publish(JSON.stringify({ text: 'door', id: '1' }));
      for (let i = 0; i < 3; i += 1) await world.publish('door open');
      await world.until(() => messages(box).length === 4);
      await world.pass(1_000);
      assert.equal(messages(box).filter(({ text }) => text === 'door').length, 1);
      assert.equal(messages(box).filter(({ text }) => text === 'door open').length, 3);
    }));

  test('a retained message is written once, however often the line is cut', () =>
    withWorld(async (world) => {
      const box = world.newBox(1);
      const uplink = world.newUplink(box);
      const client = await world.third();
      await client.publishAsync(generalTopic, 'open from 9 to 5', { qos: 1, retain: true });
      await up(world, uplink);
      await world.until(() => messages(box).length === 1);
      for (let cut = 0; cut < 3; cut += 1) {
        world.cut();
        await world.until(() => uplink.status().state !== 'up');
        await world.until(() => uplink.status().state === 'up');
        await world.pass(500);
      }
      assert.equal(messages(box).length, 1);
    }));

  test('its own messages that come back are not written, and confirm', () =>
    withWorld(async (world) => {
      await world.third();
      const box = world.newBox(1);
      const uplink = world.newUplink(box);
      const seen: string[] = [];
      uplink.start({
        onUp: () => {},
        onDown: () => {},
        onBundle: () => {},
        onSeen: (id, onKept) => {
          seen.push(toHex(id));
          onKept();
        },
      });
      await world.until(() => uplink.status().state === 'up');
      const item = new OutgoingBundles(world.clock, box).next();
      uplink.send(item, () => {});
      await world.until(() => seen.length === 1);
      assert.deepEqual(seen, [toHex(item.read.id)]);
      // Somebody sends back what they read, in their own words.
      const { json } = world.heard[0]!;
      await world.publish(JSON.stringify({ text: 'echo', id: json.id }));
      await world.publish(JSON.stringify(json));
      await world.until(() => seen.length === 3);
      assert.equal(messages(box).length, 0);
    }));

  test('of two gateways the second holds back, and takes over when the first goes', () =>
    withWorld(async (world) => {
      await world.third();
      const boxes = [world.newBox(1), world.newBox(2)];
      const uplinks = boxes.map((box) => world.newUplink(box));
      for (const uplink of uplinks) await up(world, uplink);
      await world.pass(500);
      // Both hold the same bundle and would send it.
      const one = new OutgoingBundles(world.clock, boxes[0]).next();
      boxes[1]!.node.takeFromUplink(boxes[0]!.node.carried(one.read.id)!, () => {});
      let answers = 0;
      for (const uplink of uplinks) {
        uplink.send(one, (answer) => {
          if (answer.ok) answers += 1;
        });
      }
      await world.until(() => answers === 2);
      await world.pass(30_000);
      assert.equal(world.arrived().length, 1);
      // What comes in is written by the first, and by the other after a while if it hears nothing.
      await world.publish(JSON.stringify({ text: 'in', id: 'in-1' }));
      await world.pass(3_000);
      assert.equal(boxes.flatMap(messages).length, 1);
      const first = boxes.findIndex((box) => messages(box).length === 1);
      const [read] = boxes[first]!.node.ofKind(BundleKind.message, 1);
      uplinks[1 - first]!.onBundle(read!);
      await world.pass(30_000);
      assert.equal(boxes.flatMap(messages).length, 1);
      // The first dies without a word; its last will clears its presence.
      await uplinks[first]!.stop();
      await world.pass(500);
      await world.publish(JSON.stringify({ text: 'later', id: 'in-2' }));
      await world.until(() => messages(boxes[1 - first]!).length === 1);
    }));

  test('says why a broker does not admit it, and goes on trying ever more slowly', () =>
    withWorld(async (world) => {
      world.broker.authenticate = (_client, _user, password, done) =>
        done(null, password?.toString() === 'right');
      const wrong = world.newUplink(world.newBox(1), { password: 'wrong' });
      wrong.start({ onUp() {}, onDown() {}, onBundle() {}, onSeen() {} });
      await world.until(() => wrong.status().state === 'down');
      assert.match(wrong.status().problem, /refuses user name or password|does not admit/);
      assert.notEqual(wrong.status().mend, '');
      assert.ok(wrong.status().nextTryMs! > world.clock.monotonicMs());
      await up(world, world.newUplink(world.newBox(2), { password: 'right' }));
    }));

  test('leaves and clears its presence', () =>
    withWorld(async (world) => {
      const present = new Set<string>();
      const client = await world.third();
      client.on('message', (topic, payload) => {
        if (!topic.startsWith(`${topics}/gateways/`)) return;
        if (payload.length > 0) present.add(topic);
        else present.delete(topic);
      });
      await client.subscribeAsync(`${topics}/gateways/+`);
      const uplink = world.newUplink(world.newBox(1));
      await up(world, uplink);
      await world.until(() => present.size === 1);
      world.sever();
      await world.until(() => present.size === 0);
      world.mend();
      await world.until(() => present.size === 1);
      await uplink.stop();
      await world.until(() => present.size === 0);
    }));

  test('flaps and kills: third parties get each message once, and theirs are written once', () =>
    withWorld(async (world) => {
      const seed = 20261122;
      const random = new SeededRandom(seed);
      await world.third();
      const bridge = new Bridge(world, world.newBox(1));
      bridge.start();
      await world.until(() => bridge.uplink.status().state === 'up');
      const written = new Set<string>();
      let brought = 0;
      for (let flap = 0; flap < 25; flap += 1) {
        for (let i = 0; i < 5; i += 1) written.add(toHex(bridge.box.write(`${flap} ${i}`)));
        brought += 1;
        await world.publish(JSON.stringify({ text: 'in', id: `in-${brought}` }));
        await world.pass(intBelow(random, 3_000));
        // In the middle of sending, as often as can be hit.
        for (let i = 0; i < 5; i += 1) written.add(toHex(bridge.box.write(`${flap} late ${i}`)));
        await world.pass(20 * (1 + intBelow(random, 4)));
        if (chance(random, 0.4)) bridge.kill();
        else world.cut();
      }
      await world.until(() => new Set(world.arrived()).size >= written.size, `seed ${seed}: loss`);
      await world.until(() => messages(bridge.box).length >= brought, `seed ${seed}: loss inside`);
      await world.pass(5_000);
      assert.equal(world.arrived().length, written.size, `seed ${seed}`);
      assert.equal(messages(bridge.box).length, brought, `seed ${seed}`);
    }));

  test('two gateways with one upstream: each message once there and once in the mesh', () =>
    withWorld(async (world) => {
      await world.third();
      const bridges = [new Bridge(world, world.newBox(1)), new Bridge(world, world.newBox(2))];
      for (const [index, bridge] of bridges.entries()) {
        bridge.start();
        bridge.meshWith(bridges[1 - index]!.box);
        await world.until(() => bridge.uplink.status().state === 'up');
      }
      const written = new Set<string>();
      let brought = 0;
      for (let round = 0; round < 12; round += 1) {
        for (const { box } of bridges) written.add(toHex(box.write(`${round}`)));
        brought += 1;
        await world.publish(JSON.stringify({ text: 'in', id: `in-${brought}` }));
        await world.publish(`without id ${brought}`);
        await world.pass(1_000);
        // One after the other is gone for a while; the other one carries on.
        if (round % 3 === 2) bridges[round % 2]!.kill();
      }
      await world.until(() => new Set(world.arrived()).size === written.size, 'loss');
      await world.until(() => bridges.every(({ box }) => messages(box).length >= 2 * brought));
      await world.pass(40_000);
      assert.equal(world.arrived().length, written.size);
      for (const { box } of bridges) assert.equal(messages(box).length, 2 * brought);
    }));
});
