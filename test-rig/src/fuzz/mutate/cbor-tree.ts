/**
 * CBOR read leniently into a tree and written back, so that one node of it can be changed: also
 * what RFC 8949 calls not well-formed can be written. Byte strings that hold CBOR themselves are
 * trees in the tree, as signed statements are.
 */
import { concat } from '@muster/core';

export interface CborNode {
  /** 0 uint, 1 negative, 2 bytes, 3 text, 4 array, 5 map, 6 tag, 7 simple and floats. */
  major: number;
  /** The head's argument: a value, or the length that is declared. */
  argument: bigint;
  /** Octets of the argument: 0 (in the first octet), 1, 2, 4 or 8; -1 an indefinite length. */
  width: number;
  /** Of bytes and text: what follows the head, unless it is a tree itself. */
  content: Uint8Array;
  /** Of arrays, maps (keys and values in turn), tags, and bytes that hold CBOR. */
  items: CborNode[];
}

const none = new Uint8Array(0);
const depthMax = 16;
/** More is not looked into: it would cost more than it finds. */
const nodesMax = 1_000;
const widths = [1, 2, 4, 8];

/**
 * The items one after the other; undefined where it is not CBOR from end to end, or too much of it.
 * Byte strings are looked into unless said otherwise.
 */
export function parseCbor(
  bytes: Uint8Array,
  { inStrings = true, depth = 0, count = { nodes: 0 } } = {},
): CborNode[] | undefined {
  const input = { bytes, at: 0, inStrings, count };
  const nodes: CborNode[] = [];
  while (input.at < bytes.length) {
    const node = parseNode(input, depth);
    if (!node) return undefined;
    nodes.push(node);
  }
  return nodes;
}

interface Input {
  readonly bytes: Uint8Array;
  readonly inStrings: boolean;
  /** Of all nodes so far, those in byte strings too. */
  readonly count: { nodes: number };
  at: number;
}

function parseNode(input: Input, depth: number): CborNode | undefined {
  const first = input.bytes[input.at];
  if (first === undefined || depth > depthMax || input.count.nodes >= nodesMax) return undefined;
  input.count.nodes += 1;
  const info = first & 31;
  const width = info < 24 ? 0 : widths[info - 24];
  if (width === undefined || input.at + 1 + width > input.bytes.length) return undefined;
  input.at += 1;
  const argument = width === 0 ? BigInt(info) : readUint(input, width);
  const node: CborNode = { major: first >> 5, argument, width, content: none, items: [] };
  return fill(node, input, depth) ? node : undefined;
}

function readUint(input: Input, width: number): bigint {
  let value = 0n;
  for (let i = 0; i < width; i += 1) value = value * 256n + BigInt(input.bytes[input.at + i]!);
  input.at += width;
  return value;
}

function fill(node: CborNode, input: Input, depth: number): boolean {
  const left = BigInt(input.bytes.length - input.at);
  if (node.major < 2 || node.major === 7) return true;
  if (node.major > 3) return fillItems(node, input, { depth, left });
  if (node.argument > left) return false;
  node.content = input.bytes.subarray(input.at, input.at + Number(node.argument));
  input.at += node.content.length;
  const isNested = input.inStrings && node.major === 2 && looksLikeArray(node.content);
  const items = isNested
    ? parseCbor(node.content, { depth: depth + 1, count: input.count })
    : undefined;
  if (items?.length === 1) node.items = items;
  return true;
}

function looksLikeArray(content: Uint8Array): boolean {
  return content.length > 3 && content[0]! >> 5 === 4 && content[0]! !== 0x80;
}

function fillItems(
  node: CborNode,
  input: Input,
  { depth, left }: { readonly depth: number; readonly left: bigint },
): boolean {
  const count = node.major === 6 ? 1n : node.major === 5 ? node.argument * 2n : node.argument;
  if (count > left) return false;
  for (let i = 0n; i < count; i += 1n) {
    const item = parseNode(input, depth + 1);
    if (!item) return false;
    node.items.push(item);
  }
  return true;
}

export function writeCbor(nodes: readonly CborNode[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const node of nodes) writeNode(node, parts);
  return concat(...parts.slice(0, partsMax));
}

/** A list of arguments must not grow beyond what engines take. */
const partsMax = 50_000;

function writeNode(node: CborNode, parts: Uint8Array[]): void {
  parts.push(writeHead(node));
  if (node.items.length > 0) for (const item of node.items) writeNode(item, parts);
  else if (node.content.length > 0) parts.push(node.content);
  if (node.width < 0) parts.push(Uint8Array.of(0xff));
}

function writeHead({ major, argument, width }: CborNode): Uint8Array {
  if (width <= 0) return Uint8Array.of((major << 5) | (width < 0 ? 31 : Number(argument & 31n)));
  const head = new Uint8Array(1 + width);
  head[0] = (major << 5) | (24 + widths.indexOf(width));
  for (let i = width; i > 0; i -= 1) head[i] = Number((argument >> BigInt(8 * (width - i))) & 255n);
  return head;
}

/** Gives the node the shortest head that says this argument. */
export function setArgument(node: CborNode, argument: bigint): void {
  node.argument = argument;
  node.width = argument < 24n ? 0 : argument < 256n ? 1 : argument < 65536n ? 2 : 4;
  if (argument > 0xffffffffn) node.width = 8;
}

/** Octets that the node takes when written. */
export function sizeOf(node: CborNode): number {
  return writeCbor([node]).length;
}
