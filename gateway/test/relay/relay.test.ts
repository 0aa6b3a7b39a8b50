/** What a relay does for sites that keep to the rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesKey, Lane } from '@muster/core';
import { consentOf, twoSites, World } from './world.ts';

test('what one site publishes reaches the other while both are here, and back', () => {
  const { world, hill, harbour, relay, a, b } = twoSites();
  const up = a.uplink().follow([harbour]).dial(relay);
  b.uplink().follow([hill]).dial(relay);
  world.run(1);
  const fromHill = a.write('from the hill');
  const fromHarbour = b.write('from the harbour', { tag: hill.sample.general });
  world.run(1);
  assert.ok(b.has(fromHill.id) && a.has(fromHarbour.id));
  assert.equal(up.confirmed, 1);
  const hops = b.shown.find(({ id }) => bytesKey(id) === bytesKey(fromHill.id))?.hops;
  assert.equal(hops, 2, 'to the relay, and to the other gateway');
  assert.deepEqual(
    relay.hub.sites().map(({ sessions }) => sessions),
    [1, 1],
  );
});

test('what is put while the other site is away waits for it, through a crash of the relay', () => {
  const { world, hill, relay, a, b } = twoSites();
  b.uplink().follow([hill]).dial(relay);
  const up = a.uplink().dial(relay);
  world.run(1);
  b.uplinks[0]!.wire!.cut();
  const ids = Array.from({ length: 100 }, (_, i) => a.write(`number ${i}`).id);
  world.run(1);
  assert.equal(up.confirmed, 100);
  up.wire!.cut({ vanished: 'b' });
  relay.crash();
  world.run(3600);
  b.uplinks[0]!.dial(relay);
  world.run(5);
  assert.equal(b.lacks(ids), 0);
  assert.equal(b.arrivals, 100);
  const ages = b.shown.map(({ ageMs }) => ageMs);
  assert.ok(Math.min(...ages) >= 3_600_000 && Math.max(...ages) < 3_700_000);
});

test('a reader goes on where it was, and what it knows costs it no bundle', () => {
  const { world, hill, relay, a, b } = twoSites();
  const reader = b.uplink().follow([hill]).dial(relay);
  a.uplink().dial(relay);
  for (let i = 0; i < 200; i += 1) a.write(`number ${i}`);
  world.run(10);
  assert.equal(b.arrivals, 200);
  reader.wire!.cut();
  world.run(1);
  reader.dial(relay);
  world.run(5);
  const again = reader.wire!.bToA.counts.bytesSent;
  assert.ok(again < 1_000, `${again} bytes to go on with a mark`);
  reader.wire!.cut();
  reader.marks.clear();
  reader.follow([hill]);
  world.run(1);
  reader.dial(relay);
  world.run(5);
  const anew = reader.wire!.bToA.counts.bytesSent;
  assert.ok(anew < 200 * 36 + 1_000, `${anew} bytes to begin anew`);
  assert.equal(b.arrivals, 200);
});

test('two halves of one site meet at a relay without any policy', () => {
  const world = new World();
  const hill = world.site();
  const relay = world.relay().admit(hill);
  const halves = [world.gateway(hill), world.gateway(hill)];
  for (const half of halves) half.uplink().follow([hill]).dial(relay);
  world.run(1);
  const written = halves.map((half, i) => half.write(`half ${i}`).id);
  world.run(5);
  assert.ok(halves.every((half) => written.every((id) => half.has(id))));
  assert.deepEqual(
    halves.map(({ arrivals }) => arrivals),
    [1, 1],
  );
});

test('a second gateway of a site offers what the relay has, and sends no bundle', () => {
  const world = new World();
  const hill = world.site();
  const relay = world.relay().admit(hill);
  const [one, two] = [world.gateway(hill), world.gateway(hill)];
  for (let i = 0; i < 50; i += 1) {
    const { carried } = one.write(`number ${i}`);
    two.put(carried);
  }
  const first = one.uplink().dial(relay);
  world.run(5);
  const second = two.uplink().dial(relay);
  world.run(5);
  assert.deepEqual([first.confirmed, second.confirmed], [50, 50]);
  const { bytesSent } = second.wire!.aToB.counts;
  assert.ok(bytesSent < 50 * 36 + 500, `${bytesSent} bytes`);
});

test('urgent bundles pass those that wait', () => {
  const { world, hill, relay, a, b } = twoSites();
  const payload = new Uint8Array(20_000).fill(65);
  for (let i = 0; i < 30; i += 1) a.write('', { payload, lane: Lane.bulk });
  b.uplink().follow([hill]).dial(relay, { bytesPerSecond: 20_000 });
  a.uplink().dial(relay);
  world.run(10);
  const { id } = a.write('fire', { lane: Lane.urgent });
  // It passes all that waits but the window of the wire, 64 KiB: with the offer, then again.
  world.run(8);
  assert.ok(b.has(id));
  assert.ok(b.shown.length < 20);
});

test('a gateway that was away learns the newest policy from the relay', () => {
  const { world, hill, harbour, relay, a } = twoSites();
  const late = world.gateway(hill);
  late.adopt(hill.policy([], []));
  const newest = consentOf(hill, harbour);
  a.adopt(newest);
  a.uplink().dial(relay);
  late.uplink().dial(relay);
  world.run(1);
  assert.deepEqual(late.node.policy()?.wire, newest);
  const changed = hill.policy([], []);
  a.adopt(changed);
  world.run(1);
  assert.deepEqual(late.node.policy()?.wire, changed);
});

test('a pinned relay key refuses whoever else answers', () => {
  const { world, relay, a } = twoSites();
  const up = a.uplink({ relayKey: relay.key.publicKey });
  up.dialTo(() => {}, world.random.bytes(32));
  world.run(1);
  assert.match(up.downs[0]!, /Another relay/);
  up.dial(relay);
  world.run(1);
  assert.equal(up.client.status().up, true);
});

test('a link without anything to say is silent', () => {
  const { world, hill, harbour, relay, a, b } = twoSites();
  const uplinks = [a.uplink().follow([harbour]), b.uplink().follow([hill])];
  for (const uplink of uplinks) uplink.dial(relay);
  a.write('the last word');
  world.run(20);
  const frames = () =>
    uplinks.flatMap(({ wire }) => [wire!.aToB.counts.framesSent, wire!.bToA.counts.framesSent]);
  const before = frames();
  world.run(6 * 3600);
  assert.deepEqual(frames(), before);
  assert.ok(uplinks.every(({ client }) => client.status().up));
});

test('who puts again at each answer is told once that the link is gone, and not for ever', () => {
  const { world, relay, a } = twoSites();
  const up = a.uplink().dial(relay);
  world.run(1);
  const { id, carried } = a.site.author.write('again and again');
  let answers = 0;
  const putAgain = () => {
    if (!up.client.status().up) return;
    up.client.put({ id, lane: 1, load: () => carried }, () => {
      answers += 1;
      putAgain();
    });
  };
  up.wire!.pauseAtoB();
  putAgain();
  up.wire!.cut();
  world.run(1);
  assert.equal(answers, 1);
});

test('start and stop: without a start, twice, and what is put afterwards is answered', async () => {
  const { world, relay, a } = twoSites();
  const up = a.uplink().dial(relay);
  world.run(1);
  const bundle = a.write('one');
  await up.client.stop();
  await up.client.stop();
  const answers: unknown[] = [];
  up.client.put({ id: bundle.id, lane: 1, load: () => undefined }, (answer) => {
    answers.push(answer);
  });
  assert.deepEqual(answers, [{ ok: false, retry: true, reason: 'down' }]);
  await relay.hub.stop();
  await relay.hub.stop();
});
