/**
 * Deterministic CBOR encoding (RFC 8949 section 4.2.1) of what our formats use: unsigned integers,
 * byte strings, text and arrays. Bundles are encoded anew at every hop, so it is written straight
 * into bytes of the right length. Tests hold it against cborg.
 */
import { utf8 } from '../bytes/text.ts';

export type CborValue = number | string | Uint8Array | readonly CborValue[];

const majorBytes = 2;
const majorText = 3;
const majorArray = 4;

/**
 * Throws a RangeError for a number that is not a whole one from 0 to 2^53 - 1, before anything is
 * signed: no reader of ours takes another.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const cursor = { bytes: new Uint8Array(lengthOf(value)), at: 0 };
  write(cursor, value);
  return cursor.bytes;
}

function lengthOf(value: CborValue): number {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a uint: ${value}`);
    return headLength(value);
  }
  if (typeof value === 'string') return lengthOf(utf8(value));
  let length = headLength(value.length);
  if (value instanceof Uint8Array) return length + value.length;
  for (const item of value) length += lengthOf(item);
  return length;
}

function headLength(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 2 ** 8) return 2;
  if (argument < 2 ** 16) return 3;
  return argument < 2 ** 32 ? 5 : 9;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function write(cursor: Cursor, value: CborValue): void {
  if (typeof value === 'number') {
    writeHead(cursor, 0, value);
  } else if (typeof value === 'string') {
    writeString(cursor, majorText, utf8(value));
  } else if (value instanceof Uint8Array) {
    writeString(cursor, majorBytes, value);
  } else {
    writeHead(cursor, majorArray, value.length);
    for (const item of value) write(cursor, item);
  }
}

function writeString(cursor: Cursor, major: number, content: Uint8Array): void {
  writeHead(cursor, major, content.length);
  cursor.bytes.set(content, cursor.at);
  cursor.at += content.length;
}

/** The shortest form: an argument below 24 in the first byte itself, else in 1, 2, 4 or 8. */
function writeHead(cursor: Cursor, major: number, argument: number): void {
  const { bytes, at } = cursor;
  const length = headLength(argument);
  cursor.at += length;
  bytes[at] = (major << 5) | (length === 1 ? argument : infoOf[length]!);
  let rest = argument;
  for (let i = at + length - 1; i > at; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** What the low bits of the first byte say, by the length of the head. */
const infoOf: Readonly<Record<number, number>> = { 2: 24, 3: 25, 5: 26, 9: 27 };
