/** What a node says is read strictly: garbage of any form is no message, and never an exception. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readNodeMessage } from '../src/connection/wire.ts';

test('frames that are no message are undefined', () => {
  const frames = ['', '{', 'null', '[]', '"x"', '1', '{"type":1}', '{"type":"__proto__"}'];
  frames.push('{"type":"constructor"}', '{"type":"challenge"}', '{"type":"toString"}');
  for (const frame of frames) assert.equal(readNodeMessage(frame), undefined, frame);
});

test('members of a wrong kind become empty ones', () => {
  const page = { type: 'page', ref: 7, tag: '***', items: [null, 1, { signed: {} }], end: 'yes' };
  const read = readNodeMessage(JSON.stringify(page));
  assert.ok(read?.type === 'page');
  assert.equal(read.ref, '');
  assert.equal(read.end, false);
  assert.equal(read.items.length, 1);
  assert.equal(read.items[0]!.signed.length, 0);
  const here = readNodeMessage('{"type":"here","people":[{"device":"x"},{}],"nodes":-1}');
  assert.deepEqual(here, { type: 'here', people: [], more: 0, nodes: 0 });
});

test('channels without a right tag or kind are left out', () => {
  const tag = 'A'.repeat(22);
  const channels = [
    { tag, kind: 'public', name: 'a', creator: `${'B'.repeat(42)}A` },
    { tag: 'A', kind: 'public', name: 'b' },
    { tag, kind: 'private', name: 'c' },
    { tag, kind: 'announcement', name: 'd', writers: ['x', `${'C'.repeat(42)}A`, 5] },
  ];
  const read = readNodeMessage(JSON.stringify({ type: 'channels', channels }));
  assert.ok(read?.type === 'channels');
  assert.deepEqual(
    read.channels.map((one) => one.name),
    ['a', 'd'],
  );
  assert.equal(read.channels[1]!.writers.length, 1);
});

test('trust, waiting and passes are read as far as they have the right form', () => {
  const device = `${'C'.repeat(42)}A`;
  const read = (json: object) => readNodeMessage(JSON.stringify(json));
  const trust = read({ type: 'trust', documents: ['AAAA', 5, '***', ''] });
  assert.deepEqual(trust, { type: 'trust', documents: [new Uint8Array(3)] });
  assert.deepEqual(read({ type: 'trust' }), { type: 'trust', documents: [] });
  assert.deepEqual(read({ type: 'waiting', place: -3 }), { type: 'waiting', place: 1 });
  const people = [{ device, name: 'Mira' }, { device: 'A' }, null];
  const waiting = read({ type: 'guests-waiting', people });
  assert.ok(waiting?.type === 'guests-waiting');
  assert.deepEqual(
    waiting.people.map((one) => one.name),
    ['Mira'],
  );
  assert.deepEqual(read({ type: 'pass', ref: 1 }), { type: 'pass', ref: '', text: '' });
});

test('any JSON at all is read without an exception', () => {
  const types = ['challenge', 'welcome', 'held', 'refused', 'bundles', 'page', 'channels', 'here'];
  types.push('trust', 'waiting', 'guests-waiting', 'pass', 'nearby');
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.jsonValue(), (type, value) => {
      const object = typeof value === 'object' && value !== null ? value : { value };
      readNodeMessage(JSON.stringify({ ...object, type }));
    }),
  );
});
