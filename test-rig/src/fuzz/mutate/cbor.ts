/**
 * Mutators that know CBOR: one node of the tree is changed and the heads around it are made right
 * again, so that the change is judged and not the damage that it did; or just a head is made wrong.
 */
import { utf8 } from '@muster/core';
import { intBelow, pick, type SeededRandom } from '@muster/core/testing';
import { type CborNode, parseCbor, setArgument, sizeOf, writeCbor } from './cbor-tree.ts';
import type { Ground } from './ground.ts';
import { interestingIntegers } from './integers.ts';
import { octetMutators } from './octets.ts';
import { hostileTexts } from './texts.ts';

type NodeChange = (node: CborNode, ground: Ground) => void;

/** Changed CBOR, or undefined where the input is none. */
export function mutateCbor(input: Uint8Array, ground: Ground): Uint8Array | undefined {
  const tree = parseCbor(input);
  if (!tree || tree.length === 0) return undefined;
  const nodes: CborNode[] = [];
  for (const node of tree) collect(node, nodes);
  const node = pick(ground.random, nodes);
  pick(ground.random, changes)(node, ground);
  // Half of the time the lengths around it say what is there now.
  if (ground.random.uint32() % 8 !== 0) for (const top of tree) mendLengths(top, node);
  return writeCbor(tree);
}

function collect(node: CborNode, nodes: CborNode[]): void {
  nodes.push(node);
  for (const item of node.items) collect(item, nodes);
}

/** Right lengths for whatever holds other nodes, but not for the node that was changed itself. */
function mendLengths(node: CborNode, changed: CborNode): void {
  for (const item of node.items) mendLengths(item, changed);
  if (node === changed || node.items.length === 0 || node.width < 0) return;
  if (node.major === 2 || node.major === 3) {
    setArgument(node, BigInt(node.items.reduce((sum, item) => sum + sizeOf(item), 0)));
  } else if (node.major === 4) {
    setArgument(node, BigInt(node.items.length));
  }
}

const otherValue: NodeChange = (node, { random }) => {
  if (node.major < 2) setArgument(node, pick(random, interestingIntegers));
  else changeContent(node, random);
};

const nearValue: NodeChange = (node, { random }) => {
  const near = node.argument + (random.uint32() % 2 === 0 ? 1n : -1n);
  setArgument(node, near < 0n ? 0n : near);
};

const longerForm: NodeChange = (node, { random }) => {
  node.width = pick(random, [1, 2, 4, 8].filter((width) => width > node.width).concat(8));
};

const otherMajor: NodeChange = (node, { random }) => {
  node.major = intBelow(random, 8);
};

const hugeLength: NodeChange = (node, { random }) => {
  setArgument(node, pick(random, interestingIntegers));
};

const indefinite: NodeChange = (node) => {
  node.width = -1;
};

const octets: NodeChange = (node, ground) => {
  if (node.major !== 2 && node.major !== 3) return hugeLength(node, ground);
  setContent(node, pick(ground.random, octetMutators)(node.content, ground));
};

const dropItem: NodeChange = (node, { random }) => {
  if (node.items.length === 0) return;
  node.items.splice(intBelow(random, node.items.length), 1);
  mendCount(node);
};

const doubleItem: NodeChange = (node, { random }) => {
  if (node.items.length === 0) return;
  const item = pick(random, node.items);
  const times = random.uint32() % 16 === 0 ? intBelow(random, 1_024) : 1;
  for (let i = 0; i < times; i += 1) node.items.push(item);
  mendCount(node);
};

const swapItems: NodeChange = (node, { random }) => {
  if (node.items.length < 2) return;
  const a = intBelow(random, node.items.length);
  const b = intBelow(random, node.items.length);
  const kept = node.items[a]!;
  node.items[a] = node.items[b]!;
  node.items[b] = kept;
};

/** A node of another input, or another kind of value, in its place. */
const graft: NodeChange = (node, { random, other }) => {
  const nodes: CborNode[] = [];
  for (const top of parseCbor(other()) ?? []) collect(top, nodes);
  if (nodes.length > 0) Object.assign(node, pick(random, nodes));
};

const otherKind: NodeChange = (node, { random }) => {
  const [major, argument, width] = pick(random, strangeHeads);
  Object.assign(node, { major, argument, width, content: new Uint8Array(0), items: [] });
};

/** Major type, argument, width: what no format of ours holds. */
const strangeHeads: readonly (readonly [number, bigint, number])[] = [
  ...([20n, 21n, 22n, 23n] as const).map((simple) => [7, simple, 0] as const),
  ...[[7, 0x7e00n, 2] as const, [7, 0x7f800000n, 4] as const, [7, 0x3ff0000000000000n, 8] as const],
  ...[[1, 0n, 0] as const, [1, 2n ** 64n - 1n, 8] as const, [4, 0n, 0] as const],
  ...[[5, 0n, 0] as const, [2, 0n, 0] as const, [3, 0n, 0] as const, [0, 0n, 0] as const],
];

/** In arrays, tags or a map of two equal keys; now and then very deep. */
const wrap: NodeChange = (node, { random }) => {
  const depth = random.uint32() % 16 === 0 ? 1 << intBelow(random, 12) : 1;
  const major = pick(random, [4, 4, 5, 6]);
  const inner = { ...node };
  const head = { argument: 1n, width: 0, content: new Uint8Array(0) };
  let around: CborNode = inner;
  for (let i = 1; i < depth; i += 1) around = { major: 4, ...head, items: [around] };
  const items = major === 5 ? [inner, around, inner, around] : [around];
  Object.assign(node, { major, ...head, argument: major === 5 ? 2n : 1n, items });
};

const changes: readonly NodeChange[] = [
  ...[otherValue, otherValue, nearValue, longerForm, otherMajor, hugeLength, indefinite],
  ...[octets, octets, dropItem, doubleItem, swapItems, graft, otherKind, wrap],
];

function mendCount(node: CborNode): void {
  if (node.major === 4) setArgument(node, BigInt(node.items.length));
}

function changeContent(node: CborNode, random: SeededRandom): void {
  if (node.major === 3) setContent(node, utf8(pick(random, hostileTexts)));
  else if (node.major === 2) {
    const length = pick(random, [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 2_048, 2_049, 32_769]);
    const content = new Uint8Array(length);
    content.set(node.content.subarray(0, length));
    setContent(node, content);
  } else setArgument(node, pick(random, interestingIntegers));
}

function setContent(node: CborNode, content: Uint8Array): void {
  node.content = content;
  node.items = [];
  setArgument(node, BigInt(content.length));
}
