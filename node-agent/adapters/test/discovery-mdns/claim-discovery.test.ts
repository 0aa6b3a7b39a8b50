/** Nodes that wait to be claimed, over real multicast on loopback; and what strangers may send. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import {
  type ClaimAnnouncement,
  type ClaimDiscovery,
  createClaimDiscovery,
} from '@muster/adapters/discovery-mdns';
import { createSystemRandom } from '@muster/adapters/random-system';
import { createMemoryLogger } from '@muster/core/testing';
import multicastDns from 'multicast-dns';
import { claimServiceName, mdnsLimits } from '../../src/discovery-mdns/constants.ts';
import { encodeAnswer } from '../../src/discovery-mdns/records.ts';
import { freePort } from './loopback-lan.ts';

const box: ClaimAnnouncement = { kind: 'box', name: 'Blå box', shortCode: 'K7QF-3M', port: 8080 };
const desk: ClaimAnnouncement = { kind: 'desk', name: 'hall', shortCode: '', port: 8081 };

async function join(
  t: TestContext,
  port: number,
  announce: () => ClaimAnnouncement | undefined = () => undefined,
): Promise<ClaimDiscovery> {
  const discovery = createClaimDiscovery({
    clock: createSystemClock(),
    random: createSystemRandom(),
    logger: createMemoryLogger(),
    ...{ announce, port, loopback: true },
  });
  await discovery.start(() => {});
  t.after(() => discovery.stop());
  return discovery;
}

async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `not in time: ${condition}`);
    await wait(2);
  }
}

test('a member sees who waits, a blank node sees who has a desk, and goodbyes count', async (t) => {
  const port = await freePort();
  const member = await join(t, port, () => desk);
  const blank = await join(t, port, () => box);
  await until(() => member.unclaimedNodes().length === 1 && blank.desks().length === 1);
  const address = '127.0.0.1:8080';
  assert.deepEqual(member.unclaimedNodes(), [{ name: 'Blå box', shortCode: 'K7QF-3M', address }]);
  assert.deepEqual(blank.desks(), [{ name: 'hall', shortCode: '', address: '127.0.0.1:8081' }]);
  assert.deepEqual([member.desks(), blank.unclaimedNodes()], [[], []]);
  await blank.stop();
  await until(() => member.unclaimedNodes().length === 0);
});

test('strangers can fill a bounded list, and nothing else', async (t) => {
  const port = await freePort();
  const member = await join(t, port);
  const attacker = multicastDns({ port, interface: '127.0.0.1', bind: '0.0.0.0' });
  t.after(() => new Promise<void>((resolve) => attacker.destroy(resolve)));
  await once(attacker, 'ready');
  await wait(50);
  const say = (peerName: string, texts: readonly string[]): void =>
    attacker.respond(encodeAnswer({ service: claimServiceName, peerName, texts }));
  const good = ['txtvers=1', 'kind=box', 'code=AAAA-BB', 'port=80', 'ip=127.0.0.1'];
  const without = (key: string): string[] => good.filter((text) => !text.startsWith(key));
  for (const key of ['txtvers', 'kind', 'code', 'port', 'ip']) say('x', without(key));
  say('x', [...without('port'), 'port=0']);
  say('x', [...without('port'), 'port=http']);
  say('x', [...without('ip'), 'ip=8.8.8.8']);
  say('x', [...without('code'), 'code=<script>']);
  say('x', [...without('txtvers'), 'txtvers=2']);
  await wait(100);
  assert.deepEqual(member.unclaimedNodes(), []);
  say('x', [...good, `name=a\u202eb\n${'é'.repeat(60)}`]);
  await until(() => member.unclaimedNodes().length === 1);
  const { name } = member.unclaimedNodes()[0]!;
  assert.match(name, /^ab\u00e9+$/);
  assert.ok(Buffer.byteLength(name) <= mdnsLimits.boxNameBytesMax);
  for (let i = 0; i < 2 * mdnsLimits.claimPeersMax; i++) say(`x${i}`, good);
  await wait(200);
  assert.equal(member.unclaimedNodes().length, mdnsLimits.claimPeersMax);
});
