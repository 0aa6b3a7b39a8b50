/** What a client may say: hostile and damaged frames give a typed fault, never an exception. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toBase64url } from '@muster/core';
import { fraction, intBelow, SeededRandom } from '@muster/core/testing';
import { readClientMessage } from '../src/socket/client-message.ts';
import { socketLimits } from '../src/socket/limits.ts';

const b = (length: number): string => toBase64url(new Uint8Array(length).fill(7));

const right: readonly object[] = [
  { type: 'session', device: b(32), signature: b(64), name: 'Ada' },
  { type: 'session', device: b(32), signature: b(64), name: '', tickets: [b(200), ''] },
  { type: 'put', ref: 'r', signed: b(300), signature: b(64), ageMs: 5, extra: 'ignored' },
  { type: 'put', ref: '', signed: b(33_000), signature: b(64), ticket: b(512) },
  { type: 'follow', tag: b(16) },
  { type: 'follow', tag: b(16), after: b(25), have: b(8 * socketLimits.haveIdsMax) },
  { type: 'unfollow', tag: b(16) },
  { type: 'page', ref: 'r', tag: b(16), before: b(25), limit: 200 },
  { type: 'ping', n: 0 },
  { type: 'pong', n: 2 ** 53 - 1 },
  {
    type: 'session',
    device: b(32),
    signature: b(64),
    name: '',
    pass: 'MUSTER-PASS:1:AA',
    passkey: 'k',
  },
  { type: 'act', ref: 'r', signed: b(300), signature: b(64), ticket: b(512) },
  { type: 'admit', device: b(32), accept: false },
  { type: 'pass-make', ref: 'r', uses: 50 },
  { type: 'admin-watch' },
  { type: 'admin-unwatch' },
  { type: 'claim-open', id: '0011223344556677' },
  { type: 'claim-close', id: '0011223344556677' },
  { type: 'claim-reply', id: '0011223344556677', session: '8899aabbccddeeff', message: b(60_000) },
  { type: 'claim-reply', id: '0011223344556677', session: '8899aabbccddeeff', ended: true },
  { type: 'claim-reply', id: '0011223344556677', session: '8899aabbccddeeff', claimants: ['a'] },
  {
    type: 'claim-reach',
    ref: 'r',
    address: '[fe80::1]:8080',
    id: '0011223344556677',
    session: '8899aabbccddeeff',
    message: b(10),
  },
  { type: 'passkey-token', ref: 'r' },
];

for (const message of right) {
  test(`right: ${JSON.stringify(message).slice(0, 50)}`, () => {
    const read = readClientMessage(JSON.stringify(message));
    assert.ok(read.ok, JSON.stringify(read));
    assert.equal(read.value.type, (message as { type: string }).type);
  });
}

const wrong: readonly (readonly [frame: string, fault: string])[] = [
  ['', 'json-wrong'],
  ['{', 'json-wrong'],
  ['[]', 'json-wrong'],
  ['null', 'json-wrong'],
  ['"ping"', 'json-wrong'],
  ['['.repeat(90_000), 'json-wrong'],
  ['{"a":'.repeat(19_000), 'json-wrong'],
  ['{}', 'type-unknown'],
  ['{"type":5}', 'type-unknown'],
  ['{"type":"constructor"}', 'type-unknown'],
  ['{"type":"__proto__"}', 'type-unknown'],
  ['{"type":"ping"}', 'field-wrong'],
  ['{"type":"ping","n":-1}', 'field-wrong'],
  ['{"type":"ping","n":1e300}', 'field-wrong'],
  ['{"type":"ping","n":"1"}', 'field-wrong'],
  [`{"type":"follow","tag":"${b(15)}"}`, 'field-wrong'],
  [`{"type":"follow","tag":"${b(16)}="}`, 'field-wrong'],
  [`{"type":"follow","tag":["${b(16)}"]}`, 'field-wrong'],
  [`{"type":"follow","tag":"${b(16)}","after":"${b(24)}"}`, 'field-wrong'],
  [`{"type":"follow","tag":"${b(16)}","after":null}`, 'field-wrong'],
  [`{"type":"follow","tag":"${b(16)}","have":"${b(8 * 4097)}"}`, 'field-wrong'],
  [`{"type":"page","ref":"r","tag":"${b(16)}","limit":201}`, 'field-wrong'],
  [`{"type":"page","ref":"${'r'.repeat(65)}","tag":"${b(16)}"}`, 'field-wrong'],
  [`{"type":"page","ref":"\\ud800","tag":"${b(16)}"}`, 'field-wrong'],
  [`{"type":"put","ref":"r","signed":"${b(34_000)}","signature":"${b(64)}"}`, 'field-wrong'],
  [`{"type":"put","ref":"r","signed":"","signature":"${b(63)}"}`, 'field-wrong'],
  [`{"type":"put","ref":"r","signed":"","signature":"${b(64)}","ageMs":-1}`, 'field-wrong'],
  [`{"type":"session","device":"${b(32)}","signature":"${b(64)}","name":"a\\nb"}`, 'field-wrong'],
  [`{"type":"session","device":"${b(32)}","signature":"${b(64)}"}`, 'field-wrong'],
  [
    `{"type":"session","device":"${b(32)}","signature":"${b(64)}","name":"",` +
      `"tickets":[${'"",'.repeat(8)}""]}`,
    'field-wrong',
  ],
];

for (const [frame, fault] of wrong) {
  test(`wrong: ${frame.slice(0, 60)}`, () => {
    const read = readClientMessage(frame);
    assert.ok(!read.ok);
    assert.equal(read.reason, fault);
    assert.ok(read.message.length > 0 && read.message.length < 100);
  });
}

test('a name longer than it may be in bytes is cut between characters', () => {
  const name = 'ä'.repeat(40);
  const frame = { type: 'session', device: b(32), signature: b(64), name };
  const read = readClientMessage(JSON.stringify(frame));
  assert.ok(read.ok && read.value.type === 'session');
  assert.equal(read.value.name, 'ä'.repeat(32));
});

test('the ref of a wrong message comes back, cut', () => {
  const read = readClientMessage(`{"type":"put","ref":"${'r'.repeat(500)}"}`);
  assert.ok(!read.ok && read.ref?.length === socketLimits.refCharsMax);
});

test('frames with random changes never throw', (t) => {
  const seed = Date.now() >>> 0;
  t.diagnostic(`seed ${seed}`);
  const random = new SeededRandom(seed);
  for (let round = 0; round < 20_000; round++) {
    const frame = Buffer.from(JSON.stringify(right[intBelow(random, right.length)]).slice(0, 2000));
    const changes = 1 + intBelow(random, 4);
    for (let i = 0; i < changes; i++) frame[intBelow(random, frame.length)] = intBelow(random, 256);
    const cut = fraction(random) < 0.2 ? intBelow(random, frame.length) : frame.length;
    readClientMessage(frame.subarray(0, cut).toString());
  }
});

test('the -0 of JSON is 0', () => {
  const read = readClientMessage('{"type":"pong","n":-0}');
  assert.ok(read.ok && read.value.type === 'pong' && Object.is(read.value.n, 0));
});
