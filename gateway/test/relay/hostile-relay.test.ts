/**
 * A relay that lies. All it can do is delay and drop: whatever arrives is right and arrives once,
 * and what is missing comes another way or is seen to be missing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesKey, type CarriedBundle } from '@muster/core';
import { intBelow, SeededRandom, shuffled } from '@muster/core/testing';
import { questionLimits } from '../../src/relay-link/limits.ts';
import { MessageType, Outcome, type RelayMessage } from '../../src/relay-link/message.ts';
import { type Alter, dialThrough } from './mallory.ts';
import type { TestGateway } from './test-gateway.ts';
import { twoSites } from './world.ts';

const hour = 3600;

/** Changes the bundles on their way and nothing else. */
function bundles(change: (bundle: CarriedBundle) => CarriedBundle): Alter {
  return (message) =>
    message.type === MessageType.bundle
      ? [{ ...message, bundle: change(message.bundle) }]
      : [message];
}

/** Each id was shown once at most. */
function shownOnce(gateway: TestGateway): void {
  const ids = gateway.shown.map(({ id }) => bytesKey(id));
  assert.equal(new Set(ids).size, ids.length);
}

function writeMany(gateway: TestGateway, count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, i) => gateway.write(`number ${i}`).id);
}

/** The reader behind Mallory, and an honest second relay for what she withholds. */
function behind(down: Alter, up?: Alter) {
  const all = twoSites();
  const { world, hill, harbour, relay, a, b } = all;
  a.uplink().dial(relay);
  const reader = b.uplink().follow([hill]);
  dialThrough(reader, relay, up ? { down, up } : { down });
  world.run(1);
  const second = () => {
    const other = world.relay().admit(hill, harbour);
    a.uplink().dial(other);
    b.uplink().follow([hill]).dial(other);
  };
  return { ...all, reader, second };
}

test('alters bundles: none is taken, she is cut off, and they come by another relay', (context) => {
  const seed = 4711;
  context.diagnostic(`seed ${seed}`);
  const random = new SeededRandom(seed);
  const { world, a, b, reader, second } = behind(
    bundles((bundle) => {
      const part = intBelow(random, 2) === 0 ? 'signed' : 'signature';
      const bytes = bundle[part].slice();
      bytes[intBelow(random, bytes.length)]! ^= 1 << intBelow(random, 8);
      return { ...bundle, [part]: bytes };
    }),
  );
  const ids = writeMany(a, 100);
  world.run(10);
  // A changed length makes a bundle malformed, which costs no check.
  const { forgedMax } = questionLimits;
  assert.ok(b.arrivals >= forgedMax && b.arrivals < 3 * forgedMax, `${b.arrivals}`);
  assert.deepEqual([b.shown, reader.downs.length], [[], 1]);
  second();
  world.run(20);
  assert.equal(b.lacks(ids), 0);
  shownOnce(b);
});

test('says held and throws away: who learns of it wants it, and the author puts it again', () => {
  const { world, hill, relay, a, b } = twoSites();
  let dropping = true;
  const up = a.uplink();
  // Answers in the name of the relay, which never hears of the bundle.
  dialThrough(up, relay, {
    up: (message) => (message.type === MessageType.bundle && dropping ? [] : [message]),
    down: (message) => {
      if (message.type !== MessageType.states || !dropping) return [message];
      const settled: RelayMessage[] = Array.from(message.states, (_, i) => ({
        type: MessageType.settled,
        number: message.first + i,
        outcome: Outcome.held,
        reason: '',
      }));
      return [message, ...settled];
    },
  });
  const reader = b.uplink().follow([hill]).dial(relay);
  world.run(1);
  const ids = writeMany(a, 20);
  world.run(10);
  assert.equal(up.confirmed, 20);
  assert.equal(b.arrivals, 0);
  dropping = false;
  assert.ok(ids.every((id) => !b.node.knows(id)));
  reader.client.want(hill.id, ids);
  world.run(10);
  assert.equal(b.lacks(ids), 0);
  shownOnce(b);
});

test('reorders and duplicates: everything arrives, each once', (context) => {
  const seed = 99;
  context.diagnostic(`seed ${seed}`);
  const random = new SeededRandom(seed);
  let kept: RelayMessage[] = [];
  const { world, a, b, second } = behind((message) => {
    if (message.type !== MessageType.bundle) return [message];
    kept.push(message);
    if (kept.length < 10) return [];
    const out = shuffled(random, kept);
    kept = [];
    return out;
  });
  const ids = writeMany(a, 100);
  world.run(60);
  assert.equal(b.lacks(ids), 0);
  shownOnce(b);
  assert.equal(b.uplinks[0]!.downs.length, 0);
  second();
  world.run(60);
  assert.equal(b.arrivals, 100);
});

test('sends a bundle twice: that ends its session, and nothing is shown twice', () => {
  const { world, a, b, reader } = behind((message) =>
    message.type === MessageType.bundle ? [message, message] : [message],
  );
  a.write('once');
  world.run(5);
  assert.equal(b.shown.length, 1);
  assert.match(reader.downs[0]!, /do not agree/);
});

test('resets ages: what lives here lives no longer than from now, what died stays dead', () => {
  const { world, hill, a, b } = behind(bundles((bundle) => ({ ...bundle, ageMs: 0 })));
  const { id } = a.write('short', { lifetimeS: hour });
  world.run(hour / 2);
  assert.ok(b.has(id));
  world.run(hour + 60);
  assert.equal(b.node.carried(id), undefined, 'expired by its own age here');
  // The relay brings it back from the dead, once as it was and once as new.
  const { carried } = hill.author.write('another', { lifetimeS: hour });
  b.node.takeFromUplink(carried, () => {});
  world.run(2 * hour);
  const answers: unknown[] = [];
  b.node.takeFromUplink({ ...carried, ageMs: 0 }, (answer) => answers.push(answer));
  world.run(1);
  assert.deepEqual(answers, [{ ok: false, reason: 'expired-known' }]);
  shownOnce(b);
});

test('raises ages: what seems expired is not taken, and comes right by another relay', () => {
  const { world, a, b, second } = behind(
    bundles((bundle) => ({ ...bundle, ageMs: 365 * 24 * hour * 1000 })),
  );
  const { id } = a.write('fresh');
  world.run(5);
  assert.ok(!b.has(id));
  second();
  world.run(10);
  assert.ok(b.has(id));
  const [shown] = b.shown;
  assert.ok(shown!.ageMs < 60_000);
});

test('changes hops: at worst it goes no further, and it is shown', () => {
  for (const hops of [0, 15]) {
    const { world, a, b } = behind(bundles((bundle) => ({ ...bundle, hops })));
    const { id } = a.write('far');
    world.run(5);
    assert.ok(b.has(id), `${hops} hops`);
    assert.ok(b.shown[0]!.hops >= hops && b.shown[0]!.hops <= 15);
  }
});

test('replays what has expired here: it stays dead', () => {
  let replayed: RelayMessage | undefined;
  const { world, relay, a, b, reader } = behind((message) => {
    if (message.type === MessageType.bundle) replayed ??= message;
    return [message];
  });
  const { id } = a.write('once', { lifetimeS: 60 });
  world.run(120);
  assert.equal(b.shown.length, 1);
  assert.ok(replayed?.type === MessageType.bundle);
  const { bundle } = replayed;
  reader.wire!.cut();
  world.run(1);
  const again = b.uplink();
  dialThrough(again, relay, {
    down: (message) => {
      if (message.type !== MessageType.welcome) return [message];
      const offer = { type: MessageType.offer, first: 0, lane: 1, ids: [id] } as const;
      return [message, offer];
    },
    up: (message) => (message.type === MessageType.states ? [] : [message]),
  });
  world.run(5);
  b.node.takeFromUplink({ ...bundle, ageMs: 0 }, (answer) => assert.equal(answer.ok, false));
  world.run(5);
  assert.equal(b.shown.length, 1);
  assert.equal(b.arrivals, 1, 'an id that is known is not asked for');
});

test('answers nothing: the gateway gives it up, says so, and has lost nothing', () => {
  const { world, relay, a } = twoSites();
  const up = a.uplink();
  dialThrough(up, relay, {
    down: (message) => (message.type === MessageType.settled ? [] : [message]),
  });
  world.run(1);
  writeMany(a, 10);
  world.run(200);
  assert.equal(up.confirmed, 0);
  assert.match(up.downs[0]!, /does not answer/);
  up.dial(relay);
  world.run(5);
  assert.equal(up.confirmed, 10);
});

test('lets no word through: both sides see an uplink that is not up', () => {
  const { world, relay, a } = twoSites();
  const up = a.uplink();
  dialThrough(up, relay, { down: () => [] });
  world.run(30);
  assert.equal(up.ups, 0);
  assert.match(up.downs[0]!, /not as a relay does/);
});

test('shows an old policy, a forged one and another site’s: the newest stays', () => {
  const { world, hill, harbour, relay, a } = twoSites();
  const old = a.node.policy()!.wire;
  const newest = hill.policy([harbour], []);
  a.adopt(newest);
  const foreign = harbour.policy([hill], []);
  const forged = hill.policy([], []).slice();
  forged[forged.length - 1]! ^= 1;
  for (const [wire, fault] of [
    [old, 'old'],
    [forged, 'forged'],
    [foreign, 'foreign'],
  ] as const) {
    const up = a.uplink();
    dialThrough(up, relay, {
      down: (message) =>
        message.type === MessageType.welcome
          ? [message, { type: MessageType.policy, wire }]
          : [message],
    });
    world.run(1);
    assert.deepEqual(a.node.policy()?.wire, newest);
    assert.equal(up.client.status().policyFault, fault);
    assert.equal(up.client.status().up, true);
    up.wire!.cut();
    world.run(1);
  }
});

test('lies about what it settled and asked: that ends its session', () => {
  const lies: readonly RelayMessage[] = [
    { type: MessageType.settled, number: 7, outcome: Outcome.held, reason: '' },
    { type: MessageType.states, first: 3, states: Uint8Array.of(0) },
    { type: MessageType.withdrawn, number: 1 },
    { type: MessageType.welcome, version: 1, bytesUsed: 0, bytesMax: 1 },
    { type: MessageType.pong, number: 9 },
    { type: MessageType.follow, sites: [] },
  ];
  for (const lie of lies) {
    const { world, relay, a } = twoSites();
    const up = a.uplink();
    dialThrough(up, relay, {
      down: (message) => (message.type === MessageType.pong ? [message, lie] : [message]),
    });
    world.run(1);
    assert.match(up.downs[0] ?? '', /do not agree/, `type ${lie.type}`);
  }
});

test('withholds all bundles and says that nothing is left: the want goes unanswered too', () => {
  const { world, hill, a, b, reader, second } = behind((message) =>
    message.type === MessageType.offer || message.type === MessageType.bundle ? [] : [message],
  );
  const ids = writeMany(a, 5);
  world.run(5);
  reader.client.want(hill.id, ids);
  world.run(40);
  assert.equal(b.arrivals, 0);
  assert.equal(b.lacks(ids), 5);
  second();
  world.run(5);
  assert.equal(b.lacks(ids), 0);
});
