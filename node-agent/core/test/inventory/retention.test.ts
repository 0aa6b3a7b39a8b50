/** What goes when something new needs room: by author, by issuer of guests, by class and bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { Role } from '../../src/identity/role.ts';
import { RetentionClass } from '../../src/inventory/class.ts';
import { Inventory } from '../../src/inventory/inventory.ts';
import { entryBeside, entryToForget, roomFor } from '../../src/inventory/retention.ts';
import { authorEntriesMax, roleLimits, storeLimits } from '../../src/limits.ts';
import type { StoreEntry } from '../../src/ports/store.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';

const plenty = 2 ** 40;

class Shelf {
  readonly random = new SeededRandom(1);
  readonly inventory = new Inventory(this.random);
  #row = 0;

  entry(what: Partial<StoreEntry> & { readonly who: number }): StoreEntry {
    this.#row++;
    return {
      row: this.#row,
      id: this.random.bytes(32),
      author: new Uint8Array(32).fill(what.who),
      issuer: new Uint8Array(32).fill(99),
      tag: new Uint8Array(16),
      kind: 1,
      lane: Lane.normal,
      role: Role.guest,
      seq: this.#row,
      bytes: 1000,
      hops: 0,
      ageMs: 0,
      arrivedTickMs: this.#row,
      expiresTickMs: 10 ** 9,
      arrivedUnixMs: 0,
      orderKey: new Uint8Array(25),
      held: true,
      ...what,
    };
  }

  put(what: Partial<StoreEntry> & { readonly who: number }): number {
    return this.inventory.add(this.entry(what));
  }
}

test('room is made of the own lowest sequence numbers when an author is at its limit', () => {
  const shelf = new Shelf();
  const count = Math.floor(roleLimits[Role.guest].storedBytesMax / 1000);
  const slots = Array.from({ length: count }, () => shelf.put({ who: 1 }));
  shelf.put({ who: 2 });
  const room = roomFor(shelf.inventory, shelf.entry({ who: 1 }), plenty);
  assert.deepEqual(room, { fits: true, evict: [slots[0]] });
});

test('a late bundle older than all that the author may keep is only seen', () => {
  const shelf = new Shelf();
  const count = Math.floor(roleLimits[Role.guest].storedBytesMax / 1000);
  for (let i = 0; i < count; i++) shelf.put({ who: 1, seq: 100 + i });
  const room = roomFor(shelf.inventory, shelf.entry({ who: 1, seq: 5 }), plenty);
  assert.deepEqual(room, { fits: false, reason: 'author-newer' });
});

test('two nodes that saw the same in another order keep the same', () => {
  const seqs = Array.from({ length: 200 }, (_, i) => i);
  const kept = [seqs, seqs.toReversed()].map((order) => {
    const shelf = new Shelf();
    for (const seq of order) {
      const entry = shelf.entry({ who: 1, seq });
      const room = roomFor(shelf.inventory, entry, plenty);
      if (room.fits) for (const slot of room.evict) shelf.inventory.evict(slot);
      shelf.inventory.add({ ...entry, held: room.fits });
    }
    const slots = [...shelf.inventory.queues.ofAuthor(new Uint8Array(32).fill(1), false)];
    return slots.map((slot) => shelf.inventory.seq(slot));
  });
  assert.deepEqual(kept[0], kept[1]);
});

test('all guests of one issuer share one budget of bytes', () => {
  const shelf = new Shelf();
  const bytes = storeLimits.guestBytesPerIssuerMax / 1024;
  const slots = Array.from({ length: 1024 }, (_, i) => shelf.put({ who: i % 250, bytes }));
  const other = { who: 251, issuer: new Uint8Array(32).fill(98), bytes };
  assert.deepEqual(roomFor(shelf.inventory, shelf.entry(other), plenty), {
    fits: true,
    evict: [],
  });
  const room = roomFor(shelf.inventory, shelf.entry({ who: 252, bytes }), plenty);
  assert.deepEqual(room, { fits: true, evict: [slots[0]] });
});

test('a full store gives up guests first, oldest first, and never what is more important', () => {
  const shelf = new Shelf();
  const staff = shelf.put({ who: 1, role: Role.staff });
  const urgent = shelf.put({ who: 1, role: Role.staff, lane: Lane.urgent });
  const user = shelf.put({ who: 2, role: Role.user });
  const guestOld = shelf.put({ who: 3 });
  const guestNew = shelf.put({ who: 4 });
  const full = 5000 / 0.9;
  const evicted = (what: Partial<StoreEntry> & { who: number }, bytes = 1000) =>
    roomFor(shelf.inventory, shelf.entry({ ...what, bytes }), full);
  assert.deepEqual(evicted({ who: 9 }), { fits: true, evict: [guestOld] });
  assert.deepEqual(evicted({ who: 9 }, 2000), { fits: true, evict: [guestOld, guestNew] });
  assert.deepEqual(evicted({ who: 9 }, 3000), { fits: false, reason: 'store-full' });
  assert.deepEqual(evicted({ who: 9, role: Role.user }, 3000), {
    fits: true,
    evict: [guestOld, guestNew, user],
  });
  assert.deepEqual(evicted({ who: 9, role: Role.node }, 4000), {
    fits: true,
    evict: [guestOld, guestNew, user, staff],
  });
  assert.equal(shelf.inventory.isHeld(urgent), true);
});

test('a tenth of the store is kept for the urgent lane', () => {
  const shelf = new Shelf();
  for (let i = 0; i < 9; i++) shelf.put({ who: 1, role: Role.staff });
  const guest = roomFor(shelf.inventory, shelf.entry({ who: 2 }), 10_000);
  assert.deepEqual(guest, { fits: false, reason: 'store-full' });
  const alert = shelf.entry({ who: 3, role: Role.staff, lane: Lane.urgent });
  assert.deepEqual(roomFor(shelf.inventory, alert, 10_000), { fits: true, evict: [] });
});

test('what an author gives up makes room for its issuer too: nobody else goes beside it', () => {
  const shelf = new Shelf();
  const bytes = 16 * 1024;
  const own = roleLimits[Role.guest].storedBytesMax / bytes;
  const others = storeLimits.guestBytesPerIssuerMax / bytes - own;
  for (let i = 0; i < others; i++) shelf.put({ who: 2, bytes });
  const [oldest] = Array.from({ length: own }, () => shelf.put({ who: 1, bytes }));
  const room = roomFor(shelf.inventory, shelf.entry({ who: 1, bytes }), plenty);
  assert.deepEqual(room, { fits: true, evict: [oldest] });
});

test('entries without content are forgotten first; a note forgets nothing that is held', () => {
  const shelf = new Shelf();
  const { inventory } = shelf;
  const staff = shelf.put({ who: 1, role: Role.staff });
  assert.equal(entryToForget(inventory), -1);
  assert.equal(entryToForget(inventory, RetentionClass.guest), -1);
  assert.equal(entryToForget(inventory, RetentionClass.system), staff);
  const guest = shelf.put({ who: 2 });
  assert.equal(entryToForget(inventory, RetentionClass.system), guest);
  const noted = shelf.put({ who: 3, role: Role.staff, held: false });
  inventory.evict(guest);
  assert.equal(entryToForget(inventory), noted);
  inventory.forget(noted);
  assert.equal(entryToForget(inventory), guest);
  assert.deepEqual(
    [2, 3].map((who) => inventory.queues.seenOnlyCount(new Uint8Array(32).fill(who))),
    [1, 0],
  );
});

test('guests of one issuer have so many entries together', () => {
  const shelf = new Shelf();
  const { inventory } = shelf;
  const small = 1_000;
  const beside = (what: Partial<StoreEntry> & { readonly who: number }) =>
    entryBeside(inventory, shelf.entry(what), small);
  const slots: number[] = [];
  for (let i = 0; i < storeLimits.sharedEntriesMin; i++) slots.push(shelf.put({ who: i % 250 }));
  assert.equal(beside({ who: 1 }), slots[0], 'the oldest');
  assert.equal(entryBeside(inventory, shelf.entry({ who: 1 }), plenty), -1, 'a larger store');
  inventory.evict(slots[700]!);
  assert.equal(beside({ who: 1 }), slots[700]);
  const others = { issuer: new Uint8Array(32).fill(98) };
  assert.equal(beside({ who: 251, ...others }), -1, 'others are not asked to pay');
  assert.equal(beside({ who: 252, role: Role.user }), -1);
  inventory.forget(slots[700]!);
  assert.equal(beside({ who: 1 }), -1);
});

test('an author has so many entries as its role can write in a lifetime', () => {
  const shelf = new Shelf();
  const most = authorEntriesMax(Role.guest);
  assert.equal(most, 2_170);
  const slots = Array.from({ length: most }, (_, i) =>
    shelf.put({ who: 1, seq: most - i, bytes: 1 }),
  );
  const next = shelf.entry({ who: 1 });
  assert.equal(entryBeside(shelf.inventory, next, plenty), slots.at(-1), 'the lowest number');
  shelf.inventory.evict(slots[5]!);
  assert.equal(entryBeside(shelf.inventory, next, plenty), slots[5]);
  assert.equal(entryBeside(shelf.inventory, shelf.entry({ who: 2 }), plenty), -1);
});

test('in a small store the guests of one issuer leave room for others', () => {
  const shelf = new Shelf();
  const contentBytesMax = 8 * 1024 * 1024;
  const bytes = 2_048;
  const share = (contentBytesMax * storeLimits.sharedShareMax) / bytes;
  const slots = Array.from({ length: share }, (_, i) => shelf.put({ who: i % 250, bytes }));
  const room = (what: Partial<StoreEntry>) =>
    roomFor(shelf.inventory, shelf.entry({ who: 251, bytes, ...what }), contentBytesMax);
  assert.deepEqual(room({}), { fits: true, evict: [slots[0]] });
  assert.deepEqual(room({ issuer: new Uint8Array(32).fill(98) }), { fits: true, evict: [] });
});
