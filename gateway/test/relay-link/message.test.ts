/** The bytes of the relay link: what is written is read again, and nothing else is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeCbor, fromHex, toHex } from '@muster/core';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { decodeMessage } from '../../src/relay-link/decode-message.ts';
import { encodeMessage } from '../../src/relay-link/encode-message.ts';
import { messageLimits } from '../../src/relay-link/limits.ts';
import { MessageType, type RelayMessage } from '../../src/relay-link/message.ts';
import { sampleMessages } from './samples.ts';

test('every message is read as it was written', () => {
  const samples = sampleMessages();
  const types = new Set(samples.map(({ type }) => type));
  assert.equal(types.size, Object.keys(MessageType).length);
  for (const message of samples) assert.deepEqual(decodeMessage(encodeMessage(message)), message);
});

test('a message that is cut off, or has a byte too many, is none', () => {
  for (const message of sampleMessages()) {
    const bytes = encodeMessage(message);
    for (let length = 0; length < bytes.length; length += 1) {
      assert.equal(decodeMessage(bytes.subarray(0, length)), undefined);
    }
    assert.equal(decodeMessage(Uint8Array.of(...bytes, 0)), undefined);
  }
});

test('what is beyond a bound is refused before anything is built', () => {
  const id = new Uint8Array(32);
  const tag = new Uint8Array(16);
  const site = tag;
  const ids = (count: number) => Array.from({ length: count }, () => id);
  const tags = (count: number) => Array.from({ length: count }, () => tag);
  const none = new Uint8Array(0);
  const many = (count: number) => Array.from({ length: count }, () => [site, tags(600), none]);
  const cases: [why: string, bytes: Uint8Array][] = [
    ['65 ids in an offer', encodeCbor([MessageType.offer, 0, 1, ids(65)])],
    ['no ids in an offer', encodeCbor([MessageType.offer, 0, 1, []])],
    ['a lane that is none', encodeCbor([MessageType.offer, 0, 3, ids(1)])],
    ['257 ids in a want', encodeCbor([MessageType.want, site, ids(257)])],
    ['a state that is none', encodeCbor([MessageType.states, 0, Uint8Array.of(4)])],
    ['an outcome that is none', encodeCbor([MessageType.settled, 0, 4, ''])],
    ['a reason of 33 bytes', encodeCbor([MessageType.settled, 0, 3, 'x'.repeat(33)])],
    ['1,200 tags in all', encodeCbor([MessageType.follow, many(2)])],
    ['65 sites', encodeCbor([MessageType.follow, Array(65).fill([site, [], none])])],
    ['a token of 65 bytes', encodeCbor([MessageType.mark, site, new Uint8Array(65)])],
    ['a policy that is too long', encodeCbor([MessageType.policy, new Uint8Array(40_000)])],
    ['16 hops', encodeCbor([MessageType.bundle, 0, 0, 16, none, new Uint8Array(64), id])],
    ['a type of the future', encodeCbor([15, 0])],
    ['no type', encodeCbor([])],
    ['a list of 2^32 ids', Uint8Array.of(0x84, 4, 0, 1, 0x9a, 255, 255, 255, 255)],
    ['2^53 as a number', Uint8Array.of(0x82, 13, 0x1b, 0, 32, 0, 0, 0, 0, 0, 0)],
    ['a number in a longer form', Uint8Array.of(0x82, 13, 0x18, 1)],
    ['a hello of versions 2 to 1', encodeCbor([MessageType.hello, 2, 1, id, none])],
  ];
  for (const [why, bytes] of cases) assert.equal(decodeMessage(bytes), undefined, why);
});

test('the hello of a later version may be longer, that of version 1 may not', () => {
  const fields = [new Uint8Array(32), new Uint8Array(100)];
  const later = decodeMessage(encodeCbor([MessageType.hello, 1, 2, ...fields, 7]));
  assert.equal(later?.type, MessageType.hello);
  assert.equal(decodeMessage(encodeCbor([MessageType.hello, 1, 1, ...fields, 7])), undefined);
});

test('a reason of a later version is an unknown one', () => {
  const bye = decodeMessage(encodeCbor([MessageType.bye, 200]));
  assert.deepEqual(bye, { type: MessageType.bye, reason: 'unknown' });
});

test('damaged messages are read as another one or not at all, and never throw', (context) => {
  const seed = 0x5e1a7;
  context.diagnostic(`seed ${seed}`);
  const random = new SeededRandom(seed);
  const samples = sampleMessages().map(encodeMessage);
  let read = 0;
  for (let i = 0; i < 100_000; i += 1) {
    const bytes = samples[i % samples.length]!.slice();
    for (let flips = 1 + intBelow(random, 3); flips > 0; flips -= 1) {
      bytes[intBelow(random, bytes.length)] = intBelow(random, 256);
    }
    const message: RelayMessage | undefined = decodeMessage(bytes);
    if (!message) continue;
    read += 1;
    const again = message.type === MessageType.bye ? bytes : encodeMessage(message);
    const later = message.type === MessageType.hello && message.versionMax > 1;
    if (!later) assert.deepEqual(again, bytes);
  }
  assert.ok(read > 1_000);
  assert.ok(samples.every((bytes) => bytes.length <= messageLimits.messageBytesMax));
});

test('the vectors are read as they say', () => {
  const path = new URL('../../../docs/protocol/vectors/relay.json', import.meta.url);
  const { valid, invalid } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly valid: readonly { readonly wire: string; readonly message: unknown }[];
    readonly invalid: readonly { readonly why: string; readonly wire: string }[];
  };
  for (const { wire, message } of valid) {
    const read = decodeMessage(fromHex(wire)!);
    const asHex = (_key: string, value: unknown) =>
      value instanceof Uint8Array ? toHex(value) : value;
    assert.deepEqual(JSON.parse(JSON.stringify(read, asHex)), message);
    assert.equal(toHex(encodeMessage(read!)), wire);
  }
  for (const { why, wire } of invalid) assert.equal(decodeMessage(fromHex(wire)!), undefined, why);
  assert.ok(valid.length >= 15 && invalid.length >= 15);
});
