/**
 * What this phone wrote and has not let go of (step 1): every entry is on the phone's disk before
 * anything is sent, and stays until a node says *held*, and a while longer, so that it can be
 * handed to the next node as well. It never sends by itself and never changes a signed bundle.
 */
import { chainPast, ok, type Result, refused, type Scope, toHex } from '@muster/core';
import { webLimits } from '../limits.ts';
import type { Database, Writing } from '../storage/database.ts';
import { type ChainRecord, entryKey, type OutboxRecord } from '../storage/records.ts';
import { freshChain, type SigningParts, storeEntry } from './sign.ts';

const stores = ['meta', 'outbox', 'channels'] as const;

export interface Draft {
  readonly tag: Uint8Array;
  readonly kind: number;
  readonly plain: Uint8Array;
  readonly scope?: Scope;
}

export class Outbox {
  readonly #db: Database;
  readonly #parts: SigningParts;
  readonly #onChange: (entries: readonly OutboxRecord[]) => void;
  #entries: OutboxRecord[] = [];

  constructor(
    db: Database,
    parts: SigningParts,
    onChange: (entries: readonly OutboxRecord[]) => void,
  ) {
    this.#db = db;
    this.#parts = parts;
    this.#onChange = onChange;
  }

  /** Oldest first. */
  get entries(): readonly OutboxRecord[] {
    return this.#entries;
  }

  /** Reads everything again: at the start, and when another tab wrote. */
  async load(): Promise<void> {
    const pairs = await this.#db.read(['outbox'], (tx) => readAll(tx));
    this.#entries = pairs;
    this.#onChange(this.#entries);
  }

  /** Puts a draft on disk, signed if that can be done already. */
  async add(draft: Draft): Promise<Result<OutboxRecord, 'outbox-full'>> {
    const stored = await this.#db.write(
      stores,
      async (tx) => {
        if (!(await this.#makeRoom(tx))) return undefined;
        const record = (await tx.get<ChainRecord>('meta', 'chain')) ?? freshChain;
        const entry = record.entryNext;
        tx.put('meta', 'chain', { ...record, entryNext: entry + 1 } satisfies ChainRecord);
        return storeEntry(tx, this.#parts, {
          ...draft,
          entry,
          queuedUnixMs: this.#parts.clock.wall().unixMs,
          state: 'waiting',
          nodes: 0,
          heldBy: [],
        });
      },
      { strict: true },
    );
    if (stored === undefined) return refused('outbox-full');
    await this.load();
    return ok(stored);
  }

  /**
   * A session is open and its ticket stored. `seqMax` is what the node has seen of us: when that is
   * more than we remember (a phone restored from a copy), we go on past it, and what was signed but
   * not held is signed anew, because its numbers may have been used for something else. A claim
   * that cannot be true counts for nothing.
   */
  async settle(seqMax: number): Promise<void> {
    const changed = await this.#db.write(
      stores,
      async (tx) => {
        const record = (await tx.get<ChainRecord>('meta', 'chain')) ?? freshChain;
        const chain = chainPast(record.chain, seqMax);
        const behind = chain !== record.chain;
        if (behind) tx.put('meta', 'chain', { ...record, chain });
        let signed = 0;
        for (const entry of await readAll(tx)) {
          if (entry.state !== 'waiting' || (entry.bundle !== undefined && !behind)) continue;
          const { bundle: _, ...unsigned } = entry;
          await storeEntry(tx, this.#parts, unsigned);
          signed++;
        }
        return signed > 0;
      },
      { strict: true },
    );
    if (changed) await this.load();
  }

  /** Changes what is known of an entry; never its bundle. */
  async note(
    entry: number,
    change: Partial<Pick<OutboxRecord, 'state' | 'nodes' | 'heldBy' | 'reason'>>,
  ): Promise<void> {
    await this.#db.write(['outbox'], async (tx) => {
      const record = await tx.get<OutboxRecord>('outbox', entryKey(entry));
      if (record === undefined) return;
      const heldBy = [...new Set([...record.heldBy, ...(change.heldBy ?? [])])];
      const nodes = Math.max(record.nodes, change.nodes ?? 0);
      // Held stays held, whatever another node or a late answer says.
      const state = record.state === 'held' ? 'held' : (change.state ?? record.state);
      tx.put('outbox', entryKey(entry), { ...record, ...change, state, nodes, heldBy });
    });
    await this.load();
  }

  async remove(entry: number): Promise<void> {
    await this.#db.write(['outbox'], async (tx) => tx.delete('outbox', entryKey(entry)));
    await this.load();
  }

  /** The entry of this bundle, if it is ours. */
  withId(idHex: string): OutboxRecord | undefined {
    return this.#entries.find((entry) => entry.bundle && toHex(entry.bundle.id) === idHex);
  }

  /** At the maximum the oldest that a node holds goes; when none is held, nothing more is taken. */
  async #makeRoom(tx: Writing): Promise<boolean> {
    const entries = await readAll(tx);
    const excess = entries.length + 1 - webLimits.outboxEntriesMax;
    if (excess <= 0) return true;
    const held = entries.filter((entry) => entry.state === 'held').slice(0, excess);
    for (const entry of held) tx.delete('outbox', entryKey(entry.entry));
    return held.length >= excess;
  }
}

async function readAll(tx: Pick<Writing, 'range'>): Promise<OutboxRecord[]> {
  const limit = webLimits.outboxEntriesMax;
  const pairs = await tx.range<OutboxRecord>('outbox', { limit });
  return pairs.map(([, entry]) => entry);
}
