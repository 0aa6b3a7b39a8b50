/**
 * The store of one node: step 3 of a message's way. It executes what the core's rules decide and
 * decides nothing itself. A batch is atomic; `onDurable` with ok is called only after it is synced
 * to disk, in the order of the commits. Reads see every batch that was handed to `commit`.
 */
import type { BundleKind, Lane } from '../bundle/bundle.ts';
import type { Role } from '../identity/role.ts';

/**
 * One bundle that was seen here and still lives. Times are in ticks: milliseconds of this node's
 * own persisted clock that only counts while it runs (see time/tick.ts).
 */
export interface StoreEntry {
  /** Given by the core, rising, never used twice. */
  readonly row: number;
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** 32 bytes. */
  readonly author: Uint8Array;
  /** Ed25519 key that issued the author's ticket, 32 bytes. */
  readonly issuer: Uint8Array;
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly kind: BundleKind;
  readonly lane: Lane;
  readonly role: Role;
  readonly seq: number;
  /** Bytes that its content takes (signed, signature); kept after the content went. */
  readonly bytes: number;
  readonly hops: number;
  /** Age in milliseconds when it arrived. */
  readonly ageMs: number;
  readonly arrivedTickMs: number;
  readonly expiresTickMs: number;
  /** Wall time at arrival as this node believed it; for display only. */
  readonly arrivedUnixMs: number;
  /** Place in the one total order, 25 bytes, compared bytewise (see time/order.ts). */
  readonly orderKey: Uint8Array;
  /** False: only seen; its content was evicted or refused after its signature was checked. */
  readonly held: boolean;
}

export interface StoredBundle extends StoreEntry {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** 16 bytes. */
  readonly ticketId: Uint8Array;
}

/** What is remembered of an author beyond its bundles. */
export interface AuthorRecord {
  /** 32 bytes. */
  readonly author: Uint8Array;
  /** Frozen: two contents under one sequence number were seen. */
  readonly frozen: boolean;
  /** Highest sequence number seen, -1 before the first. */
  readonly seqMax: number;
}

/** Two validly signed bundles of one author with one sequence number. */
export interface ForkProof {
  readonly author: Uint8Array;
  readonly seq: number;
  readonly first: { readonly signed: Uint8Array; readonly signature: Uint8Array };
  readonly second: { readonly signed: Uint8Array; readonly signature: Uint8Array };
}

/** The first 8 bytes of the id of a bundle that expired, and when even that may be forgotten. */
export interface ExpiredId {
  readonly prefix: Uint8Array;
  readonly forgetTickMs: number;
}

export interface StoreBatch {
  /** New entries with their content (held true). */
  readonly put?: readonly StoredBundle[];
  /** New entries without content (held false). */
  readonly note?: readonly StoreEntry[];
  /** Rows whose content goes; the entry stays with held false. */
  readonly evict?: readonly number[];
  /** Rows that go wholly. */
  readonly forget?: readonly number[];
  readonly expired?: readonly ExpiredId[];
  /** Forget every expired id whose forgetTickMs is at or below this. */
  readonly forgetExpiredUntilTickMs?: number;
  readonly authors?: readonly AuthorRecord[];
  /** Tickets in wire form by their 16-byte id. */
  readonly tickets?: readonly { readonly id: Uint8Array; readonly wire: Uint8Array }[];
  readonly proofs?: readonly ForkProof[];
  /** Small named values (at most 64 KiB each): counters, clock state. Undefined deletes. */
  readonly values?: readonly (readonly [name: string, value: Uint8Array | undefined])[];
}

export type CommitOutcome =
  | { readonly ok: true }
  /** Nothing of the batch was applied. */
  | { readonly ok: false; readonly reason: 'disk-full' | 'io-error' | 'closed' };

export interface PageQuery {
  readonly tag: Uint8Array;
  readonly kind?: BundleKind;
  /** Only entries ordered before this key (exclusive), newest first. */
  readonly before?: Uint8Array;
  /** Only entries ordered after this key (exclusive), oldest first; wins over `before`. */
  readonly after?: Uint8Array;
  readonly limit: number;
}

export interface SinceQuery {
  readonly row: number;
  readonly lane?: Lane;
  readonly limit: number;
}

export interface Store {
  /** Everything the core keeps in memory, read once at the start, rows ascending. */
  load(visit: {
    entry(entry: StoreEntry): void;
    expired(expired: ExpiredId): void;
    author(author: AuthorRecord): void;
  }): void;
  /** Batches of a short window share one sync. */
  commit(batch: StoreBatch, onDurable: (outcome: CommitOutcome) => void): void;
  /** The bundle of a row, undefined when it is not held. */
  get(row: number): StoredBundle | undefined;
  /** Held bundles of a tag: newest first, or oldest first with `after`. */
  page(query: PageQuery): StoredBundle[];
  /** Held bundles of rows above `row`, rows rising; of one lane where it is given. */
  since(query: SinceQuery): StoredBundle[];
  /** Held bundles of a kind over all tags, newest row first. */
  ofKind(kind: BundleKind, limit: number): StoredBundle[];
  ticket(id: Uint8Array): Uint8Array | undefined;
  value(name: string): Uint8Array | undefined;
  proofs(limit: number): ForkProof[];
  /** Bytes in use on disk and bytes the disk still has; freeBytes undefined where unknown. */
  usage(): { readonly usedBytes: number; readonly freeBytes: number | undefined };
  /** Commits what waits, then closes; commits after it answer `closed`. */
  close(): Promise<void>;
}
