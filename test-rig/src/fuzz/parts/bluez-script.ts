/**
 * What a bluetoothd says, as a tree of CBOR: the mutations of the fuzzer then change values, types,
 * names and paths, and not just octets. A script is an array of steps:
 *
 *     ["answer", member, signature, value ...]    to all calls of `member`, or `member:argument`
 *     ["error", member, error name]
 *     ["signal", path, interface, member, signature, value ...]
 *     ["call", path, interface, member, signature, value ...]    `@` is our application's path
 *     ["owner", unique name]    of org.bluez from now on
 *
 * A value that is not of its signature is sent with the one that it has.
 */
import type { DBusValue, DBusVariant } from '@muster/adapters/transport-ble/dbus';
import { type CborNode, parseCbor } from '../mutate/cbor-tree.ts';
import { textOf } from './seeds.ts';

export interface Step {
  readonly kind: string;
  /** What stands between the kind and the signature. */
  readonly names: readonly string[];
  readonly signature: string;
  readonly body: readonly DBusValue[];
}

const namesOf: Readonly<Record<string, number>> = {
  answer: 1,
  error: 2,
  signal: 3,
  call: 3,
  owner: 1,
};
const stepsMax = 40;

/** Undefined where it is no tree, or of no such steps. */
export function readScript(input: Uint8Array): readonly Step[] | undefined {
  const [top] = parseCbor(input, { inStrings: false }) ?? [];
  if (top === undefined) return undefined;
  const steps = top.items.slice(0, stepsMax).flatMap((node) => stepOf(node) ?? []);
  return steps.length > 0 ? steps : undefined;
}

function stepOf({ items }: CborNode): Step | undefined {
  const kind = items[0] ? textIn(items[0]) : '';
  const count = Object.hasOwn(namesOf, kind) ? namesOf[kind]! : undefined;
  if (count === undefined || items.length <= count) return undefined;
  const names = items.slice(1, 1 + count).map(textIn);
  const wanted = splitTypes(items[1 + count] ? textIn(items[1 + count]!) : '');
  const values = items.slice(2 + count).map((node, at) => typed(node, wanted[at] ?? ''));
  const signature = values.map((value) => value.signature).join('');
  if (signature.length > 255) return undefined;
  return { kind, names, signature, body: values.map(({ value }) => value) };
}

/** `a{sv}as` as `a{sv}` and `as`; whatever is none is cut somehow. */
function splitTypes(signature: string): string[] {
  return signature.match(/a*(?:\{.*\}|[^{}a])/g) ?? [];
}

/** The node with this signature, or with one that it can have. */
function typed(node: CborNode, wanted: string): DBusVariant {
  if (wanted === 'v') return { signature: 'v', value: inferred(node) };
  const entry = /^a\{(.)(.+)\}$/.exec(wanted);
  if (node.major === 5 && entry) return dictionary(node, entry[1]!, entry[2]!);
  if (node.major === 5) return dictionary(node, 's', 'v');
  const value = inferred(node);
  const isText = value.signature === 's' && /^[so]$/.test(wanted);
  if (isText && (wanted === 's' || isPath(value.value))) return { ...value, signature: wanted };
  if (value.signature === 'as' && wanted === 'ao') return { signature: 'as', value: value.value };
  return value;
}

function dictionary(node: CborNode, key: string, wanted: string): DBusVariant {
  const entries = new Map<DBusValue, DBusValue>();
  for (let at = 0; at + 1 < node.items.length; at += 2) {
    const name = typed(node.items[at]!, key);
    const value = typed(node.items[at + 1]!, wanted);
    // All entries of a dictionary are of one type.
    if (name.signature === key && value.signature === wanted) entries.set(name.value, value.value);
  }
  return { signature: `a{${key}${wanted}}`, value: entries };
}

function inferred(node: CborNode): DBusVariant {
  const { major, argument, items, content } = node;
  const number = Number(BigInt.asUintN(32, argument));
  if (major === 0) return { signature: 'u', value: number };
  if (major === 1) return { signature: 'n', value: -1 - (number % 0x8000) };
  if (major === 2) return { signature: 'ay', value: new Uint8Array(content) };
  if (major === 3) return { signature: 's', value: textIn(node) };
  if (major === 5) return dictionary(node, 's', 'v');
  if (major === 7) return simple(number);
  const values = items.map(inferred);
  if (major === 6) return { signature: 'v', value: values[0] ?? { signature: 'b', value: true } };
  const [first = { signature: 's', value: '' }] = values;
  const isAlike = values.every(({ signature }) => signature === first.signature);
  if (!isAlike || first.signature.length > 32) return { signature: 'av', value: values };
  return { signature: `a${first.signature}`, value: values.map(({ value }) => value) };
}

/** False, true, and numbers that are not whole. */
function simple(number: number): DBusVariant {
  if (number === 20 || number === 21) return { signature: 'b', value: number === 21 };
  const doubles = [Number.NaN, Number.POSITIVE_INFINITY, 0.5, -1e300];
  return { signature: 'd', value: doubles[number % doubles.length]! };
}

function textIn(node: CborNode): string {
  return textOf(node.content).toWellFormed().replaceAll('\0', '');
}

function isPath(value: DBusValue): boolean {
  return typeof value === 'string' && /^\/(?:\w+(?:\/\w+)*)?$/.test(value);
}
