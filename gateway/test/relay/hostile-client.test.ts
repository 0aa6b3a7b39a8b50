/** A gateway that does not keep to the rules, or a stranger: the relay goes on for the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryWire, intBelow, SeededRandom } from '@muster/core/testing';
import { relayLimits } from '../../src/relay/limits.ts';
import { decodeMessage } from '../../src/relay-link/decode-message.ts';
import { encodeMessage } from '../../src/relay-link/encode-message.ts';
import { questionLimits } from '../../src/relay-link/limits.ts';
import { MessageType, OfferState, type RelayMessage } from '../../src/relay-link/message.ts';
import { MessagePipe } from '../../src/relay-link/message-pipe.ts';
import { sampleMessages } from '../relay-link/samples.ts';
import type { TestGateway } from './test-gateway.ts';
import { type TestRelay, twoSites } from './world.ts';

/** A gateway without rules of its own. */
function attacker(relay: TestRelay, gateway: TestGateway, greets = true) {
  const { world, key } = relay;
  const keyA = gateway.sample.key.publicKey;
  const wire = createMemoryWire(world.clock, { keyA, keyB: key.publicKey });
  const heard: RelayMessage[] = [];
  const reasons: string[] = [];
  const pipe = new MessagePipe(wire.a, {
    onMessage: (bytes) => heard.push(decodeMessage(bytes)!),
    onClose: (reason) => reasons.push(reason),
  });
  relay.hub.addLink(wire.b);
  pipe.start();
  const say = (message: RelayMessage) => pipe.send(0, encodeMessage(message));
  const { certificate } = gateway.sample;
  const { siteKey } = gateway.site;
  if (greets) say({ type: MessageType.hello, versionMin: 1, versionMax: 1, siteKey, certificate });
  world.run(1);
  const byes = () =>
    heard.flatMap((message) => (message.type === MessageType.bye ? [message.reason] : []));
  return { wire, pipe, heard, reasons, say, byes };
}

test('random frames end the session of who sends them and of nobody else', (context) => {
  const seed = 31337;
  context.diagnostic(`seed ${seed}`);
  const random = new SeededRandom(seed);
  const { world, relay, a, b } = twoSites();
  const honest = b.uplink().dial(relay);
  const samples = sampleMessages().map(encodeMessage);
  for (let i = 0; i < 500; i += 1) {
    const { pipe, reasons } = attacker(relay, a, i % 2 === 0);
    for (let k = 0; k < 20; k += 1) {
      const bytes = samples[intBelow(random, samples.length)]!.slice();
      bytes[intBelow(random, bytes.length)] = intBelow(random, 256);
      pipe.send(0, bytes);
    }
    pipe.send(0, random.bytes(50));
    world.run(1);
    assert.equal(reasons.length, 1, `session ${i}`);
  }
  assert.equal(honest.client.status().up, true);
  const { id } = b.write('still here');
  world.run(1);
  assert.equal(honest.confirmed, 1);
  assert.ok(id);
});

test('nothing before the hello, and no second hello', () => {
  const { relay, a, world } = twoSites();
  const early = attacker(relay, a, false);
  early.say({ type: MessageType.ping, number: 1 });
  const twice = attacker(relay, a);
  const { siteKey } = a.site;
  const { certificate } = a.sample;
  twice.say({ type: MessageType.hello, versionMin: 1, versionMax: 1, siteKey, certificate });
  world.run(1);
  assert.deepEqual([early.byes(), twice.byes()], [['misbehaving'], ['misbehaving']]);
});

test('who greets in no version of ours is told so, and who says nothing is let go', () => {
  const { relay, a, world } = twoSites();
  const later = attacker(relay, a, false);
  const { siteKey } = a.site;
  const { certificate } = a.sample;
  later.say({ type: MessageType.hello, versionMin: 2, versionMax: 3, siteKey, certificate });
  const silent = attacker(relay, a, false);
  world.run(15);
  assert.deepEqual([later.byes(), silent.byes()], [['version'], ['greeting-timeout']]);
});

test('links that do not greet are bounded', () => {
  const { relay, a } = twoSites();
  const links = Array.from({ length: relayLimits.greetingsMax + 5 }, () =>
    createMemoryWire(relay.world.clock, {
      keyA: a.sample.key.publicKey,
      keyB: relay.key.publicKey,
    }),
  );
  for (const { b } of links) relay.hub.addLink(b);
  const honest = a.uplink().dial(relay);
  relay.world.run(1);
  assert.equal(honest.ups, 0, 'full');
  relay.world.run(15);
  honest.dial(relay);
  relay.world.run(1);
  assert.equal(honest.ups, 1);
});

test('floods of offers, wants, follows and pings end the session', () => {
  const id = new Uint8Array(32);
  const site = new Uint8Array(16);
  const floods: ((i: number) => RelayMessage)[] = [
    (i) => ({ type: MessageType.offer, first: 64 * i, lane: 1, ids: Array(64).fill(id) }),
    () => ({ type: MessageType.want, site, ids: Array(256).fill(id) }),
    () => ({ type: MessageType.follow, sites: [] }),
    () => ({ type: MessageType.ping, number: 0 }),
  ];
  for (const flood of floods) {
    const { relay, a, world } = twoSites();
    const { say, byes } = attacker(relay, a);
    for (let i = 0; i < questionLimits.weightBurst + 10; i += 1) say(flood(i));
    world.run(5);
    assert.deepEqual(byes(), ['misbehaving']);
  }
});

test('wants of what nobody has are remembered up to a bound, and cost others nothing', () => {
  const { relay, hill, a, b, world } = twoSites();
  const author = a.uplink().dial(relay);
  const { say, byes } = attacker(relay, b);
  const tags = [hill.sample.general];
  say({ type: MessageType.follow, sites: [{ site: hill.id, tags, token: new Uint8Array(0) }] });
  for (let i = 0; i < 50; i += 1) {
    const ids = Array.from({ length: 256 }, () => world.random.bytes(32));
    say({ type: MessageType.want, site: hill.id, ids });
  }
  world.run(5);
  assert.deepEqual(byes(), []);
  a.write('still here');
  world.run(1);
  assert.equal(author.confirmed, 1);
});

test('a bundle that was not asked for, or a window that is too wide, ends the session', () => {
  const { relay, a, world } = twoSites();
  const { carried } = a.site.author.write('unasked');
  const unasked = attacker(relay, a);
  unasked.say({ type: MessageType.bundle, number: 0, bundle: carried });
  const wide = attacker(relay, a);
  for (let i = 0; i < 3; i += 1) {
    const ids = Array.from({ length: 64 }, () => world.random.bytes(32));
    wide.say({ type: MessageType.offer, first: 64 * i, lane: 1, ids });
  }
  const back = attacker(relay, a);
  const ids = [world.random.bytes(32)];
  back.say({ type: MessageType.offer, first: 5, lane: 1, ids });
  back.say({ type: MessageType.offer, first: 5, lane: 1, ids });
  world.run(1);
  for (const { byes } of [wide, back]) assert.deepEqual(byes(), ['misbehaving']);
  // Its session was replaced before it was heard, or it was refused: it is gone in either case.
  assert.equal(unasked.byes().length, 1);
});

test('forged bundles are refused and not kept', () => {
  const { relay, a, world } = twoSites();
  const { say, heard } = attacker(relay, a);
  const right = a.site.author.write('right');
  const signature = right.carried.signature.with(0, right.carried.signature[0]! ^ 1);
  const wrong = [
    { id: right.id, bundle: { ...right.carried, ticket: new Uint8Array(0) } },
    { id: right.id, bundle: { ...right.carried, signature } },
    { id: world.random.bytes(32), bundle: right.carried },
  ];
  for (const [number, { id, bundle }] of wrong.entries()) {
    say({ type: MessageType.offer, first: number, lane: 1, ids: [id] });
    say({ type: MessageType.bundle, number, bundle });
    world.run(1);
  }
  const reasons = heard.flatMap((message) =>
    message.type === MessageType.settled ? [message.reason] : [],
  );
  assert.deepEqual(reasons, ['ticket-missing', 'signature-wrong', 'not-admissible']);
  assert.ok(relay.hub.sites().every(({ bytesUsed }) => bytesUsed === 0));
});

test('a place that is made up harms only who made it up', () => {
  const { relay, hill, a, b, world } = twoSites();
  a.uplink().dial(relay);
  for (let i = 0; i < 5; i += 1) a.write(`number ${i}`);
  world.run(1);
  const { say, heard, byes } = attacker(relay, b);
  say({ type: MessageType.policy, wire: b.node.policy()!.wire });
  const tags = [hill.sample.general];
  for (const token of [world.random.bytes(34), world.random.bytes(64), new Uint8Array(1)]) {
    say({ type: MessageType.follow, sites: [{ site: hill.id, tags, token }] });
    world.run(2);
  }
  const offers = heard.filter(({ type }) => type === MessageType.offer);
  assert.equal(offers.length, 3);
  for (const { first, ids } of offers as Extract<RelayMessage, { type: 4 }>[]) {
    const states = new Uint8Array(ids.length).fill(OfferState.held);
    say({ type: MessageType.states, first, states });
  }
  world.run(2);
  assert.deepEqual(byes(), []);
});

test('a second session of one gateway replaces the first', () => {
  const { relay, a, world } = twoSites();
  const first = attacker(relay, a);
  const second = attacker(relay, a);
  world.run(1);
  assert.deepEqual([first.byes(), second.byes()], [['replaced'], []]);
  assert.equal(relay.hub.sites()[0]!.sessions, 1);
});
