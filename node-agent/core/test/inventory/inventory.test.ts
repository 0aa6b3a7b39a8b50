/** The inventory against a plain model: a map of entries, over random histories. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import { Role } from '../../src/identity/role.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import type { StoreEntry } from '../../src/ports/store.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';

function sampleEntry(random: SeededRandom, row: number): StoreEntry {
  const author = new Uint8Array(32).fill(random.uint32() % 5);
  const role = (random.uint32() % 3) as Role;
  const lane = role === Role.staff ? Lane.urgent : Lane.normal;
  return {
    row,
    id: random.bytes(32),
    author,
    issuer: new Uint8Array(32).fill(role === Role.guest ? random.uint32() % 2 : 9),
    tag: new Uint8Array(16),
    kind: 1,
    lane,
    role,
    seq: random.uint32() % 1000,
    bytes: 100 + (random.uint32() % 400),
    hops: 0,
    ageMs: 0,
    arrivedTickMs: row,
    expiresTickMs: row + 1000 + (random.uint32() % 500),
    arrivedUnixMs: 0,
    orderKey: new Uint8Array(25),
    held: random.uint32() % 4 !== 0,
  };
}

interface Model {
  readonly entries: Map<string, StoreEntry>;
}

function assertSame(inventory: Inventory, model: Model): void {
  const entries = [...model.entries.values()];
  const held = entries.filter((entry) => entry.held);
  assert.equal(inventory.size, entries.length);
  assert.equal(inventory.heldCount, held.length);
  assert.equal(
    inventory.contentBytes,
    held.reduce((sum, entry) => sum + entry.bytes, 0),
  );
  for (const lane of [Lane.urgent, Lane.normal, Lane.bulk]) {
    const ids = inventory.liveIds(lane);
    const got: string[] = [];
    for (let at = 0; at < ids.length; at += 32) got.push(toHex(ids.subarray(at, at + 32)));
    const expected = entries.filter((entry) => entry.lane === lane);
    assert.deepEqual(got.sort(), expected.map((entry) => toHex(entry.id)).sort());
    assert.equal(inventory.count(lane), expected.length);
    const digest = new Uint8Array(16);
    for (const { id } of expected) for (let i = 0; i < 16; i++) digest[i]! ^= id[i]!;
    assert.deepEqual(inventory.digest(lane), digest);
  }
  for (const entry of entries) {
    const slot = inventory.slotOf(entry.id);
    assert.equal(inventory.row(slot), entry.row);
    assert.equal(inventory.isHeld(slot), entry.held);
    assert.notEqual(inventory.slotOfSeq(entry.author, entry.seq), -1);
  }
}

function assertQueues(inventory: Inventory, model: Model): void {
  const held = [...model.entries.values()].filter((entry) => entry.held);
  for (let byte = 0; byte < 5; byte++) {
    const author = new Uint8Array(32).fill(byte);
    for (const urgent of [false, true]) {
      const expected = held.filter(
        (entry) => entry.author[0] === byte && (entry.lane === Lane.urgent) === urgent,
      );
      const seqs = [...inventory.queues.ofAuthor(author, urgent)].map((slot) =>
        inventory.seq(slot),
      );
      assert.deepEqual(
        seqs,
        seqs.toSorted((a, b) => a - b),
      );
      assert.equal(seqs.length, expected.length);
      const bytes = expected.reduce((sum, entry) => sum + entry.bytes, 0);
      assert.equal(inventory.queues.authorBytes(author, urgent), bytes);
    }
  }
  const guests = [...inventory.queues.ofClass(0)].map((slot) => inventory.row(slot));
  const expected = held.filter((entry) => entry.role === Role.guest).map((entry) => entry.row);
  assert.deepEqual(guests, expected);
}

/** Empties the inventory: what is left expires in order, each entry once. */
function assertExpiry(inventory: Inventory, model: Model): void {
  const expected = [...model.entries.values()].map((entry) => entry.expiresTickMs);
  const got: number[] = [];
  for (;;) {
    const slot = inventory.firstToExpire();
    if (slot === -1) break;
    got.push(inventory.expiresTickMs(slot));
    inventory.forget(slot);
  }
  assert.deepEqual(
    got,
    expected.toSorted((a, b) => a - b),
  );
  assert.equal(inventory.size, 0);
}

test('the inventory agrees with a plain model over random histories', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SeededRandom(seed);
    const inventory = new Inventory(random);
    const model: Model = { entries: new Map() };
    for (let step = 0; step < 3000; step++) {
      const dice = random.uint32() % 10;
      const entry = sampleEntry(random, step + 1);
      if (dice < 6) {
        inventory.add(entry);
        model.entries.set(toHex(entry.id), entry);
        continue;
      }
      const keys = [...model.entries.keys()].slice(0, 50);
      const key = keys[random.uint32() % Math.max(1, keys.length)];
      const known = key === undefined ? undefined : model.entries.get(key);
      if (!known || key === undefined) continue;
      const slot = inventory.slotOf(known.id);
      if (dice < 8) {
        inventory.forget(slot);
        model.entries.delete(key);
      } else {
        inventory.evict(slot);
        model.entries.set(key, { ...known, held: false });
      }
    }
    assertSame(inventory, model);
    assertQueues(inventory, model);
    assertExpiry(inventory, model);
  }
});

test('an id that differs in one bit is not found', () => {
  const random = new SeededRandom(7);
  const inventory = new Inventory(random);
  const entry = sampleEntry(random, 1);
  inventory.add(entry);
  for (let bit = 0; bit < 256; bit++) {
    const other = entry.id.slice();
    other[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(inventory.slotOf(other), -1);
  }
});

test('remaining time, age and lifetime follow from what was stored', () => {
  const random = new SeededRandom(8);
  const inventory = new Inventory(random);
  const entry = { ...sampleEntry(random, 1), ageMs: 500, arrivedTickMs: 10, expiresTickMs: 9_510 };
  const slot = inventory.add(entry);
  assert.equal(inventory.lifetimeMs(slot), 10_000);
  assert.equal(inventory.ageMsAt(slot, 1_010), 1_500);
  assert.equal(inventory.expiresTickMs(slot), 9_510);
});
