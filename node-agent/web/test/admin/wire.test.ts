/** What a node tells an admin, and a box its page, is read strictly and never believed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url, toHex } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { adminLimits } from '../../src/admin/limits.ts';
import { readAdminMessage } from '../../src/admin/session/admin-wire.ts';
import { readRoute } from '../../src/ui/route.ts';
import { readBoxStatus } from '../../src/unclaimed/claim-status.ts';
import { keyPair } from '../support/site.ts';

const key = keyPair(3).publicKey;

test('a site is shown without what has no key, and no longer than may be', () => {
  const one = { key: toBase64url(key), name: 'A1', ageMs: 5, report: { name: 1 } };
  const nodes = [one, { ...one, key: 'short' }, 7, null, 'x'];
  const many = Array.from({ length: 2 * adminLimits.siteItemsMax }, () => ({ shortCode: 'A' }));
  const frame = { type: 'site', nodes, unclaimed: many, revoked: {}, admins: 'none', epoch: -3 };
  const message = readAdminMessage(JSON.stringify(frame));
  assert.ok(message?.type === 'site');
  const { view } = message;
  const { revoked, clone, report } = view.nodes[0]!;
  assert.deepEqual([view.nodes.length, view.nodes[0]!.key], [1, toHex(key)]);
  assert.deepEqual({ revoked, clone, report }, { revoked: false, clone: false, report: undefined });
  assert.equal(view.unclaimed.length, adminLimits.siteItemsMax);
  assert.deepEqual([view.revoked, view.admins, view.epoch], [[], [], 0]);
});

test('frames that are none are nothing', () => {
  for (const text of ['', 'null', '[]', '7', '{"type":"toString"}', '{"type":"site"', '"site"']) {
    assert.equal(readAdminMessage(text), undefined);
  }
  assert.equal(readAdminMessage('{"type":"claim-message","id":"x","session":"y"}'), undefined);
  const result = readAdminMessage('{"type":"act-result","ref":"w1","ok":"yes"}');
  assert.ok(result?.type === 'act-result' && result.fault?.code === 'failed');
});

test('a box is read as strictly', () => {
  for (const text of ['', 'null', '{}', '{"unclaimed":"yes"}', '[{"unclaimed":true}]']) {
    assert.equal(readBoxStatus(text), undefined);
  }
  const preview = [{ what: 'name', from: '', to: 'Pier' }, 5, { what: 1 }];
  const said = { unclaimed: true, phase: 'owned', preview, fault: 'bad', claimants: [1, 'a'] };
  const status = readBoxStatus(JSON.stringify(said));
  assert.equal(status?.phase, 'waiting');
  assert.deepEqual(status?.preview, [
    { what: 'name', from: '', to: 'Pier' },
    { what: '', from: '', to: '' },
  ]);
  assert.deepEqual([status?.fault, status?.claimants], [undefined, ['', 'a']]);
});

test('random frames never throw (seed 77)', () => {
  const random = new SeededRandom(77);
  const types = ['site', 'acts', 'act-result', 'refused', 'error', 'claim-answer', 'claim-message'];
  const values = ['null', '7', '-1', '""', '"x"', '[]', '[[]]', '{}', '[{}]', '[null]', 'true'];
  const names = [
    'nodes',
    'items',
    'ref',
    'error',
    'message',
    'unclaimed',
    'admins',
    'id',
    'result',
  ];
  const pick = (from: readonly string[]) => from[random.bytes(1)[0]! % from.length]!;
  for (let i = 0; i < 2_000; i++) {
    const members = [1, 2, 3].map(() => `"${pick(names)}":${pick(values)}`).join(',');
    readAdminMessage(`{"type":"${pick(types)}",${members}}`);
    readBoxStatus(`{"unclaimed":true,${members}}`);
  }
});

test('the admin area and claim codes have addresses', () => {
  assert.deepEqual(readRoute('#/admin'), { kind: 'admin', path: '', rest: '' });
  const as = `as/${'0'.repeat(64)}`;
  assert.deepEqual(readRoute(`#/admin/claim/${as}`), { kind: 'admin', path: 'claim', rest: as });
  const code = 'MUSTER-ADMIN:1:ABC';
  assert.deepEqual(readRoute(`#${code}`), { kind: 'admin', path: 'join', rest: code });
  const box = 'muster-box:1:abc';
  assert.deepEqual(readRoute(`#${box}`), { kind: 'admin', path: 'claim', rest: box });
  assert.deepEqual(readRoute('#/admin/Nodes'), { kind: 'list' });
  assert.deepEqual(readRoute('#MUSTER-NODE:1:ABC'), { kind: 'list' });
});
