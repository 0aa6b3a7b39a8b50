/**
 * Two agents with no network in common, in reach of each other by a radio in memory: real stores,
 * real links on it, real APIs.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSystemClock } from '@muster/adapters/clock-system';
import { MemoryRadio } from '@muster/adapters/transport-ble/testing';
import { toBase64url } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import type { NearbyView } from '../../src/bluetooth/nearby-view.ts';
import { type RunningAgent, startAgent } from '../support/real-agent.ts';
import { muster } from '../support/run-muster.ts';
import { TestAdmin } from '../support/test-admin.ts';
import { connect, type Frame } from '../support/test-client.ts';

/** No listener on any network: what comes, comes by radio. */
const noNetwork = { meshListen: [] };

async function twoBoxes(t: TestContext) {
  const random = new SeededRandom(11);
  const radio = new MemoryRadio({ clock: createSystemClock(), random, air: { advertiseMs: 100 } });
  const [east, west] = ['east', 'west'].map((name) => radio.host({ name }));
  const one = await startAgent(t, { config: noNetwork, radio: east! });
  const two = await startAgent(t, { config: noNetwork, radio: west!, siteOf: one });
  return { radio, one, two, east: east!, west: west! };
}

async function nearbyOf({ url }: RunningAgent): Promise<NearbyView> {
  return (await (await fetch(`${url}/api/v1/nearby`)).json()) as NearbyView;
}

async function ble<T>({ folder }: RunningAgent, ...words: string[]): Promise<T> {
  const { out, err, code } = await muster(['ble', ...words, '--data', folder, '--json']);
  assert.equal(code, 0, err);
  return JSON.parse(out) as T;
}

test('boxes link by radio alone: a message crosses, each knows who is near', async (t) => {
  const { one, two } = await twoBoxes(t);
  const [ada, bob] = [connect(t, one), connect(t, two)];
  await Promise.all([ada.open('Ada'), bob.open('Bob')]);
  bob.say({ type: 'follow', tag: toBase64url(bob.tag) });
  ada.say({ type: 'nearby-watch' });
  await bob.next('here', ({ nodes }) => nodes === 1);
  const bundle = ada.compose({ text: 'over the air' });
  ada.put(bundle);
  const { items } = await bob.next('bundles');
  assert.equal(items[0].signed, toBase64url(bundle.signed));

  const frame = await ada.next('nearby', ({ nodes }) => nodes[0]?.link === 'radio');
  assert.equal(frame.bluetooth.state, 'ready');
  const { nodes, carriers } = await nearbyOf(one);
  assert.equal(nodes.length, 1);
  assert.equal(nodes[0]!.name, 'box-2');
  assert.equal(nodes[0]!.link, 'radio');
  assert.notEqual(nodes[0]!.level, 'gone');
  assert.deepEqual(carriers, []);

  const { links } = await ble<{ links: Record<string, unknown>[] }>(one, 'links');
  assert.equal(links.length, 1);
  assert.equal(links[0]!.name, 'box-2');
  const { heard } = await ble<{ heard: { name: string }[] }>(two, 'scan', '--seconds', '1');
  assert.deepEqual(
    heard.map(({ name }) => name),
    ['box'],
  );
  const metrics = await (await fetch(`${one.url}/metrics`)).text();
  assert.match(metrics, /^muster_ble_state\{state="ready"\} 1$/m);
  assert.match(metrics, /^muster_ble_links\{carrier="(gatt|l2cap)"\} 1$/m);
});

test('a switched-off adapter is a state, and the boxes link again when it is on', async (t) => {
  const { one, two, west } = await twoBoxes(t);
  const ada = connect(t, one);
  await ada.open('Ada');
  await ada.next('here', ({ nodes }) => nodes === 1);
  west.power('hci0', false);
  await ada.next('here', ({ nodes }) => nodes === 0);
  const { bluetooth } = await nearbyOf(two);
  assert.equal(bluetooth.state, 'powered-off');
  const status = await muster(['ble', 'status', '--data', two.folder]);
  assert.equal(status.code, 1);
  assert.match(status.out, /powered-off.*\n {2}→ /);
  west.power('hci0', true);
  await ada.next('here', ({ nodes }) => nodes === 1);
});

test('an admin who watches is told by each box which boxes are near it', async (t) => {
  const { one, two } = await twoBoxes(t);
  const grace = await new TestAdmin(one).connect(t);
  await grace.next('here', ({ nodes }) => nodes === 1);
  grace.say({ type: 'admin-watch' });
  const [keyOne, keyTwo] = [one, two].map(({ identity }) =>
    toBase64url(identity.node.key.publicKey),
  );
  const nearOf = (frame: Frame, key: string | undefined) =>
    frame.nodes.find((node: Frame) => node.key === key)?.report?.near;
  const site = await grace.next('site', (frame) => nearOf(frame, keyOne) && nearOf(frame, keyTwo));
  assert.equal(nearOf(site, keyOne)[0].key, keyTwo);
  assert.equal(nearOf(site, keyTwo)[0].key, keyOne);
});
