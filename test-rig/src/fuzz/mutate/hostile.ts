/**
 * Inputs that every parser gets as they are, whatever it parses: the usual ways to break one. None
 * is above the largest that any parser takes, or its time would say nothing.
 */
import { utf8 } from '@muster/core';

const deep = 100_000;
const head = (first: number, ...rest: readonly number[]) => Uint8Array.of(first, ...rest);
const ones = (count: number) => new Array<number>(count).fill(0xff);

export const hostileInputs: readonly Uint8Array[] = [
  new Uint8Array(0),
  new Uint8Array(65_536),
  new Uint8Array(65_536).fill(0xff),
  // CBOR: very deep; lengths of 2^64 - 1, 2^53 and 2^32; one key twice; no end.
  ...[0x81, 0x82, 0xa1, 0xc1, 0x9f].map((octet) => new Uint8Array(deep).fill(octet)),
  ...[0x5b, 0x7b, 0x9b, 0xbb].map((first) => head(first, ...ones(8))),
  ...[0x5b, 0x7b, 0x9b, 0xbb].map((first) => head(first, 0, 0x20, 0, 0, 0, 0, 0, 0)),
  ...[0x5a, 0x7a, 0x9a, 0xba].map((first) => head(first, ...ones(4))),
  head(0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02),
  head(0x5f, 0x41, 0x61, 0xff),
  head(0xfb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0),
  // JSON: very deep, names of the prototype, numbers that are none, half a character.
  utf8('['.repeat(deep)),
  utf8('{"a":'.repeat(deep / 5)),
  utf8(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  utf8('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'),
  utf8('{"a":1,"a":2}'),
  utf8('1e999'),
  utf8('"\\ud800"'),
  utf8('null'),
  utf8('\ufeff{}'),
  // Text: a very long line, as many lines, ends of strings, the other way.
  utf8('a'.repeat(65_536)),
  utf8('\r\n'.repeat(32_768)),
  utf8('a\0b'),
  utf8('\u202egnp.exe'),
  head(0xc0, 0x80),
  head(0xed, 0xa0, 0x80),
];
