import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bundleLimits,
  certifyDevice,
  decodeMessage,
  decodeProfile,
  encodeCbor,
  encodeMessage,
  encodeProfile,
  nameLimits,
} from '../../src/index.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';
import { stranger } from '../support/site.ts';

const message = { name: 'Ada', text: 'The water at gate 3 is fine. ✓' };

test('messages come back, whatever their text', () => {
  const drawn = fc.record(
    { name: fc.string({ maxLength: 16 }), text: fc.string({ unit: 'grapheme' }) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(drawn, (any) => {
      assert.deepEqual(decodeMessage(encodeMessage(any)), any);
    }),
  );
  assert.deepEqual(decodeMessage(encodeMessage({ name: '', text: '' })), { name: '', text: '' });
});

test('every change to a message is refused or is another canonical message', () => {
  const payload = encodeMessage(message);
  for (const changed of [...bitFlips(payload), ...byteChanges(payload)]) {
    const decoded = decodeMessage(changed);
    if (decoded) assert.deepEqual(encodeMessage(decoded), changed);
  }
  for (const cut of truncated(payload)) assert.equal(decodeMessage(cut), undefined);
  assert.equal(decodeMessage(Uint8Array.from([...payload, 0])), undefined);
  for (const [what, bytes] of Object.entries(hostileCbor)) {
    assert.equal(decodeMessage(bytes), undefined, what);
  }
});

test('what is not exactly a message is none', () => {
  const wrong = [
    [2, 'Ada', 'version'],
    [0, 'Ada', 'version'],
    [1, 'Ada'],
    [1, 'Ada', 'text', 'more'],
    [1, 'x'.repeat(nameLimits.nameBytesMax + 1), 'name'],
    [1, 'Ada', 'x'.repeat(bundleLimits.payloadBytesMax + 1)],
    [1, new Uint8Array(3), 'bytes for text'],
    [1, 'Ada', ['text']],
  ];
  for (const items of wrong) assert.equal(decodeMessage(encodeCbor(items)), undefined);
});

const person = keyPair(20);
const device = keyPair(21);
const certificate = certifyDevice(crypto, person, device.publicKey);
const profile = encodeProfile('Ada', certificate);

test('a profile names the person whose device wrote it', () => {
  const decoded = decodeProfile(crypto, profile, device.publicKey);
  assert.deepEqual(decoded, { name: 'Ada', person: person.publicKey });
});

test('a profile copied by another device is none', () => {
  assert.equal(decodeProfile(crypto, profile, stranger.publicKey), undefined);
  assert.equal(decodeProfile(crypto, profile, person.publicKey), undefined);
});

test('every change to a profile but that of its name is refused', () => {
  for (const changed of [...bitFlips(profile), ...byteChanges(profile)]) {
    const decoded = decodeProfile(crypto, changed, device.publicKey);
    if (!decoded) continue;
    assert.deepEqual(decoded.person, person.publicKey);
    assert.deepEqual(encodeProfile(decoded.name, certificate), changed);
  }
  for (const cut of truncated(profile)) {
    assert.equal(decodeProfile(crypto, cut, device.publicKey), undefined);
  }
  for (const [what, bytes] of Object.entries(hostileCbor)) {
    assert.equal(decodeProfile(crypto, bytes, device.publicKey), undefined, what);
  }
});

const via = { kind: 'mqtt', client: 'door sensor', ref: new Uint8Array(8).fill(7) } as const;

test('a message on behalf of somebody comes back with its client and reference', () => {
  const drawn = fc.record(
    {
      kind: fc.constant('mqtt' as const),
      client: fc.string({ maxLength: 16 }),
      ref: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(drawn, (any) => {
      assert.deepEqual(decodeMessage(encodeMessage({ ...message, via: any })), {
        ...message,
        via: any,
      });
    }),
  );
});

test('every change to it is refused or is another canonical message', () => {
  const payload = encodeMessage({ ...message, via });
  for (const changed of [...bitFlips(payload), ...byteChanges(payload)]) {
    const decoded = decodeMessage(changed);
    if (decoded) assert.deepEqual(encodeMessage(decoded), changed);
  }
  for (const cut of truncated(payload)) assert.equal(decodeMessage(cut), undefined);
});

test('what is not exactly such a message is none', () => {
  const { client, ref } = via;
  const wrong: Parameters<typeof encodeCbor>[0][][] = [
    [1, 'Ada', 'text', [0, client, ref]],
    [2, 'Ada', 'text'],
    [3, 'Ada', 'text', [0, client, ref]],
    [2, 'Ada', 'text', [1, client, ref]],
    [2, 'Ada', 'text', [0, client]],
    [2, 'Ada', 'text', [0, client, ref, 0]],
    [2, 'Ada', 'text', [0, 'x'.repeat(nameLimits.nameBytesMax + 1), ref]],
    [2, 'Ada', 'text', [0, client, ref.subarray(1)]],
    [2, 'Ada', 'text', [0, ref, client]],
    [2, 'Ada', 'text', 'via'],
  ];
  for (const items of wrong) assert.equal(decodeMessage(encodeCbor(items)), undefined);
});
