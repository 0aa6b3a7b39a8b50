/**
 * A node against a simple model, over random histories of puts, pressure, time, failing disks and
 * power cuts: nothing that was answered held goes before its time unless retention's rules say so,
 * and memory and store agree. A failing seed is printed; put it into `seeds` for ever.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import { Role } from '../../src/identity/role.ts';
import { type RetentionClass, retentionClassOf } from '../../src/inventory/class.ts';
import { timeLimits, urgentLimits } from '../../src/limits.ts';
import type { StoreEntry } from '../../src/ports/store.ts';
import type { SampleAuthor, SampleBundle } from '../../src/testing/sample-site.ts';
import { intBelow, pick } from '../../src/testing/seeded-random.ts';
import { Village, type VillageNode } from '../support/village.ts';

const seeds = Array.from({ length: 12 }, (_, i) => 100 + i);
const steps = 250;
const contentBytesMax = 12_000;
/** More than any bundle here takes. */
const bundleBytesMax = 1_500;

interface Held {
  readonly id: string;
  readonly bundle: SampleBundle;
  readonly class: RetentionClass;
  /** Of the village's clock; a boot may bring it forward. */
  diesMs: number;
}

interface Shelf {
  readonly held: Map<string, StoreEntry>;
  readonly entries: number;
  readonly bytes: number;
}

function shelfOf(box: VillageNode): Shelf {
  const held = new Map<string, StoreEntry>();
  let entries = 0;
  let bytes = 0;
  box.store.load({
    entry: (entry) => {
      entries += 1;
      if (!entry.held) return;
      held.set(toHex(entry.id), entry);
      bytes += entry.bytes;
    },
    expired: () => {},
    author: () => {},
  });
  return { held, entries, bytes };
}

class History {
  readonly #village: Village;
  readonly #box: VillageNode;
  readonly #authors: SampleAuthor[];
  readonly #written: Held[] = [];
  readonly #held = new Map<string, Held>();
  /** Highest number answered held, by author. */
  readonly #seqs = new Map<SampleAuthor, number>();
  /** A commit failed and no sweep has mended what it left. */
  #dirty = false;
  #diskFull = false;

  constructor(seed: number) {
    this.#village = new Village(seed);
    this.#box = this.#village.node('a', contentBytesMax);
    const { site } = this.#village;
    const guests = Array.from({ length: 5 }, () => site.guest(this.#box.sample));
    const issued = [Role.user, Role.staff].map((role) => site.author(role));
    this.#authors = [...guests, ...issued];
  }

  step(): void {
    const dice = intBelow(this.#village.random, 100);
    if (dice < 60) this.#write();
    else if (dice < 68) this.#putAgain();
    else if (dice < 88) this.#wait(intBelow(this.#village.random, 30));
    else if (dice < 93) this.#wait(intBelow(this.#village.random, 600_000));
    else if (dice < 97) this.#fail();
    else this.#crash();
    this.#check();
  }

  /** Everything dies in the end, here and in the store. */
  end(): void {
    this.#wait(timeLimits.sweepMs + 10);
    this.#crash();
    this.#check();
    this.#wait(6 * 3_600_000 + 3 * timeLimits.sweepMs);
    assert.equal(this.#box.node.status().liveEntries, 0);
    assert.equal(shelfOf(this.#box).entries, 0);
  }

  #write(): void {
    const { random } = this.#village;
    const author = pick(random, this.#authors);
    const isStaff = author === this.#authors.at(-1);
    const lane = isStaff && intBelow(random, 2) === 0 ? Lane.urgent : Lane.normal;
    const lifetimeS = 30 + intBelow(random, 6 * 3600 - 30);
    const { seq } = author.chain;
    const bundle = author.write('x'.repeat(intBelow(random, 1_000)), { lane, lifetimeS });
    const roles = [Role.user, Role.staff] as const;
    const role = roles[this.#authors.indexOf(author) - 5] ?? Role.guest;
    const diesMs = this.#village.clock.monotonicMs() + lifetimeS * 1000;
    const retentionClass = retentionClassOf({ lane, role });
    const held = { id: toHex(bundle.id), bundle, class: retentionClass, diesMs };
    this.#written.push(held);
    this.#put(held, () => {
      this.#seqs.set(author, Math.max(seq, this.#seqs.get(author) ?? -1));
    });
  }

  #putAgain(): void {
    if (this.#written.length === 0) return;
    this.#put(pick(this.#village.random, this.#written.slice(-40)), () => {});
  }

  #put(held: Held, onHeld: () => void): void {
    this.#box.node.put(held.bundle.carried, (answer) => {
      if (!answer.ok) return;
      this.#held.set(held.id, held);
      onHeld();
    });
  }

  #wait(ms: number): void {
    this.#village.clock.advance(ms);
    if (ms > timeLimits.sweepMs + 10) this.#dirty = false;
  }

  /** The disk fails for one sync. */
  #fail(): void {
    const reason = pick(this.#village.random, ['disk-full', 'io-error'] as const);
    this.#box.store.failure = reason;
    this.#write();
    this.#village.clock.advance(6);
    this.#box.store.failure = undefined;
    this.#dirty = true;
    if (reason === 'disk-full') this.#diskFull = true;
  }

  #crash(): void {
    const before = shelfOf(this.#box).held;
    this.#box.crash(intBelow(this.#village.random, 4));
    for (const held of this.#held.values()) held.diesMs -= timeLimits.tickPersistMs;
    const after = shelfOf(this.#box).held;
    for (const id of this.#held.keys()) {
      if (before.has(id)) assert.ok(after.has(id), `${id} was held and is gone after a power cut`);
    }
    this.#dirty = false;
  }

  #check(): void {
    const shelf = shelfOf(this.#box);
    const status = this.#box.node.status();
    if (!this.#dirty) {
      assert.equal(status.liveEntries, shelf.entries, 'entries in memory and in the store');
      assert.equal(status.heldBundles, shelf.held.size, 'held in memory and in the store');
      assert.equal(status.contentBytes, shelf.bytes, 'bytes in memory and in the store');
    }
    const gone = [...this.#held.values()].filter((held) => !this.#isHeld(held));
    for (const { id } of gone) this.#held.delete(id);
    for (const { id } of this.#held.values()) assert.ok(shelf.held.has(id), `${id} is not stored`);
    for (const held of gone) this.#assertMayGo(held, shelf);
    this.#diskFull = false;
    for (const [author, seq] of this.#seqs) {
      assert.ok(this.#box.node.author(author.key.publicKey).seqMax >= seq, 'a number went back');
    }
  }

  /** As the node says itself when the bundle is put again. */
  #isHeld({ bundle }: Held): boolean {
    let held = false;
    this.#box.node.put(bundle.carried, (answer) => {
      held = answer.ok;
    });
    return held;
  }

  #assertMayGo(gone: Held, shelf: Shelf): void {
    if (this.#village.clock.monotonicMs() >= gone.diesMs) return;
    const share = 1 - urgentLimits.reservedShare;
    // What pressed may itself not have reached the disk.
    const pressed = shelf.bytes + 2 * bundleBytesMax > contentBytesMax * share;
    // A full disk makes room at once, of all that is not on its way there itself.
    if (this.#diskFull) return;
    assert.ok(pressed, `${gone.id} went without need`);
    for (const other of this.#held.values()) {
      assert.ok(other.class >= gone.class, `${gone.id} went before ${other.id} of a lower class`);
    }
  }
}

for (const seed of seeds) {
  test(`held means held, seed ${seed}`, () => {
    const history = new History(seed);
    for (let step = 0; step < steps; step++) history.step();
    history.end();
  });
}
