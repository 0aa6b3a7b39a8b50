import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Lane, Scope, siteChannelTag, toHex, utf8 } from '@muster/core';
import { chance, intBelow } from '@muster/core/testing';
import { outboxLimits } from '../../src/outbox/limits.ts';
import { crypto } from '../uplinks/site-node.ts';
import { OutboxWorld } from './outbox-world.ts';

function started(options: ConstructorParameters<typeof OutboxWorld>[0] = {}): OutboxWorld {
  const world = new OutboxWorld(options);
  world.allow({});
  world.start();
  world.clock.advance(100);
  return world;
}

function connected(): OutboxWorld {
  const world = started();
  world.connect();
  world.clock.advance(2_000);
  return world;
}

describe('outbox', () => {
  test('sends what is new once, and nothing again after a restart', () => {
    const world = connected();
    for (let i = 0; i < 50; i += 1) world.box.write(`${i}`);
    world.clock.advance(10_000);
    assert.equal(world.far.order.length, 50);
    assert.equal(world.outbox.sent, 50);
    world.kill();
    world.connect();
    world.clock.advance(10_000);
    assert.equal(world.far.order.length, 50);
    assert.equal(world.outbox.sent, 0);
  });

  test('waits while the uplink is down, and says how much', () => {
    const world = started();
    for (let i = 0; i < 30; i += 1) world.box.write(`${i}`);
    world.clock.advance(60_000);
    assert.equal(world.outbox.waiting(Lane.normal).bundles, 30);
    assert.ok(world.outbox.waiting(Lane.normal).bytes > 30 * 100);
    world.connect();
    world.clock.advance(10_000);
    assert.equal(world.far.order.length, 30);
    assert.equal(world.outbox.waiting(Lane.normal).bundles, 0);
  });

  test('urgent goes before normal before bulk', () => {
    const world = started();
    const ids = [Lane.bulk, Lane.normal, Lane.urgent].map((lane) => {
      const many = Array.from({ length: 60 }, (_, i) => world.box.write(`${lane} ${i}`, { lane }));
      return many.map(toHex);
    });
    world.clock.advance(1_000);
    world.connect();
    world.clock.advance(60_000);
    assert.equal(world.far.order.length, 180);
    const [bulk, normal, urgent] = ids as [string[], string[], string[]];
    const first = (some: string[]) => Math.min(...some.map((id) => world.far.order.indexOf(id)));
    const window = outboxLimits.sendingPerLaneMax;
    // A lane begins once the last of the one above is on its way, though perhaps not there yet.
    assert.equal(first(urgent), 0);
    assert.ok(first(normal) > 60 - window);
    assert.ok(first(bulk) > 120 - 2 * window);
  });

  test('what stays on its site, by its author or by the policy, never leaves', () => {
    const world = connected();
    const tag = siteChannelTag(crypto, world.box.site.key.publicKey, 'kitchen');
    world.box.write('for here only', { scope: Scope.site });
    world.box.write('of a channel that stays', { tag });
    const id = world.box.write('goes');
    world.clock.advance(10_000);
    assert.deepEqual(world.far.order, [toHex(id)]);
    assert.equal(world.outbox.letters().length, 0);
  });

  test('a channel allowed later lets out what comes from then on, and again after a pause', () => {
    const world = connected();
    const tag = siteChannelTag(crypto, world.box.site.key.publicKey, 'kitchen');
    world.box.write('before', { tag });
    world.clock.advance(1_000);
    world.allow({}, { tag, name: 'kitchen' });
    const first = world.box.write('after', { tag });
    world.clock.advance(10_000);
    assert.deepEqual(world.far.order, [toHex(first)]);
    world.allow({});
    world.box.write('withdrawn', { tag });
    world.clock.advance(1_000);
    world.allow({}, { tag, name: 'kitchen' });
    world.kill();
    world.connect();
    const second = world.box.write('allowed again', { tag });
    world.clock.advance(10_000);
    assert.deepEqual(world.far.order, [toHex(first), toHex(second)]);
  });

  test('what waits when its channel is withdrawn does not go', () => {
    const world = started();
    for (let i = 0; i < 10; i += 1) world.box.write(`${i}`);
    world.clock.advance(1_000);
    assert.equal(world.outbox.waiting(Lane.normal).bundles, 10);
    world.allow();
    world.connect();
    world.clock.advance(10_000);
    assert.equal(world.far.order.length, 0);
    assert.equal(world.outbox.waiting(Lane.normal).bundles, 0);
    assert.equal(world.outbox.letters().length, 0);
  });

  test('over its budget a channel waits, others pass', () => {
    const world = new OutboxWorld();
    const tag = siteChannelTag(crypto, world.box.site.key.publicKey, 'kitchen');
    world.allow({ bundlesPerMinute: 60 }, { tag, name: 'kitchen' });
    world.start();
    world.connect();
    world.clock.advance(2_000);
    for (let i = 0; i < 100; i += 1) world.box.write(`${i}`);
    for (let i = 0; i < 100; i += 1) world.box.write(`${i}`, { tag });
    world.clock.advance(10_000);
    const count = (name: string) => world.far.channels.filter((one) => one === name).length;
    assert.equal(count('kitchen'), 100);
    assert.ok(count('general') >= 60 && count('general') <= 72, `${count('general')}`);
    world.clock.advance(60_000);
    assert.equal(count('general'), 100);
    assert.equal(world.outbox.letters().length, 0);
  });

  test('what is refused for now is tried with growing waits, and holds up nothing', () => {
    const world = connected();
    let refusals = 0;
    let refusing = true;
    const stubborn = toHex(world.box.write('stubborn'));
    world.far.refuse = ({ read }) => {
      if (!refusing || toHex(read.id) !== stubborn) return undefined;
      refusals += 1;
      return { ok: false, retry: true, reason: 'quota' };
    };
    for (let i = 0; i < 100; i += 1) world.box.write(`${i}`);
    world.clock.advance(30 * 60_000);
    assert.equal(world.far.order.length, 100);
    // 1, 2, 4 ... 256 s, then five minutes, each less up to half of it.
    assert.ok(refusals >= 10 && refusals <= 25, `${refusals} tries in half an hour`);
    refusing = false;
    world.clock.advance(5 * 60_000 + 1_000);
    assert.equal(world.far.order.length, 101);
  });
});

describe('dead letters', () => {
  test('what is refused for good is listed with its reason, over restarts, until it goes', () => {
    const world = connected();
    world.far.refuse = () => ({ ok: false, retry: false, reason: 'too large for it' });
    const id = world.box.write('big');
    world.clock.advance(5_000);
    world.kill();
    const [letter] = world.outbox.letters();
    assert.equal(letter?.reason, 'too large for it');
    assert.equal(letter?.channel, 'general');
    assert.deepEqual(letter?.id, id);
    world.far.refuse = undefined;
    world.connect();
    world.clock.advance(10_000);
    assert.equal(world.far.order.length, 0);
    assert.equal(world.outbox.retry(id), true);
    world.clock.advance(10_000);
    assert.deepEqual(world.far.order, [toHex(id)]);
    assert.equal(world.outbox.letters().length, 0);
    world.kill();
    assert.equal(world.outbox.letters().length, 0);
    assert.equal(world.outbox.retry(id), false);
  });

  test('what expires before it can go is listed, and can be dropped', () => {
    const world = started();
    const id = world.box.write('soon over', { lifetimeS: 60 });
    world.clock.advance(3 * 60_000);
    assert.equal(world.outbox.letters()[0]?.reason, 'it expired before it could be sent');
    assert.equal(world.outbox.retry(id), false);
    assert.equal(world.outbox.drop(id), true);
    assert.equal(world.outbox.drop(id), false);
    world.clock.advance(1_000);
    world.kill();
    assert.equal(world.outbox.letters().length, 0);
    assert.equal(world.outbox.waiting(Lane.normal).bundles, 0);
  });

  test('the list is bounded: the oldest goes', () => {
    const world = connected();
    world.far.refuse = () => ({ ok: false, retry: false, reason: 'no' });
    const ids = Array.from({ length: outboxLimits.lettersMax + 20 }, (_, i) =>
      world.box.write(`${i}`),
    );
    world.clock.advance(60_000);
    world.kill();
    const letters = world.outbox.letters();
    assert.equal(letters.length, outboxLimits.lettersMax);
    const listed = new Set(letters.map((letter) => toHex(letter.id)));
    assert.equal(listed.size, outboxLimits.lettersMax);
    assert.ok(listed.has(toHex(ids.at(-1)!)));
  });

  test('forgetting takes cursor and letters out of the store', () => {
    const world = connected();
    world.far.refuse = () => ({ ok: false, retry: false, reason: 'no' });
    world.box.write('one');
    world.clock.advance(5_000);
    world.outbox.forget();
    world.clock.advance(1_000);
    assert.equal(world.box.store.value(`gateway/outbox/memory/${Lane.normal}`), undefined);
    assert.equal(world.box.store.value('gateway/letters/memory'), undefined);
    assert.equal(world.box.store.value('gateway/letters/memory/0'), undefined);
  });
});

describe('an uplink that comes and goes', () => {
  test('costs no loss and no duplicate: 1,000 flaps, 5,000 bundles, kills in between', () => {
    const seed = 20261121;
    const world = started({ seed });
    world.connect();
    const written = new Set<string>();
    let kills = 0;
    for (let flap = 0; flap < 1_000; flap += 1) {
      for (let i = 0; i < 5; i += 1) {
        const lane = intBelow(world.random, 3) as Lane;
        written.add(
          toHex(world.box.write(`${flap} ${i}`, { lane, payload: utf8(`${flap} ${i}`) })),
        );
      }
      world.clock.advance(intBelow(world.random, 1_500));
      if (chance(world.random, 0.05)) {
        // What was not durable yet was never acknowledged to its author: let it be.
        world.clock.advance(20);
        world.kill();
        world.connect();
        kills += 1;
      } else world.uplink.cut();
    }
    world.clock.advance(10 * 60_000);
    const copies = [...world.far.copies.values()];
    const missing = [...written].filter((id) => !world.far.copies.has(id)).length;
    const facts = `seed ${seed}: ${kills} kills, ${missing} missing`;
    assert.equal(missing, 0, facts);
    assert.equal(copies.filter((count) => count !== 1).length, 0, facts);
    assert.equal(world.far.order.length, 5_000, facts);
    assert.equal(world.outbox.letters().length, 0, facts);
    assert.equal(world.outbox.waiting(Lane.normal).bundles, 0, facts);
  });

  test('sends again only what was under way when a side does not ask first', () => {
    const world = started({ seed: 7, asks: false });
    world.connect();
    world.clock.advance(2_000);
    for (let i = 0; i < 500; i += 1) world.box.write(`${i}`);
    for (let cut = 0; cut < 10; cut += 1) {
      world.clock.advance(500);
      world.uplink.cut();
      world.clock.advance(3_000);
    }
    world.clock.advance(60_000);
    assert.equal(world.far.copies.size, 500);
    const again = world.far.order.length - 500;
    assert.ok(again <= 10 * outboxLimits.sendingPerLaneMax, `${again} sent again`);
  });

  test('after a kill sends again only what was unconfirmed, though an older one waits', () => {
    const world = started({ seed: 8, asks: false });
    const stuck = toHex(world.box.write('stuck'));
    world.far.refuse = ({ read }) =>
      toHex(read.id) === stuck ? { ok: false, retry: true, reason: 'quota' } : undefined;
    world.connect();
    for (let i = 0; i < 300; i += 1) world.box.write(`${i}`);
    world.clock.advance(60_000);
    assert.equal(world.far.order.length, 300);
    world.kill();
    world.connect();
    world.clock.advance(60_000);
    assert.equal(world.far.order.length, 300);
    assert.equal(world.outbox.waiting(Lane.normal).bundles, 1);
  });
});
