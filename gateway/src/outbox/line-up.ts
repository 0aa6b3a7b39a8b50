/**
 * Lines up what an outbox has to send (step 6): reads on in the store from where its lane stands,
 * and takes what may leave. Only what is synced: what the author was not told to be held is not
 * given to others either.
 */
import { bytesKey, type NodeApi, type ReadBundle } from '@muster/core';
import type { Allowance } from '../policy/allowance.ts';
import type { Gate, Passage } from '../policy/gate.ts';
import type { Item, LaneQueue } from './lane-queue.ts';
import { outboxLimits } from './limits.ts';

export interface LineUpOptions {
  readonly node: Pick<NodeApi, 'since'>;
  readonly gate: Gate;
  readonly allowance: Allowance;
  /** Everything up to this row is on disk. */
  readonly durableRow: number;
  /** Keys of ids that the other side has already; those found are taken out. */
  readonly seen: Set<string>;
  readonly nowMs: number;
}

export function lineUp(queue: LaneQueue, options: LineUpOptions): void {
  const { node, durableRow } = options;
  for (let pages = 0; queue.hasMore && pages < outboxLimits.pagesPerTurnMax; pages += 1) {
    const limit = Math.min(outboxLimits.pageMax, queue.room);
    if (limit <= 0) break;
    const page = node.since({ row: queue.scanned, limit, lane: queue.lane });
    const durable = page.filter(({ row }) => row <= durableRow);
    for (const read of durable) take(queue, read, options);
    // A short page is no end: what died meanwhile is left out of it.
    queue.hasMore = durable.length > 0 && durable.length === page.length;
  }
}

function take(queue: LaneQueue, read: ReadBundle, options: LineUpOptions): void {
  const { gate, allowance, seen, nowMs } = options;
  if (!queue.pass(read.row) || seen.delete(bytesKey(read.id))) return;
  const passage = gate.passageOf(read);
  if (!passage || !allowance.includes(read.tag, read.row)) return;
  queue.add(itemOf(read, passage, { again: false, nowMs }));
}

export function itemOf(
  read: ReadBundle,
  { channel }: Passage,
  { again, nowMs }: { readonly again: boolean; readonly nowMs: number },
): Item {
  const { row, id, lane, kind, tag, author, bytes, arrivedTickMs, ageMs } = read;
  const nowTickMs = arrivedTickMs + (read.ageNowMs - ageMs);
  const expiresMs = nowMs + (read.expiresTickMs - nowTickMs);
  const known = { row, id, lane, kind, tag, author, bytes, channel };
  return { ...known, expiresMs, again, state: 'ready', attempts: 0, dueMs: 0 };
}
