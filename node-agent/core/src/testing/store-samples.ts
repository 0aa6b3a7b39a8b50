/**
 * Entries as a store gets them (step 3), from a seed: bytes of realistic sizes that are not signed
 * by anybody. For contract suites, simulation and benchmarks of stores; nothing that ships uses it.
 */
import { BundleKind, Lane } from '../bundle/bundle.ts';
import { Role } from '../identity/role.ts';
import type { StoredBundle, StoreEntry } from '../ports/store.ts';
import { intBelow, pick, SeededRandom } from './seeded-random.ts';

/** What a 300-byte payload makes with all other fields. */
const signedBytesDefault = 450;
const signatureBytes = 64;
const startUnixMs = 1_767_225_600_000;
const lifetimeMs = 6 * 3_600_000;

export interface SampleWriter {
  readonly author: Uint8Array;
  readonly issuer: Uint8Array;
  readonly ticketId: Uint8Array;
}

export interface StoreSamplesOptions {
  readonly seed: number;
  readonly writers?: number;
  readonly tags?: number;
}

export class StoreSamples {
  readonly random: SeededRandom;
  readonly writers: readonly SampleWriter[];
  readonly tags: readonly Uint8Array[];
  #row = 0;

  constructor(options: StoreSamplesOptions) {
    const random = new SeededRandom(options.seed);
    const issuers = Array.from({ length: 4 }, () => random.bytes(32));
    this.random = random;
    this.writers = Array.from({ length: options.writers ?? 3 }, () => ({
      author: random.bytes(32),
      issuer: pick(random, issuers),
      ticketId: random.bytes(16),
    }));
    this.tags = Array.from({ length: options.tags ?? 2 }, () => random.bytes(16));
  }

  /** The next bundle: one row and 50 ms after the last one, up to 3 s out of order. */
  bundle(given: Partial<StoredBundle> & { readonly signedBytes?: number } = {}): StoredBundle {
    const { random } = this;
    const { signedBytes = signedBytesDefault, ...fields } = given;
    const signed = fields.signed ?? random.bytes(signedBytes);
    this.#row = fields.row ?? this.#row + 1;
    const arrivedTickMs = this.#row * 50;
    const ageMs = intBelow(random, 3_000);
    return {
      row: this.#row,
      id: random.bytes(32),
      ...pick(random, this.writers),
      tag: pick(random, this.tags),
      kind: BundleKind.message,
      lane: Lane.normal,
      role: Role.user,
      seq: this.#row - 1,
      bytes: signed.length + signatureBytes,
      hops: intBelow(random, 6),
      ageMs,
      arrivedTickMs,
      expiresTickMs: arrivedTickMs + lifetimeMs - ageMs,
      arrivedUnixMs: startUnixMs + arrivedTickMs,
      orderKey: this.orderKey(startUnixMs + arrivedTickMs - ageMs),
      held: true,
      signed,
      signature: random.bytes(signatureBytes),
      ...fields,
    };
  }

  bundles(count: number, given: Partial<StoredBundle> = {}): StoredBundle[] {
    return Array.from({ length: count }, () => this.bundle(given));
  }

  /** The next entry without content. */
  note(given: Partial<StoreEntry> = {}): StoreEntry {
    return { ...entryOf(this.bundle(given)), held: false };
  }

  /** 25 bytes that begin with the time, as order keys do. */
  orderKey(unixMs: number): Uint8Array {
    const key = this.random.bytes(25);
    new DataView(key.buffer).setUint32(0, Math.floor(unixMs / 65_536));
    new DataView(key.buffer).setUint16(4, unixMs % 65_536);
    return key;
  }
}

/** The entry of a bundle, as `load` gives it. */
export function entryOf(bundle: StoredBundle | StoreEntry): StoreEntry {
  const { signed, signature, ticketId, ...entry } = bundle as StoredBundle;
  return entry;
}
