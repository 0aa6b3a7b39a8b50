import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromWireOffset } from '../../../src/transport-ble/stream/offsets.ts';
import { decodePacket } from '../../../src/transport-ble/stream/packets.ts';

interface Vectors {
  readonly valid: readonly { readonly packet: Record<string, unknown>; readonly wire: string }[];
  readonly invalid: readonly { readonly why: string; readonly wire: string }[];
  readonly offsets: readonly {
    readonly near: number;
    readonly wire: number;
    readonly full: number;
  }[];
}

const file = new URL('../../../../../docs/protocol/vectors/ble-stream.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

test('every valid packet reads as what the vectors say', () => {
  for (const { packet, wire } of vectors.valid) {
    const read = decodePacket(bytes(wire));
    assert.ok(read.ok, wire);
    const members = Object.entries(read.value).filter(([, value]) => value !== undefined);
    const plain = members.map(([name, value]) =>
      value instanceof Uint8Array ? [name, Buffer.from(value).toString('hex')] : [name, value],
    );
    assert.deepEqual(Object.fromEntries(plain), packet);
  }
});

test('every invalid packet is malformed', () => {
  for (const { why, wire } of vectors.invalid) {
    assert.deepEqual(decodePacket(bytes(wire)), { ok: false, reason: 'malformed' }, why);
  }
});

test('numbers on the wire mean what the vectors say', () => {
  for (const { near, wire, full } of vectors.offsets)
    assert.equal(fromWireOffset(wire, near), full);
});

test('a greeting of a higher version may be longer', () => {
  const read = decodePacket(bytes('01020100a0a1a2a3a4a5a6a7ffff'));
  assert.ok(read.ok && read.value.kind === 'greeting' && read.value.version === 2);
});
