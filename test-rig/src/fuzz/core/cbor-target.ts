/**
 * Fuzz target: the strict CBOR reader beside an independent one. Input: octets. The reader is asked
 * for just what the lenient tree says is there; it must take all that is canonical and of our types
 * (RFC 8949 section 4.2.1), and nothing else.
 */
import { CborReader, type CborValue, encodeCbor, fromUtf8, utf8 } from '@muster/core';
import { type CborNode, parseCbor } from '../mutate/cbor-tree.ts';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { validBundles } from './cast.ts';

export function createCborTarget(): FuzzTarget {
  const numbers = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
  const values: CborValue[] = [
    ...[numbers, ['', 'a', 'ä\u{1f600}', utf8('octets')], [[], [[[1]]], [new Uint8Array(300)]]],
  ];
  return {
    name: 'cbor',
    seeds: () => [...values.map(encodeCbor), ...validBundles.map(({ signed }) => signed)],
    run: runCbor,
  };
}

function runCbor(input: Uint8Array): FuzzVerdict {
  const [node, ...rest] = parseCbor(input, { inStrings: false }) ?? [];
  if (!node || rest.length > 0) return probe(input);
  const reader = new CborReader(input);
  const value = read(reader, node);
  const isTaken = reader.done();
  if (isTaken !== isCanonical(node)) broken(`taken: ${isTaken}, canonical: ${!isTaken}`);
  if (!isTaken) return 'not-canonical';
  if (!Buffer.from(encodeCbor(value)).equals(input)) broken('two forms of one value');
  return true;
}

function read(reader: CborReader, node: CborNode): CborValue {
  if (node.major === 0) return reader.uint(Number.MAX_SAFE_INTEGER);
  if (node.major === 2) return reader.bytes(node.content.length, 0);
  if (node.major === 3) return reader.text(node.content.length);
  const count = reader.array(node.items.length, 0);
  return node.major === 4 && count === node.items.length
    ? node.items.map((item) => read(reader, item))
    : refuse(reader);
}

/** What is none of our types: the reader is asked for something all the same, and must fail. */
function refuse(reader: CborReader): CborValue {
  reader.uint(Number.MAX_SAFE_INTEGER);
  reader.failed = true;
  return 0;
}

function isCanonical({ major, argument, width, content, items }: CborNode): boolean {
  const least = width === 0 ? 0n : width === 1 ? 24n : 1n << BigInt(4 * width);
  if (argument < least || argument > BigInt(Number.MAX_SAFE_INTEGER)) return false;
  if (major === 3) return fromUtf8(content) !== undefined;
  return major === 0 || major === 2 || (major === 4 && items.every(isCanonical));
}

/** Not CBOR from end to end: whatever it is asked for, it ends, and it never reports a success. */
function probe(input: Uint8Array): FuzzVerdict {
  const reader = new CborReader(input);
  for (let i = 0; i < 32 && !reader.failed; i += 1) {
    const asked = input[i] ?? 0;
    if (asked % 4 === 0) reader.uint(Number.MAX_SAFE_INTEGER);
    else if (asked % 4 === 1) reader.bytes(2 ** 40, 0);
    else if (asked % 4 === 2) reader.text(2 ** 40);
    else reader.array(2 ** 40, 0);
  }
  return 'not-cbor';
}
