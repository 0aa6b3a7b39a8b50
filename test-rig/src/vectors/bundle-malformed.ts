/**
 * The bundles of bundle-invalid.json that fail at size or strict parse. Each is put together byte
 * by byte from a valid one and signed anew, so that nothing but its form is wrong.
 */
import { bundleId, bundleLimits, concat, encodeCbor, toHex } from '@muster/core';
import { written } from './bundle-case.ts';
import { crypto, guest, none } from './cast.ts';
import type { Vector } from './json.ts';
import { arrayWith, hex, type Item } from './raw-cbor.ts';

const valid = written({ payload: new Uint8Array(4).fill(0x5a) });
const { fields } = valid;
const items: readonly Item[] = [
  fields.version,
  fields.site,
  fields.kind,
  fields.tag,
  fields.author,
  fields.ticket,
  fields.seq,
  fields.prev,
  fields.lane,
  fields.lifetimeS,
  fields.hopLimit,
  fields.scope,
  fields.stamp.ms,
  fields.stamp.counter,
  fields.quality,
  fields.payload,
];

interface Malformed {
  readonly name: string;
  readonly why: string;
  readonly signed: Uint8Array;
  readonly tail?: { readonly byte: Uint8Array; readonly times: number };
  readonly signature?: Uint8Array;
  readonly reason?: 'malformed' | 'too-large' | 'version-unknown';
}

export function malformedBundles(): Vector[] {
  return [...shapes(), ...versions(), ...fieldsWrong(), ...declared(), ...signatures()].map(
    describe,
  );
}

function describe({ name, why, signed, tail, signature, reason }: Malformed): Vector {
  const filler = tail && new Uint8Array(tail.times).fill(tail.byte[0]!);
  const whole = filler ? concat(signed, filler) : signed;
  return {
    name,
    why,
    reason: reason ?? 'malformed',
    signed,
    tail,
    signature: signature ?? crypto.sign(bundleId(crypto, whole), guest.key.secretKey),
  };
}

function shapes(): Malformed[] {
  const { signed } = valid;
  const byte = Uint8Array.of(0);
  const nested = Uint8Array.of(0x81);
  return [
    {
      name: 'beyond the size limit',
      why: 'One byte more than any bundle may have; it is dropped before anything is parsed.',
      signed: none,
      tail: { byte, times: bundleLimits.signedBytesMax + 1 },
      reason: 'too-large',
    },
    {
      name: 'nested 200,000 deep',
      why: 'A depth bomb is dropped by its size.',
      signed: none,
      tail: { byte: nested, times: 200_000 },
      reason: 'too-large',
    },
    {
      name: 'nested 30,000 deep',
      why: 'Within the size limit, nothing nested is ever followed.',
      signed: none,
      tail: { byte: nested, times: 30_000 },
    },
    { name: 'nothing', why: 'No byte at all.', signed: none },
    {
      name: 'cut off by a byte',
      why: 'The payload is shorter than it declares.',
      signed: signed.subarray(0, -1),
    },
    {
      name: 'cut off inside of a head',
      why: 'The input ends where the length of the site should stand.',
      signed: signed.subarray(0, 2),
    },
    { name: 'a byte too many', why: 'Something follows the array.', signed: concat(signed, byte) },
    {
      name: 'indefinite array',
      why: 'Deterministic CBOR has definite lengths only.',
      signed: concat(arrayWith(items, {}, hex('9f')), hex('ff')),
    },
    {
      name: 'array head in two bytes',
      why: 'A length of 16 fits into the head, so it must stand there.',
      signed: arrayWith(items, {}, hex('9810')),
    },
    { name: '15 items', why: 'The payload is missing.', signed: arrayWith(items.slice(0, 15)) },
    { name: '17 items', why: 'An item too many.', signed: arrayWith([...items, 0], {}, hex('91')) },
    { name: 'a map', why: 'Major type 5 instead of 4.', signed: arrayWith(items, {}, hex('b0')) },
    {
      name: 'a map with the key __proto__',
      why: 'No map is ever decoded.',
      signed: hex('a1 69 5f5f70726f746f5f5f a0'),
    },
    { name: 'tagged', why: 'Tags are not allowed.', signed: concat(hex('c1'), signed) },
    {
      name: 'inside of a byte string',
      why: 'The signed part is the array itself.',
      signed: encodeCbor(signed),
    },
  ];
}

function versions(): Malformed[] {
  const reason = 'version-unknown';
  return [
    {
      name: 'version 2 in the shape of version 1',
      why: 'What a later version means is unknown, whatever it looks like.',
      signed: arrayWith(items.with(0, 2)),
      reason,
    },
    {
      name: 'version 0',
      why: 'There is no version 0.',
      signed: arrayWith(items.with(0, 0)),
      reason,
    },
    {
      name: 'version 3 in another shape',
      why: 'An array that begins with another version is told apart from damage.',
      signed: encodeCbor([3, 'anything', ['else']]),
      reason,
    },
    {
      name: 'version 256',
      why: 'A version fits one byte.',
      signed: arrayWith(items.with(0, 256)),
    },
    {
      name: 'version in two bytes',
      why: 'The value 1 fits into the head.',
      signed: arrayWith(items, { 0: '1801' }),
    },
    {
      name: 'version as a float',
      why: 'Floats are not allowed, also when they are whole.',
      signed: arrayWith(items, { 0: 'f93c00' }),
    },
    { name: 'version as text', why: 'Text for a number.', signed: arrayWith(items.with(0, '1')) },
  ];
}

/** One item wrong, all others right. */
function fieldsWrong(): Malformed[] {
  const bytes = (length: number) => new Uint8Array(length);
  const changed = (at: number, value: Item) => arrayWith(items.with(at, value));
  const seqAndPrev = (seq: number, prev: Uint8Array) => arrayWith(items.with(6, seq).with(7, prev));
  const rows: readonly (readonly [name: string, why: string, signed: Uint8Array])[] = [
    ['site of 15 bytes', 'A site id has 16.', changed(1, bytes(15))],
    ['site of 17 bytes', 'A site id has 16.', changed(1, bytes(17))],
    ['site as text', 'Text for bytes.', changed(1, 'x'.repeat(16))],
    ['kind 256', 'A kind fits one byte.', changed(2, 256)],
    ['kind -1', 'Major type 1 instead of 0.', arrayWith(items, { 2: '20' })],
    ['tag of 32 bytes', 'A tag has 16.', changed(3, bytes(32))],
    ['author of 31 bytes', 'A key has 32.', changed(4, bytes(31))],
    ['author as an array', 'A list of numbers is no byte string.', changed(4, [1, 2])],
    ['no ticket id', 'A ticket id has 16 bytes.', changed(5, bytes(0))],
    ['seq 0 in two bytes', 'Not the shortest form.', arrayWith(items, { 6: '1800' })],
    [
      'seq 255 in three bytes',
      'Not the shortest form.',
      arrayWith(items.with(7, bytes(32)), { 6: '1900ff' }),
    ],
    [
      'seq 65,535 in five bytes',
      'Not the shortest form.',
      arrayWith(items.with(7, bytes(32)), { 6: '1a0000ffff' }),
    ],
    [
      'seq 2^32 - 1 in nine bytes',
      'Not the shortest form.',
      arrayWith(items.with(7, bytes(32)), { 6: '1b00000000ffffffff' }),
    ],
    ['seq 2^48', 'One beyond the last number.', seqAndPrev(2 ** 48, bytes(32))],
    [
      'seq 2^64 - 1',
      'Beyond what a double holds exactly.',
      arrayWith(items.with(7, bytes(32)), { 6: '1bffffffffffffffff' }),
    ],
    ['first bundle with a predecessor', 'prev is empty at seq 0.', seqAndPrev(0, bytes(32))],
    ['second bundle without predecessor', 'prev has 32 bytes from seq 1.', seqAndPrev(1, none)],
    ['predecessor of 31 bytes', 'An id has 32.', seqAndPrev(1, bytes(31))],
    ['lane 3', 'There are three lanes: 0, 1, 2.', changed(8, 3)],
    ['lane as a boolean', 'Simple values are not allowed.', arrayWith(items, { 8: 'f5' })],
    ['lifetime 0', 'A bundle lives for a second at least.', changed(9, 0)],
    ['lifetime over 14 days', 'No lane allows more.', changed(9, 14 * 86_400 + 1)],
    ['hop limit 16', 'No lane allows more than 15.', changed(10, 16)],
    ['scope 2', 'There are two: 0, 1.', changed(11, 2)],
    ['stamp of 2^48 ms', 'One beyond the last millisecond.', changed(12, 2 ** 48)],
    ['stamp counter 2^24', 'One beyond the last.', changed(13, 2 ** 24)],
    ['clock quality 3', 'There are three: 0, 1, 2.', changed(14, 3)],
    ['payload as text', 'Text for bytes.', changed(15, 'text')],
    ['payload null', 'Simple values are not allowed.', arrayWith(items, { 15: 'f6' })],
    [
      'payload length in two bytes',
      'Four fits into the head.',
      arrayWith(items, { 15: '58045a5a5a5a' }),
    ],
    [
      'payload in chunks',
      'Deterministic CBOR has definite lengths only.',
      arrayWith(items, { 15: '5f 42 5a5a 42 5a5a ff' }),
    ],
    ['payload tagged', 'Tags are not allowed.', arrayWith(items, { 15: 'd818 44 5a5a5a5a' })],
  ];
  return rows.map(([name, why, signed]) => ({ name, why, signed }));
}

/** Lengths that are declared and not there; nothing is allocated for them. */
function declared(): Malformed[] {
  const over = bundleLimits.payloadBytesMax + 1;
  const head = toHex(encodeCbor(new Uint8Array(over)).subarray(0, 3));
  const declaring = (payload: string) => arrayWith(items, { 15: payload });
  return [
    {
      name: 'payload over 32 KiB',
      why: 'Within the size limit as a whole, one byte more than a payload may have.',
      signed: declaring(head),
      tail: { byte: Uint8Array.of(0), times: over },
    },
    {
      name: 'payload of 2^32 bytes declared',
      why: 'More than there is.',
      signed: declaring('5b 0000000100000000'),
    },
    {
      name: 'payload of 2^53 bytes declared',
      why: 'More than there is, and more than a double counts.',
      signed: declaring('5b 0020000000000000'),
    },
    {
      name: 'array of 2^32 - 1 items declared',
      why: 'More than there is.',
      signed: arrayWith(items, {}, hex('9affffffff')),
    },
    {
      name: 'reserved head',
      why: 'Additional information 28 to 30 is reserved.',
      signed: declaring('5c'),
    },
  ];
}

function signatures(): Malformed[] {
  const { signed, signature } = valid;
  return [
    {
      name: 'no signature',
      why: 'A signature has 64 bytes.',
      signed,
      signature: none,
    },
    {
      name: 'signature of 63 bytes',
      why: 'Its last byte is missing.',
      signed,
      signature: signature.subarray(0, 63),
    },
    {
      name: 'signature of 65 bytes',
      why: 'A byte follows it.',
      signed,
      signature: concat(signature, Uint8Array.of(0)),
    },
  ];
}
