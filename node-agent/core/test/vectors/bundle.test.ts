/**
 * bundle.json and bundle-invalid.json against the core: an accidental change of the format fails.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CarriedBundle,
  composeBundle,
  concat,
  decodeBundle,
  dropReasons,
  type Lane,
  orderKeyOf,
  type Scope,
  siteIdOf,
  verifyBundle,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bytes, type Cast, load } from './load.ts';
import { Receiver, trustOf } from './receiver.ts';

interface BundleFile extends Cast {
  readonly bundles: readonly {
    readonly name: string;
    readonly authorSeed: string;
    readonly fields: Readonly<Record<string, string>> &
      Readonly<Record<(typeof numbers)[number], number>>;
    readonly ticket: string;
    readonly signed: string;
    readonly zeros?: number;
    readonly id: string;
    readonly signature: string;
    readonly orderKey: string;
  }[];
}

const numbers = [
  'version',
  'kind',
  'seq',
  'lane',
  'lifetimeS',
  'hopLimit',
  'scope',
  'stampMs',
  'stampCounter',
  'quality',
] as const;

interface CarriedHex {
  readonly signed: string;
  readonly tail?: { readonly byte: string; readonly times: number };
  readonly signature: string;
  readonly ticket?: string;
  readonly ageMs?: number;
  readonly hops?: number;
}

interface InvalidFile extends Cast {
  readonly ticket: string;
  readonly bundles: readonly (CarriedHex & {
    readonly name: string;
    readonly why: string;
    readonly reason: string;
    readonly before?: readonly CarriedHex[];
  })[];
}

const file = load<BundleFile>('bundle.json');
const invalid = load<InvalidFile>('bundle-invalid.json');

function carried(hex: CarriedHex, ticket: string): CarriedBundle {
  const { tail } = hex;
  const filler = new Uint8Array(tail?.times ?? 0).fill(bytes(tail?.byte)[0] ?? 0);
  return {
    signed: concat(bytes(hex.signed), filler),
    signature: bytes(hex.signature),
    ticket: bytes(hex.ticket ?? ticket),
    ageMs: hex.ageMs ?? 0,
    hops: hex.hops ?? 0,
  };
}

test('the cast: keys come from their seeds, the site from its root', () => {
  for (const { seed, publicKey } of [...file.keys, ...invalid.keys]) {
    assert.deepEqual(crypto.keyPairFromSeed(bytes(seed)).publicKey, bytes(publicKey));
  }
  const { siteKey, site } = file.trust;
  assert.deepEqual(siteIdOf(crypto, bytes(siteKey)), bytes(site));
});

for (const vector of file.bundles) {
  const { fields } = vector;
  const zeros = new Uint8Array(vector.zeros ?? 0);
  const signed = concat(bytes(vector.signed), zeros);
  const signature = bytes(vector.signature);

  test(`bundle: ${vector.name}`, () => {
    const decoded = decodeBundle(crypto, signed, signature);
    assert.ok(decoded.ok);
    assert.deepEqual(decoded.value.id, bytes(vector.id));
    assert.ok(verifyBundle(crypto, decoded.value));
    const { stamp, payload, ...rest } = decoded.value.fields;
    const read = { ...rest, stampMs: stamp.ms, stampCounter: stamp.counter };
    for (const [name, value] of Object.entries(read)) {
      const expected = fields[name]!;
      assert.deepEqual(value, typeof expected === 'string' ? bytes(expected) : expected, name);
    }
    assert.equal(Object.keys(fields).length, Object.keys(read).length + 1);
    assert.deepEqual(payload, concat(bytes(fields.payload), zeros));
    assert.deepEqual(orderKeyOf(decoded.value.fields, bytes(vector.id)), bytes(vector.orderKey));
    const taken = { ageMs: 0, hops: 0, signed, signature, ticket: bytes(vector.ticket) };
    assert.equal(new Receiver(trustOf(file)).take(taken), undefined);
  });

  test(`bundle composed anew: ${vector.name}`, () => {
    const { bundle } = composeBundle(
      crypto,
      {
        key: crypto.keyPairFromSeed(bytes(vector.authorSeed)),
        site: bytes(fields.site),
        ticket: bytes(fields.ticket),
      },
      {
        chain: { seq: fields.seq, prev: bytes(fields.prev) },
        draft: {
          kind: fields.kind,
          tag: bytes(fields.tag),
          lane: fields.lane as Lane,
          lifetimeS: fields.lifetimeS,
          hopLimit: fields.hopLimit,
          scope: fields.scope as Scope,
          stamp: { ms: fields.stampMs, counter: fields.stampCounter },
          quality: fields.quality as 0 | 1 | 2,
          payload: concat(bytes(fields.payload), zeros),
        },
      },
    );
    assert.deepEqual(bundle.signed, signed);
    assert.deepEqual(bundle.id, bytes(vector.id));
    assert.deepEqual(bundle.signature, signature);
  });
}

for (const vector of invalid.bundles) {
  test(`refused bundle: ${vector.name}`, () => {
    const receiver = new Receiver(trustOf(invalid));
    for (const earlier of vector.before ?? []) receiver.take(carried(earlier, invalid.ticket));
    assert.equal(receiver.take(carried(vector, invalid.ticket)), vector.reason);
  });
}

test('there are enough refused bundles, each with a name and a reason of its own', () => {
  assert.ok(file.bundles.length >= 20);
  assert.ok(invalid.bundles.length >= 40);
  for (const { reason, why } of invalid.bundles) {
    assert.ok((dropReasons as readonly string[]).includes(reason));
    assert.ok(why.endsWith('.'));
  }
  const names = [...file.bundles, ...invalid.bundles].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
