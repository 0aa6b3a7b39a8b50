/** Who is near, as it is told: names where they are known, no marks of carriers, bounds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { type Nearby, radioIdOf, toBase64url, toHex } from '@muster/core';
import { nearbyLimits } from '../../src/bluetooth/limits.ts';
import {
  heardThings,
  nearbyView,
  radioProblems,
  reportedNear,
} from '../../src/bluetooth/nearby.ts';
import type { BluetoothInfo } from '../../src/bluetooth/nearby-view.ts';

const crypto = createSodiumCrypto();
const siteKey = new Uint8Array(32).fill(7);
const keys = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
const ready: BluetoothInfo = { state: 'ready', text: 'Bluetooth is on.', mend: '' };

function heard(change: Partial<Nearby> = {}): Nearby {
  const id = radioIdOf(crypto, siteKey, keys[0]!);
  return {
    id,
    kind: 'node',
    rssiDbm: -60,
    level: 'near',
    seenMsAgo: 12.5,
    seenCount: 3,
    ...change,
  };
}

const sources = {
  ...{ crypto, siteKey },
  known: () => [
    { key: keys[0]!, name: 'pier' },
    { key: keys[1]!, name: 'quay' },
  ],
  neighbours: () => [
    { nodeKey: keys[1], name: 'quay', costClass: 'radio' as const },
    { nodeKey: undefined, name: '', costClass: 'lan' as const },
  ],
};

test('nodes come with name and link where they are known, else as somebody of the site', () => {
  const ids = keys.map((key) => radioIdOf(crypto, siteKey, key));
  const things = heardThings(
    ids.map((id) => heard({ id })),
    sources,
  );
  assert.deepEqual(nearbyView(ready, things), {
    bluetooth: ready,
    nodes: [
      { key: toBase64url(keys[0]!), name: 'pier', level: 'near', seenMsAgo: 12 },
      { key: toBase64url(keys[1]!), name: 'quay', level: 'near', seenMsAgo: 12, link: 'radio' },
      { name: '', level: 'near', seenMsAgo: 12 },
    ],
    carriers: [],
  });
});

test('what a carrier is known by is told to the owner of the box alone', () => {
  const id = new Uint8Array([1, 2, 3]);
  const things = heardThings([heard({ kind: 'carrier', id, rssiDbm: -71 })], sources);
  assert.equal(things[0]!.id, '010203');
  const told = JSON.stringify(nearbyView(ready, things));
  assert.deepEqual(JSON.parse(told).carriers, [{ level: 'near', seenMsAgo: 12 }]);
  assert.ok(!told.includes(toHex(id)) && !told.includes('71'));
  // A carrier whose id is that of a node is not shown under its name.
  const same = heardThings([heard({ kind: 'carrier' })], sources);
  assert.equal(same[0]!.name, '');
  assert.equal(same[0]!.key, undefined);
});

test('a box that waits to be claimed is told to its owner, and to no page', () => {
  const things = heardThings([heard({ kind: 'blank' })], sources);
  assert.equal(things.length, 1);
  assert.deepEqual(nearbyView(ready, things), { bluetooth: ready, nodes: [], carriers: [] });
});

test('a report names the nearest nodes that are known, and nobody that is gone', () => {
  const gone = heard({ level: 'gone' });
  const stranger = heard({ id: new Uint8Array(3) });
  const around = heard({ id: radioIdOf(crypto, siteKey, keys[1]!), level: 'around' });
  assert.deepEqual(reportedNear(heardThings([stranger, around, gone], sources)), {
    near: [{ key: toBase64url(keys[1]!), level: 'around' }],
  });
  assert.deepEqual(reportedNear(heardThings([gone], sources)), {});
  const many = heardThings(
    Array.from({ length: 20 }, () => heard()),
    sources,
  );
  assert.equal(reportedNear(many).near!.length, nearbyLimits.reportedMax);
});

test('a radio that is there and does not work is a problem to report; none at all is not', () => {
  const info = (state: BluetoothInfo['state']) => ({ state, text: 'It is off.', mend: 'Mend it.' });
  assert.deepEqual(radioProblems(info('powered-off')), [
    { code: 'bluetooth', severity: 'warning', text: 'It is off. Mend it.' },
  ]);
  for (const state of ['ready', 'off', 'starting', 'no-bus', 'no-daemon', 'no-adapter'] as const) {
    assert.deepEqual(radioProblems(info(state)), []);
  }
});

test('a crowd is told up to a bound', () => {
  const crowd = Array.from({ length: 200 }, (_, i) => heard({ kind: i % 2 ? 'node' : 'carrier' }));
  const { nodes, carriers } = nearbyView(ready, heardThings(crowd, sources));
  assert.deepEqual(
    [nodes.length, carriers.length],
    [nearbyLimits.nodesMax, nearbyLimits.carriersMax],
  );
});
