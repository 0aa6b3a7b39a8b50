/** Node reports: what is written is read again; whatever else a node writes is no report. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeNodeReport,
  type NodeReport,
  readNodeReport,
  trustLimits,
  utf8,
} from '../../src/index.ts';
import { intBelow, SeededRandom } from '../../src/testing/index.ts';

const whole: NodeReport = {
  name: 'Blue box',
  role: 'gateway',
  version: '0.1.0',
  uptimeMs: 12,
  boots: 3,
  unixMs: 1_700_000_000_000,
  clockQuality: 1,
  epoch: 2,
  certificateEpoch: 4,
  links: [
    {
      key: 'A'.repeat(43),
      name: 'Red box',
      medium: 'lan',
      state: 'live',
      sinceMs: 5,
      bytesPerSecond: 7,
      queuedBytes: { urgent: 0, normal: 1, bulk: 2 },
    },
  ],
  near: [{ key: 'C'.repeat(43), level: 'near' }],
  store: { bundles: 1, contentBytes: 2, contentBytesMax: 3, diskFreeBytes: 4 },
  clients: 9,
  guestsWaiting: 1,
  machine: { temperatureC: 61.5, underVoltage: true, loadPercent: 10 },
  mqtt: { clients: 2 },
  uplinks: [{ name: 'relay', state: 'up' }],
  problems: [{ code: 'hot', severity: 'warning', text: 'It is hot.' }],
  acts: [{ id: 'B'.repeat(43), ok: false, text: 'no' }],
  wanted: true,
  rootOpen: true,
  tlsRequest: { request: 'AAAA', names: ['box.local', '10.0.0.1'] },
};
const { mqtt, uplinks, acts, wanted, rootOpen, tlsRequest, near, ...least } = {
  ...whole,
  machine: {},
};

test('what is written is read again, with and without what may be absent', () => {
  for (const report of [whole, least]) {
    assert.deepEqual(readNodeReport(encodeNodeReport(report)), report);
  }
});

test('members of a later version are left out, wrong ones make it no report', () => {
  const read = (change: object) => readNodeReport(utf8(JSON.stringify({ ...whole, ...change })));
  assert.deepEqual(read({ later: { x: 1 } }), whole);
  const wrong = [
    { name: 7 },
    { name: 'a\nb' },
    { name: 'x'.repeat(301) },
    { role: 'root' },
    { boots: -1 },
    { boots: 1.5 },
    { clockQuality: 3 },
    { links: {} },
    { links: [7] },
    { links: Array.from({ length: 33 }, () => whole.links[0]) },
    { links: [{ ...whole.links[0], medium: 'pigeon' }] },
    { near: [{ key: 'C', level: 'gone' }] },
    { near: Array.from({ length: 9 }, () => whole.near![0]) },
    { store: undefined },
    { machine: { temperatureC: 1e9 } },
    { machine: [] },
    { problems: [{ code: 'x', severity: 'bad', text: '' }] },
    { wanted: false },
    { tlsRequest: { request: 'A', names: [1] } },
    { uplinks: Array.from({ length: 17 }, () => ({ name: '', state: '' })) },
  ];
  for (const change of wrong) assert.equal(read(change), undefined, JSON.stringify(change));
});

test('bytes of a stranger are no report: random, deep, long, not UTF-8', () => {
  const random = new SeededRandom(11);
  const bytes = encodeNodeReport(whole);
  for (let i = 0; i < 2_000; i++) {
    const bad = bytes.slice();
    bad[intBelow(random, bad.length)] = intBelow(random, 256);
    readNodeReport(bad);
    assert.equal(readNodeReport(random.bytes(intBelow(random, 200))), undefined);
  }
  assert.equal(readNodeReport(utf8('['.repeat(8_000))), undefined);
  assert.equal(readNodeReport(utf8(`{"links":${'['.repeat(4_000)}`)), undefined);
  assert.equal(readNodeReport(new Uint8Array(trustLimits.reportBytesMax + 1).fill(32)), undefined);
  assert.equal(readNodeReport(new Uint8Array([255, 254])), undefined);
});

test('a report that would be too long tells less', () => {
  const links = Array.from({ length: 32 }, () => ({ ...whole.links[0]!, name: 'n'.repeat(300) }));
  const payload = encodeNodeReport({ ...whole, links });
  assert.ok(payload.length <= trustLimits.reportBytesMax);
  assert.ok(readNodeReport(payload)!.links.length >= 8);
});
