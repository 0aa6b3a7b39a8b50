import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { MusterError, toHex } from '@muster/core';
import { chance, SeededRandom } from '@muster/core/testing';
import type { DeadLetterInfo, UplinkInfo } from '../../src/uplinks/info.ts';
import { markName } from '../../src/uplinks/relay/relay-uplink.ts';
import { RelayWorld, relayAddress } from './relay-world.ts';

async function withWorld(run: (world: RelayWorld) => Promise<void>, seed = 1): Promise<void> {
  const world = new RelayWorld(seed);
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

describe('uplinks to a relay', () => {
  test('a message of one site is read at the other, and back, each once', () =>
    withWorld(async (world) => {
      const [a, b] = [world.gateway(world.hill, 1), world.gateway(world.harbour, 2)];
      world.consent([a, b]);
      await a.addRelay();
      await b.addRelay();
      await world.pass(5);
      const there = toHex(a.box.write('from the hill'));
      const back = toHex(b.box.write('from the harbour'));
      await world.pass(10);
      assert.equal(b.taken.filter((id) => id === there).length, 1);
      assert.equal(a.taken.filter((id) => id === back).length, 1);
      const [info] = a.manager.list() as [UplinkInfo];
      assert.equal(info.state, 'up');
      assert.equal(info.name, 'relay-example');
      assert.equal(info.waiting.bundles, 0);
      assert.ok(info.received >= 1 && info.sent >= 1);
    }));

  test('without the consent of both nothing crosses; with it only what comes from then on', () =>
    withWorld(async (world) => {
      const [a, b] = [world.gateway(world.hill, 1), world.gateway(world.harbour, 2)];
      await a.addRelay();
      await b.addRelay();
      const before = toHex(a.box.write('before'));
      await world.pass(5);
      world.consent([a]);
      await world.pass(5);
      const first = toHex(a.box.write('one side allows'));
      await world.pass(10);
      assert.equal(b.taken.includes(first), false);
      world.consent([b]);
      await world.pass(10);
      assert.equal(b.taken.includes(first), true);
      assert.equal(b.taken.includes(before), false);
    }));

  test('lines flap and gateways are killed: nothing is lost, nothing comes twice', () => {
    const seed = 20261123;
    return withWorld(async (world) => {
      const random = new SeededRandom(seed);
      const [a, b] = [world.gateway(world.hill, 1), world.gateway(world.harbour, 2)];
      world.consent([a, b]);
      await a.addRelay();
      await b.addRelay();
      await world.pass(5);
      const written: string[][] = [[], []];
      for (let flap = 0; flap < 50; flap += 1) {
        for (let i = 0; i < 4; i += 1) {
          written[0]!.push(toHex(a.box.write(`a ${flap} ${i}`)));
          written[1]!.push(toHex(b.box.write(`b ${flap} ${i}`)));
        }
        await world.pass(1);
        if (chance(random, 0.2)) await a.kill(world.hill);
        else a.lines.at(-1)!.cut();
        if (chance(random, 0.5)) b.lines.at(-1)!.cut();
      }
      await world.pass(120);
      for (const [from, to] of [[written[0]!, b] as const, [written[1]!, a] as const]) {
        const copies = from.map((id) => to.taken.filter((one) => one === id).length);
        assert.equal(copies.filter((count) => count === 0).length, 0, `seed ${seed}: lost`);
        assert.equal(copies.filter((count) => count > 1).length, 0, `seed ${seed}: twice`);
      }
    }, seed);
  });

  test('two gateways of one site serve; when one dies the other carries on', () =>
    withWorld(async (world) => {
      const [one, two] = [world.gateway(world.hill, 1), world.gateway(world.hill, 3)];
      const b = world.gateway(world.harbour, 2);
      world.consent([one, two, b]);
      for (const gateway of [one, two, b]) await gateway.addRelay();
      await world.pass(5);
      // The mesh brings every message to both.
      const mirror = (text: string): string => {
        const id = one.box.write(text);
        world.world.clock.advance(20);
        two.box.node.takeFromUplink(one.box.node.carried(id)!, () => {});
        return toHex(id);
      };
      const first = mirror('both have it');
      await world.pass(10);
      assert.equal(b.taken.filter((id) => id === first).length, 1);
      one.lines[0]!.isSevered = true;
      one.lines[0]!.cut();
      const second = mirror('only one can');
      await world.pass(10);
      assert.equal(b.taken.filter((id) => id === second).length, 1);
    }));
});

describe('manager of uplinks', () => {
  const relay = { kind: 'relay', address: relayAddress };

  test('keeps the uplinks in a file for its owner, over restarts, and pins the relay', () =>
    withWorld(async (world) => {
      const a = world.gateway(world.hill, 1);
      await a.addRelay();
      const { commands } = a.manager;
      await commands['uplink.add']!({
        kind: 'mqtt',
        address: 'mqtts://broker.example',
        username: 'u',
        password: 'secret',
        channels: { general: 'both' },
      });
      await commands['uplink.pause']!({ name: 'broker-example' });
      await world.pass(5);
      const path = join(a.folder, 'uplinks.json');
      assert.equal(statSync(path).mode & 0o777, 0o600);
      const key = Buffer.from(world.relay.key.publicKey).toString('base64url');
      assert.ok(readFileSync(path, 'utf8').includes(key));
      await a.kill(world.hill);
      const { uplinks } = (await a.manager.commands['uplink.list']!({})) as {
        uplinks: readonly UplinkInfo[];
      };
      assert.deepEqual(
        uplinks.map(({ name, state }) => [name, state]),
        [
          ['relay-example', 'connecting'],
          ['broker-example', 'paused'],
        ],
      );
      assert.equal(JSON.stringify(uplinks).includes('secret'), false);
    }));

  test('what is written during a pause goes after it; what is removed is forgotten', () =>
    withWorld(async (world) => {
      const [a, b] = [world.gateway(world.hill, 1), world.gateway(world.harbour, 2)];
      world.consent([a, b]);
      await a.addRelay();
      await b.addRelay();
      await world.pass(5);
      const { commands } = a.manager;
      await commands['uplink.pause']!({ name: 'relay-example' });
      const id = toHex(a.box.write('in the pause'));
      await world.pass(10);
      assert.equal(a.manager.list()[0]?.state, 'paused');
      assert.ok(a.manager.list()[0]!.waiting.bundles >= 1);
      assert.equal(b.taken.includes(id), false);
      await commands['uplink.resume']!({ name: 'relay-example' });
      await world.pass(10);
      assert.equal(b.taken.includes(id), true);
      b.box.write('so that there is a mark');
      await world.pass(10);
      assert.ok(a.box.store.value(markName('relay-example', world.harbour.id)));
      await commands['uplink.remove']!({ name: 'relay-example' });
      assert.deepEqual(a.manager.list(), []);
      await world.pass(1);
      const mark = markName('relay-example', world.harbour.id);
      assert.equal(a.box.store.value(mark), undefined);
      await assert.rejects(commands['uplink.test']!({ name: 'relay-example' }), MusterError);
    }));

  test('dead letters are listed, tried again and dropped by the beginning of their id', () =>
    withWorld(async (world) => {
      const [a, b] = [world.gateway(world.hill, 1), world.gateway(world.harbour, 2)];
      world.consent([a, b]);
      await a.addRelay();
      a.lines[0]!.isSevered = true;
      a.lines[0]!.cut();
      a.box.write('soon over', { lifetimeS: 30 });
      await world.pass(120);
      const { commands } = a.manager;
      const { deadLetters } = (await commands['outbox.list']!({})) as {
        deadLetters: readonly DeadLetterInfo[];
      };
      assert.equal(deadLetters.length, 1);
      assert.equal(deadLetters[0]!.channel, 'general');
      const id = deadLetters[0]!.id.slice(0, 10);
      // Its bundle is gone, so another try cannot help.
      assert.deepEqual(await commands['outbox.retry']!({ id }), { count: 0 });
      assert.deepEqual(await commands['outbox.drop']!({ id }), { count: 1 });
      assert.deepEqual(await commands['outbox.drop']!({ id: 'all' }), { count: 0 });
    }));

  test('parameters are read strictly, and each fault says what to give', () =>
    withWorld(async (world) => {
      const { manager } = world.gateway(world.hill, 1);
      await manager.start();
      const wrong: readonly (readonly [string, Record<string, unknown>])[] = [
        ['uplink.add', {}],
        ['uplink.add', { kind: 'nostr', address: 'x' }],
        ['uplink.add', { kind: 'relay', address: 'relay.example' }],
        ['uplink.add', { ...relay, name: '../x' }],
        ['uplink.add', { ...relay, password: 'x' }],
        ['uplink.add', { ...relay, channels: { general: 'both' } }],
        ['uplink.add', { ...relay, more: 1 }],
        ['uplink.add', { kind: 'mqtt', address: 'http://broker.example' }],
        ['uplink.add', { kind: 'mqtt', address: 'mqtt://u:p@broker.example' }],
        ['uplink.add', { kind: 'mqtt', address: 'mqtt://b.example', prefix: 'a/#' }],
        ['uplink.add', { kind: 'mqtt', address: 'mqtt://b.example', channels: { x: 'all' } }],
        ['uplink.add', { kind: 'mqtt', address: 'mqtt://b.example', ca: 'no certificate' }],
        ['uplink.add', { kind: 'mqtt', address: 'mqtt://b.example', username: 5 }],
        ['uplink.pause', {}],
        ['uplink.remove', { name: 'nowhere' }],
        ['uplink.list', { name: 'x' }],
        ['outbox.retry', { id: 'abc' }],
        ['outbox.drop', {}],
      ];
      for (const [command, params] of wrong) {
        await assert.rejects(
          manager.commands[command]!(params),
          (error) => error instanceof MusterError && error.mend !== '',
          `${command} ${JSON.stringify(params)}`,
        );
      }
      assert.deepEqual(manager.list(), []);
    }));

  test('has at most so many uplinks, and none of one name twice', () =>
    withWorld(async (world) => {
      const { manager } = world.gateway(world.hill, 1);
      await manager.start();
      for (let i = 0; i < 16; i += 1) await manager.commands['uplink.add']!(relay);
      assert.equal(new Set(manager.list().map(({ name }) => name)).size, 16);
      await assert.rejects(manager.commands['uplink.add']!(relay), /at most 16/);
      const again = { ...relay, name: 'relay-example' };
      await assert.rejects(manager.commands['uplink.add']!(again), /already/);
    }));

  test('a damaged file stops the start with what to do', () =>
    withWorld(async (world) => {
      const a = world.gateway(world.hill, 1);
      const path = join(a.folder, 'uplinks.json');
      for (const text of ['{', '{"muster":"uplinks","version":1,"uplinks":"[{}]"}']) {
        writeFileSync(path, text);
        await assert.rejects(a.manager.start(), MusterError);
        await a.manager.stop();
      }
    }));
});
