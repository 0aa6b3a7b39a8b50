import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyedMix } from '../../../src/replication/iblt/keyed-mix.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';

/** MurmurHash3_x86_32 for any length, as its author describes it, on big integers. */
function murmur3(seed: number, bytes: Uint8Array): number {
  const cut = (value: bigint) => value & 0xffffffffn;
  const turned = (value: bigint, by: bigint) => cut((value << by) | (value >> (32n - by)));
  const scrambled = (k: bigint) => cut(turned(cut(k * 0xcc9e2d51n), 15n) * 0x1b873593n);
  let h = BigInt(seed);
  const tail = bytes.length % 4;
  for (let at = 0; at < bytes.length - tail; at += 4) {
    const word = bytes.slice(at, at + 4).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    h = cut(turned(h ^ scrambled(word), 13n) * 5n + 0xe6546b64n);
  }
  const rest = bytes.slice(bytes.length - tail).reduceRight((s, b) => (s << 8n) | BigInt(b), 0n);
  h ^= scrambled(rest) ^ BigInt(bytes.length);
  h = cut((h ^ (h >> 16n)) * 0x85ebca6bn);
  h = cut((h ^ (h >> 13n)) * 0xc2b2ae35n);
  return Number(h ^ (h >> 16n));
}

test('the reference used below answers the known vectors', () => {
  assert.equal(murmur3(0, Uint8Array.of()), 0);
  assert.equal(murmur3(1, Uint8Array.of()), 0x514e28b7);
  assert.equal(murmur3(0, Uint8Array.of(0x21, 0x43, 0x65, 0x87)), 0xf55b516b);
  assert.equal(murmur3(0x5082edee, Uint8Array.of(0x21, 0x43, 0x65, 0x87)), 0x2362f9de);
  assert.equal(murmur3(0, Uint8Array.of(0x21, 0x43, 0x65)), 0x7e4a8634);
  assert.equal(murmur3(0x9747b28c, Buffer.from('Hello, world!')), 0x24884cba);
});

test('keyedMix is MurmurHash3_x86_32 of the eight bytes, lo first', () => {
  const random = new SeededRandom(3);
  for (let i = 0; i < 2_000; i++) {
    const [seed, hi, lo] = [random.uint32(), random.uint32(), random.uint32()];
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, lo, true);
    view.setUint32(4, hi, true);
    assert.equal(keyedMix(seed, hi, lo), murmur3(seed, bytes));
  }
});
