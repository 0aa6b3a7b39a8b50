/** Whom a relay serves, what may flow between sites, and how much of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesKey, Crossing, Role, Scope } from '@muster/core';
import { wantLimits } from '../../src/relay/limits.ts';
import { MessageType } from '../../src/relay-link/message.ts';
import { dialThrough } from './mallory.ts';
import { TestUplink } from './test-gateway.ts';
import { consentOf, twoSites, World } from './world.ts';

test('nothing flows with the consent of one side only, and all of it once both agree', () => {
  const rows: [why: string, hill: Crossing | undefined, harbour: Crossing | undefined][] = [
    ['no policy of the author', undefined, Crossing.both],
    ['the author only reads', Crossing.subscribe, Crossing.both],
    ['no policy of the reader', Crossing.both, undefined],
    ['the reader only publishes', Crossing.both, Crossing.publish],
  ];
  for (const [why, hillCrossing, harbourCrossing] of rows) {
    const world = new World();
    const [hill, harbour] = [world.site(), world.site()];
    const relay = world.relay().admit(hill, harbour);
    const [a, b] = [world.gateway(hill), world.gateway(harbour)];
    b.tags = [hill.sample.general];
    const rule = (crossing: Crossing) => [{ home: hill, crossing }];
    if (hillCrossing !== undefined) a.adopt(hill.policy([harbour], rule(hillCrossing)));
    if (harbourCrossing !== undefined) b.adopt(harbour.policy([hill], rule(harbourCrossing)));
    a.uplink().dial(relay);
    const reader = b.uplink().follow([hill]).dial(relay);
    a.write('before');
    world.run(10);
    assert.equal(b.arrivals, 0, why);
    assert.equal(reader.flowing.get(bytesKey(hill.id)), 0, why);
    a.adopt(hill.policy([harbour], rule(Crossing.publish)));
    b.adopt(harbour.policy([hill], rule(Crossing.subscribe)));
    world.run(10);
    assert.equal(b.shown.length, 1, why);
    assert.equal(reader.flowing.get(bytesKey(hill.id)), 1, why);
    a.adopt(hill.policy([harbour], rule(Crossing.none)));
    world.run(1);
    a.write('after');
    world.run(10);
    assert.equal(b.arrivals, 1, why);
  }
});

test('who is not admitted, or shows no certificate of the site for its key, is told so', () => {
  const world = new World();
  const [hill, harbour] = [world.site(), world.site()];
  const relay = world.relay().admit(hill);
  const stranger = world.gateway(harbour).uplink().dial(relay);
  const thief = world.gateway(hill);
  const forged = world.gateway(hill);
  Object.assign(thief.sample, { certificate: world.gateway(hill).sample.certificate });
  Object.assign(forged.sample, {
    certificate: forged.sample.certificate.with(-1, forged.sample.certificate.at(-1)! ^ 1),
  });
  const others = [new TestUplink(thief).dial(relay), new TestUplink(forged).dial(relay)];
  world.run(1);
  assert.match(stranger.downs[0]!, /does not know this site/);
  for (const { downs } of others) assert.match(downs[0]!, /certificate/);
  assert.deepEqual(
    [stranger, ...others].map(({ ups }) => ups),
    [0, 0, 0],
  );
  assert.deepEqual(
    relay.hub.sites().map(({ sessions }) => sessions),
    [0],
  );
});

test('a site that an admitted one pinned may read, and put what that one takes', () => {
  const world = new World();
  const [hill, harbour] = [world.site(), world.site()];
  const relay = world.relay().admit(hill);
  const [a, b] = [world.gateway(hill), world.gateway(harbour)];
  a.tags = b.tags = [hill.sample.general, harbour.sample.general];
  const both = Crossing.both;
  a.adopt(hill.policy([harbour], [{ home: hill, crossing: both }]));
  b.adopt(consentOf(harbour, hill));
  a.uplink().follow([harbour]).dial(relay);
  world.run(1);
  const guest = b.uplink().follow([hill]).dial(relay);
  world.run(1);
  const fromHill = a.write('for the harbour');
  const shared = b.write('for the hill', { tag: hill.sample.general });
  const own = b.write('of the harbour alone');
  world.run(5);
  assert.deepEqual([b.has(fromHill.id), a.has(shared.id), a.has(own.id)], [true, true, false]);
  assert.deepEqual(guest.refusals, ['not-shared']);
  const [, pinned] = relay.hub.sites();
  assert.equal(pinned?.admitted, false);
  assert.equal(pinned?.bytesMax, 8 * 1024 * 1024);
});

test('what is to stay in its site is refused, and so is what is of another site', () => {
  const { world, harbour, relay, a } = twoSites();
  const up = a.uplink().dial(relay);
  a.write('not for others', { scope: Scope.site });
  world.run(1);
  assert.deepEqual(up.refusals, ['not-admissible']);
  const { id, carried } = harbour.author.write('of the harbour');
  up.client.put({ id, lane: 1, load: () => carried }, (answer) => {
    if (!answer.ok) up.refusals.push(answer.reason);
  });
  world.run(1);
  assert.deepEqual(up.refusals, ['not-admissible', 'not-admissible']);
  assert.deepEqual(
    relay.hub.sites().map(({ bytesUsed }) => bytesUsed),
    [0, 0],
  );
});

test('a site keeps within its quota, and the newest stays', () => {
  const world = new World();
  const hill = world.site();
  const relay = world.relay();
  relay.admitted = [{ ...hill.admitted, bytesMax: 100_000 }];
  void relay.hub.admitSites(relay.admitted);
  const [a, reader] = [world.gateway(hill), world.gateway(hill)];
  const up = a.uplink().dial(relay);
  const payload = new Uint8Array(10_000).fill(65);
  const ids = Array.from({ length: 30 }, () => a.write('', { payload }).id);
  world.run(10);
  // Those that newer ones displaced on their way to the disk are not called held.
  assert.equal(up.confirmed + up.refusals.length, 30);
  assert.ok(up.confirmed >= 8 && up.refusals.every((reason) => reason === 'seen'));
  const [status] = relay.hub.sites();
  assert.ok(status!.bytesUsed <= 100_000 && status!.bytesUsed > 80_000);
  reader.uplink().follow([hill]).dial(relay);
  world.run(10);
  assert.ok(reader.has(ids.at(-1)!) && !reader.has(ids[0]!));
  assert.equal(up.client.status().quota?.bytesMax, 100_000);
});

test('what the quota displaced is passed on to who wants it, and is not kept', () => {
  const { world, hill, harbour, relay, a, b } = twoSites();
  relay.admitted = [{ ...hill.admitted, bytesMax: 100_000 }, harbour.admitted];
  relay.crash();
  const author = a.uplink().dial(relay);
  const payload = new Uint8Array(10_000).fill(65);
  const ids: Uint8Array[] = [];
  for (let i = 0; i < 20; i += 1) {
    ids.push(a.write('', { payload }).id);
    world.run(1);
  }
  assert.equal(author.confirmed, 20);
  const reader = b.uplink().follow([hill]).dial(relay);
  world.run(10);
  const missing = ids.filter((id) => !b.has(id));
  assert.ok(missing.length > 10 && missing.length < 20);
  reader.client.want(hill.id, ids);
  world.run(10);
  assert.equal(b.lacks(ids), 0);
  assert.equal(b.arrivals, 20);
  assert.ok(relay.hub.sites()[0]!.bytesUsed <= 100_000);
});

test("a forged copy of what is wanted is not passed on, and takes nobody's place", () => {
  const { world, hill, harbour, relay, a, b } = twoSites();
  relay.admitted = [{ ...hill.admitted, bytesMax: 100_000 }, harbour.admitted];
  relay.crash();
  const author = a.uplink();
  let forging = false;
  dialThrough(author, relay, {
    up: (message) => {
      if (message.type !== MessageType.bundle || !forging) return [message];
      const { bundle } = message;
      return [{ ...message, bundle: { ...bundle, signature: new Uint8Array(64) } }];
    },
  });
  const payload = new Uint8Array(10_000).fill(65);
  const ids: Uint8Array[] = [];
  for (let i = 0; i < 20; i += 1) {
    ids.push(a.write('', { payload }).id);
    world.run(1);
  }
  const reader = b.uplink().follow([hill]).dial(relay);
  world.run(10);
  const { arrivals } = b;
  forging = true;
  reader.client.want(hill.id, ids);
  world.run(10);
  assert.deepEqual([b.arrivals, reader.downs], [arrivals, []]);
  forging = false;
  world.run(wantLimits.askAgainMs / 1000);
  reader.client.want(hill.id, ids);
  world.run(10);
  assert.equal(b.lacks(ids), 0);
});

test('a site that puts too much is asked to come again, and loses nothing', () => {
  const world = new World();
  const hill = world.site();
  const relay = world.relay().admit(hill);
  const a = world.gateway(hill);
  const writers = Array.from({ length: 12 }, () => hill.sample.author(Role.staff));
  const bundles = writers.flatMap((writer) =>
    Array.from({ length: 200 }, (_, i) => writer.write(`number ${i}`)),
  );
  for (const { carried } of bundles) a.put(carried);
  const up = a.uplink();
  a.isOwn = () => true;
  up.dial(relay);
  world.run(20);
  assert.ok(up.confirmed >= 2_000 && up.confirmed < 2_300, `${up.confirmed}`);
  world.run(120);
  assert.equal(up.confirmed, bundles.length);
  assert.deepEqual(up.refusals, []);
});

test('a site that is no longer admitted is cut off', async () => {
  const { world, hill, harbour, relay, a } = twoSites();
  const up = a.uplink().dial(relay);
  world.run(1);
  const closed = relay.hub.admitSites([harbour.admitted]);
  world.run(1);
  await closed;
  assert.equal(up.client.status().up, false);
  up.dial(relay);
  world.run(1);
  assert.match(up.downs.at(-1)!, /does not know this site/);
  assert.ok(!relay.hub.sites().some(({ site }) => bytesKey(site) === bytesKey(hill.id)));
});
