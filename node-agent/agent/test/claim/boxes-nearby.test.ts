/** Boxes nearby over real multicast on loopback: heard while somebody asks; a desk announced. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import {
  type ClaimAnnouncement,
  type ClaimDiscovery,
  createClaimDiscovery,
} from '@muster/adapters/discovery-mdns';
import { createSystemRandom } from '@muster/adapters/random-system';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { BoxesNearby } from '../../src/claim/boxes-nearby.ts';
import { ClaimDesk } from '../../src/claim/desk.ts';

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `not in time: ${condition}`);
    await wait(5);
  }
}

test('it listens while it is asked or a claim is awaited, and announces its desk', async (t) => {
  const port = await freePort();
  const logger = createMemoryLogger();
  const edge = { clock: createSystemClock(), random: createSystemRandom(), logger, port };
  let listening = 0;
  const create = async (how: {
    announce(): ClaimAnnouncement | undefined;
  }): Promise<ClaimDiscovery> => {
    const discovery = createClaimDiscovery({ ...edge, ...how, loopback: true });
    return {
      ...{ unclaimedNodes: () => discovery.unclaimedNodes(), desks: () => discovery.desks() },
      start: (onChange) => {
        listening += 1;
        return discovery.start(onChange);
      },
      stop: () => {
        listening -= 1;
        return discovery.stop();
      },
    };
  };
  const box: ClaimAnnouncement = { kind: 'box', name: 'b', shortCode: 'AAAA-BB', port: 80 };
  const blank = createClaimDiscovery({ ...edge, announce: () => box, loopback: true });
  await blank.start(() => {});
  t.after(() => blank.stop());
  const clock = new FakeClock();
  const desk = new ClaimDesk(clock);
  let changes = 0;
  const boxes = new BoxesNearby({
    ...{ clock, logger, desk, create, self: () => ({ name: 'hall', port: 8080 }) },
    onChange: () => {
      changes += 1;
    },
  });
  boxes.start();
  t.after(() => boxes.stop());
  assert.equal(listening, 0, 'an idle node is not woken');
  assert.deepEqual(boxes.list(), []);
  await until(() => boxes.list().length === 1 && changes > 0);
  assert.deepEqual(blank.desks(), []);
  clock.advance(60_000);
  clock.advance(60_000);
  assert.equal(listening, 0, 'nobody asked for a minute');
  const close = desk.open(new Uint8Array(8), { onMessage: async () => 'later' });
  await until(() => blank.desks().length === 1);
  assert.deepEqual(blank.desks()[0], { name: 'hall', shortCode: '', address: '127.0.0.1:8080' });
  clock.advance(120_000);
  assert.equal(listening, 1, 'an invite is awaited');
  close();
  clock.advance(120_000);
  assert.equal(listening, 0);
});
