/**
 * Turns the messages of a channel and the own entries that no node has echoed yet into the rows of
 * the timeline: in the one total order, grouped by author, with days and the place where the unread
 * begin. Pure: the same input gives the same rows.
 */
import { BundleKind, decodeMessage, Scope, toHex } from '@muster/core';
import { isHeard } from '../channels/channels.ts';
import type { Federation } from '../federation/federation.ts';
import type { Placed } from '../inbox/inbox.ts';
import type { ChannelRecord, OutboxRecord } from '../storage/records.ts';
import { authorId, orderCeiling } from '../storage/records.ts';
import { dayNumber, shownTime } from '../time/shown-time.ts';

export interface MessageRow {
  readonly kind: 'message';
  /** Stable from the first moment: the entry's or the bundle's. */
  readonly key: string;
  readonly orderHex: string;
  readonly placed: Placed;
  readonly own: boolean;
  /** The own entry behind it, while the phone keeps it. */
  readonly entry: OutboxRecord | undefined;
  readonly shownMs: number | undefined;
  /** False: the same author goes on, a moment later. */
  readonly startsGroup: boolean;
}

export type Row =
  | MessageRow
  | { readonly kind: 'day'; readonly key: string; readonly ms: number }
  | { readonly kind: 'new'; readonly key: string };

export interface RowsInput {
  readonly channel: ChannelRecord;
  readonly placed: readonly Placed[];
  readonly outbox: readonly OutboxRecord[];
  readonly self: { readonly key: string; readonly name: string } | undefined;
  readonly federation: Federation | undefined;
  /** Order key in hex up to which the reader had read when the channel came on view. */
  readonly readUpTo: string;
  /** At most this many messages, the newest. */
  readonly limit: number;
}

const groupMs = 5 * 60_000;

export function timelineRows(input: RowsInput): Row[] {
  const messages = collect(input).slice(-input.limit);
  const rows: Row[] = [];
  let day = Number.NEGATIVE_INFINITY;
  let before: MessageRow | undefined;
  let marked = input.readUpTo === '';
  for (const one of messages) {
    const { shownMs } = one;
    // Stamps may lie a little out of order; a day is announced only when it is later.
    const today = shownMs === undefined ? day : dayNumber(shownMs);
    if (today > day) {
      rows.push({ kind: 'day', key: `day-${today}`, ms: shownMs! });
      day = today;
      before = undefined;
    }
    if (!marked && !one.own && one.orderHex > input.readUpTo) {
      rows.push({ kind: 'new', key: 'new' });
      marked = true;
      before = undefined;
    }
    const row = { ...one, startsGroup: !goesOn(before, one) };
    rows.push(row);
    before = row;
  }
  return rows;
}

function goesOn(before: MessageRow | undefined, row: MessageRow): boolean {
  if (!before) return false;
  const [one, other] = [before.placed.record, row.placed.record];
  if (authorId(one) !== authorId(other) || one.name !== other.name) return false;
  if (one.via?.client !== other.via?.client || one.role !== other.role) return false;
  if (before.shownMs === undefined || row.shownMs === undefined) return false;
  return row.shownMs - before.shownMs < groupMs;
}

function collect({ channel, placed, outbox, self, federation }: RowsInput): MessageRow[] {
  const tagHex = toHex(channel.tag);
  const entries = new Map<string, OutboxRecord>();
  const unsigned: OutboxRecord[] = [];
  for (const entry of outbox) {
    if (entry.kind !== BundleKind.message || toHex(entry.tag) !== tagHex) continue;
    if (entry.bundle) entries.set(toHex(entry.bundle.id), entry);
    else unsigned.push(entry);
  }
  const rows: MessageRow[] = [];
  for (const one of placed) {
    if (!isHeard(channel, one.record, federation)) continue;
    const entry = entries.get(one.record.id);
    entries.delete(one.record.id);
    rows.push(messageRow(one, entry, self?.key));
  }
  for (const entry of [...entries.values(), ...unsigned]) {
    const one = self && fromEntry(entry, self);
    if (one) rows.push(messageRow(one, entry, self.key));
  }
  return rows.sort((a, b) => (a.orderHex < b.orderHex ? -1 : 1));
}

function messageRow(
  placed: Placed,
  entry: OutboxRecord | undefined,
  selfKey: string | undefined,
): MessageRow {
  return {
    kind: 'message',
    key: entry ? `entry-${entry.entry}` : placed.record.id,
    orderHex: placed.orderHex,
    placed,
    own: authorId(placed.record) === selfKey,
    entry,
    shownMs: shownTime(placed.record),
    startsGroup: true,
  };
}

/** An own entry as the message that it is going to be. What is not signed yet comes last. */
function fromEntry(entry: OutboxRecord, self: { readonly key: string }): Placed | undefined {
  const message = decodeMessage(entry.plain);
  if (!message) return undefined;
  const order = entry.bundle?.orderHex ?? `${orderCeiling}${String(entry.entry).padStart(12, '0')}`;
  const ms = entry.bundle?.ms ?? entry.queuedUnixMs;
  return {
    orderHex: order,
    record: {
      id: entry.bundle ? toHex(entry.bundle.id) : '',
      author: self.key,
      name: message.name,
      text: message.text,
      ...(entry.scope === Scope.site && { staysHere: true }),
      ms,
      quality: 1,
      role: 'guest',
      nodes: entry.nodes,
      arrivedMs: ms,
    },
  };
}
