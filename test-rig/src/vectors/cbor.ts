/**
 * cbor.json: what the strict reader takes and refuses. `read` says what was asked for, as formats
 * of ours ask: a number, bytes or text within bounds, or an array of given items.
 */
import { encodeCbor, utf8 } from '@muster/core';
import type { Vector } from './json.ts';

const uint = (max: number, min = 0) => ({ uint: { min, max } });
const bytes = (max: number, min = 0) => ({ bytes: { min, max } });
const text = (max: number) => ({ text: { max } });
const array = (...items: readonly Vector[]) => ({ array: items });

const anyUint = uint(Number.MAX_SAFE_INTEGER);
const anyBytes = bytes(Number.MAX_SAFE_INTEGER);
const anyText = text(Number.MAX_SAFE_INTEGER);

export function cborVectors(): Vector {
  return {
    about:
      'Deterministic CBOR as the strict reader takes it; docs/protocol/README.md says how. ' +
      '`read` is what the format asks for. All bytes are hex, those in `value` too.',
    accept: accept(),
    refuse: refuse(),
  };
}

function accept(): Vector[] {
  const numbers = [
    0,
    1,
    23,
    24,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 48 - 1,
    2 ** 53 - 1,
  ];
  const texts = ['', 'a', 'ü', '\u{1f600}', 'x'.repeat(23), 'x'.repeat(24), 'x'.repeat(256)];
  const strings = [0, 1, 23, 24, 255, 256].map((length) => new Uint8Array(length).fill(0xaa));
  const nested = [1, [utf8('a'), ['b', []]], 2 ** 32];
  const read = array(anyUint, array(anyBytes, array(anyText, array())), anyUint);
  return [
    ...numbers.map((value) => ({ bytes: encodeCbor(value), read: anyUint, value })),
    ...strings.map((value) => ({ bytes: encodeCbor(value), read: anyBytes, value })),
    ...texts.map((value) => ({ bytes: encodeCbor(value), read: anyText, value })),
    { bytes: encodeCbor(nested), read, value: nested },
    { bytes: encodeCbor(5), read: uint(5, 5), value: 5 },
  ];
}

function refuse(): Vector[] {
  const rows: readonly (readonly [hex: string, read: Vector, why: string])[] = [
    ['', anyUint, 'Nothing to read.'],
    ['1800', anyUint, '0 in two bytes.'],
    ['1817', anyUint, '23 in two bytes.'],
    ['190000', anyUint, '0 in three bytes.'],
    ['1900ff', anyUint, '255 in three bytes.'],
    ['1a0000ffff', anyUint, '65,535 in five bytes.'],
    ['1b00000000ffffffff', anyUint, '2^32 - 1 in nine bytes.'],
    ['1b0020000000000000', anyUint, '2^53, beyond the largest number.'],
    ['1bffffffffffffffff', anyUint, '2^64 - 1, beyond the largest number.'],
    ['18', anyUint, 'Cut off after the head.'],
    ['1a000100', anyUint, 'Cut off inside of the number.'],
    ['1c', anyUint, 'Reserved additional information 28.'],
    ['1d', anyUint, 'Reserved additional information 29.'],
    ['1e', anyUint, 'Reserved additional information 30.'],
    ['1f', anyUint, 'Indefinite length on a number.'],
    ['20', anyUint, '-1.'],
    ['f90000', anyUint, 'A half float, 0.'],
    ['fa3f800000', anyUint, 'A float, 1.'],
    ['fb3ff0000000000000', anyUint, 'A double, 1.'],
    ['f4', anyUint, 'false.'],
    ['f6', anyUint, 'null.'],
    ['f7', anyUint, 'undefined.'],
    ['ff', anyUint, 'A break with nothing to end.'],
    ['c100', anyUint, 'A tagged number.'],
    ['c24101', anyUint, 'A bignum.'],
    ['0000', anyUint, 'Something follows.'],
    ['06', uint(5), 'Over the maximum.'],
    ['00', uint(5, 1), 'Under the minimum.'],
    ['4161', anyUint, 'Bytes for a number.'],
    ['41', anyBytes, 'The byte is missing.'],
    ['5800', anyBytes, 'Length 0 in two bytes.'],
    ['580161', anyBytes, 'Length 1 in two bytes.'],
    ['5f4161ff', anyBytes, 'In chunks.'],
    ['5a00000001', anyBytes, 'Length 1 in five bytes, and nothing there.'],
    ['5b0000000100000000', anyBytes, '2^32 bytes declared.'],
    ['5b0020000000000000', anyBytes, '2^53 bytes declared.'],
    ['5bffffffffffffffff', anyBytes, '2^64 - 1 bytes declared.'],
    ['6161', anyBytes, 'Text for bytes.'],
    ['436161', bytes(9), 'Two of three bytes.'],
    ['426161', bytes(1), 'Longer than asked for.'],
    ['4161', bytes(9, 2), 'Shorter than asked for.'],
    ['61ff', anyText, 'Not UTF-8.'],
    ['62c0af', anyText, 'An overlong form.'],
    ['63eda080', anyText, 'Half a surrogate pair.'],
    ['64f4908080', anyText, 'Beyond U+10FFFF.'],
    ['62e282', anyText, 'Cut off inside of a character.'],
    ['7f6161ff', anyText, 'Text in chunks.'],
    ['4161', anyText, 'Bytes for text.'],
    ['62c3bc', text(1), 'Two bytes where one is allowed.'],
    ['80', array(anyUint), 'An item is missing.'],
    ['81', array(anyUint), 'The item is cut off.'],
    ['820000', array(anyUint), 'An item too many.'],
    ['980100', array(anyUint), 'Length 1 in two bytes.'],
    ['9f00ff', array(anyUint), 'An indefinite array.'],
    ['a10000', array(anyUint), 'A map for an array.'],
    ['a1695f5f70726f746f5f5fa0', array(anyUint), 'A map with the key __proto__.'],
    ['9affffffff', array(anyUint), '2^32 - 1 items declared.'],
    ['8181', array(array(anyUint)), 'Cut off one deep.'],
    ['8000', array(), 'Something follows an empty array.'],
  ];
  return rows.map(([hex, read, why]) => ({ bytes: hex, read, why }));
}
