/**
 * The rows of the timeline: one order, each message once, honest times, days and the unread mark.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind, encodeMessage, fromHex } from '@muster/core';
import { merged } from '../src/inbox/channel-view.ts';
import type { Placed } from '../src/inbox/inbox.ts';
import type { ChannelRecord, OutboxRecord } from '../src/storage/records.ts';
import { shownTime } from '../src/time/shown-time.ts';
import { type Row, timelineRows } from '../src/ui/timeline-rows.ts';

const noon = Date.UTC(2026, 5, 10, 12);
const self = { key: 'me', name: 'Ada' };
const tag = new Uint8Array(16).fill(1);
const channel: ChannelRecord = {
  tag,
  kind: 'public',
  name: 'general',
  topic: '',
  creator: new Uint8Array(32),
  key: new Uint8Array(0),
  revision: 0,
  writers: [],
  readUpTo: '',
};

function said(order: number, author = 'bob', more: Partial<Placed['record']> = {}): Placed {
  const ms = noon + order * 60_000;
  const id = order.toString(16).padStart(64, '0');
  return {
    orderHex: order.toString(16).padStart(50, '0'),
    record: {
      id,
      author,
      name: author,
      text: `text ${order}`,
      ms,
      quality: 1,
      role: 'guest',
      nodes: 1,
      arrivedMs: ms,
      ...more,
    },
  };
}

function entry(number: number, order?: number): OutboxRecord {
  const bundle = order === undefined ? undefined : said(order, 'me');
  return {
    entry: number,
    tag,
    kind: BundleKind.message,
    plain: encodeMessage({ name: 'Ada', text: `entry ${number}` }),
    queuedUnixMs: noon,
    state: 'waiting',
    nodes: 0,
    heldBy: [],
    ...(bundle && {
      bundle: {
        id: fromHex(bundle.record.id)!,
        signed: new Uint8Array(0),
        signature: new Uint8Array(0),
        ticket: new Uint8Array(0),
        orderHex: bundle.orderHex,
        ms: bundle.record.ms,
        lifetimeS: 3600,
      },
    }),
  };
}

const input = {
  channel,
  placed: [],
  outbox: [],
  self,
  federation: undefined,
  readUpTo: '',
  limit: 100,
};
const texts = (rows: readonly Row[]) =>
  rows.flatMap((row) => (row.kind === 'message' ? [row.placed.record.text] : []));

test('own entries stand at their place in the order; unsigned ones last; none twice', () => {
  const placed = [said(1), said(3, 'me'), said(5)];
  const outbox = [entry(0, 3), entry(1, 4), entry(2)];
  const rows = timelineRows({ ...input, placed, outbox });
  assert.deepEqual(texts(rows), ['text 1', 'text 3', 'entry 1', 'text 5', 'entry 2']);
  const own = rows.filter((row) => row.kind === 'message' && row.own);
  assert.deepEqual(
    own.map((row) => row.key),
    ['entry-0', 'entry-1', 'entry-2'],
  );
});

test('merging is the same in whatever order and however often things come', () => {
  const all = Array.from({ length: 20 }, (_, i) => said(i));
  const forwards = all.reduce<Placed[]>((rows, one) => merged(rows, [one]), []);
  const backwards = merged(merged(all.slice(10), all.slice(5, 15)), all.slice(0, 12).reverse());
  assert.deepEqual(backwards, forwards);
  const changed = said(7, 'bob', { nodes: 4 });
  assert.equal(merged(all, [changed])[7]!.record.nodes, 4);
});

test('one author goes on in a group; another one, a new role, a pause or a day begins anew', () => {
  const staff = said(21, 'bob', { role: 'staff' });
  const placed = [said(0), said(1), said(2, 'eve'), said(3), said(20), staff, said(24 * 60)];
  const rows = timelineRows({ ...input, placed });
  const groups = rows.flatMap((row) => (row.kind === 'message' ? [row.startsGroup] : []));
  assert.deepEqual(groups, [true, false, true, true, true, true, true]);
  assert.equal(rows.filter((row) => row.kind === 'day').length, 2);
});

test('the mark stands before the first unread message of others', () => {
  const placed = [said(1), said(2), said(3, 'me'), said(4)];
  const rows = timelineRows({ ...input, placed, readUpTo: said(2).orderHex });
  const at = rows.findIndex((row) => row.kind === 'new');
  assert.deepEqual(texts(rows.slice(at)), ['text 4']);
  const none = timelineRows({ ...input, placed, readUpTo: said(4).orderHex });
  assert.equal(
    none.some((row) => row.kind === 'new'),
    false,
  );
});

test('only the newest are drawn, and only writers are heard in announcements', () => {
  const placed = Array.from({ length: 300 }, (_, i) => said(i, i % 2 ? '00'.repeat(32) : 'eve'));
  assert.equal(texts(timelineRows({ ...input, placed })).length, 100);
  const announced = { ...channel, kind: 'announcement' } as const;
  const rows = timelineRows({ ...input, channel: announced, placed, limit: 1000 });
  assert.equal(texts(rows).length, 150);
});

test('a time is shown only as far as it can be true', () => {
  const arrivedMs = noon;
  const cases = [
    [noon - 5000, noon - 5000],
    [noon + 60_000, noon],
    [noon + 11 * 60_000, undefined],
    [Date.UTC(2200, 0), undefined],
    [0, undefined],
    [Date.UTC(1999, 11), undefined],
  ] as const;
  for (const [ms, shown] of cases) assert.equal(shownTime({ ms, arrivedMs }), shown);
});

test('one key at two sites, and two devices of one box, are different authors', () => {
  const at = (order: number, more: Partial<Placed['record']>) => said(order, 'me', more);
  const placed = [
    at(0, {}),
    at(1, { site: 'abc' }),
    at(2, { name: 'me', via: { client: 'door', node: 'A1' } }),
    at(3, { name: 'me', via: { client: 'lamp', node: 'A1' } }),
  ];
  const federation = { sites: new Map(), channels: new Map(), hears: () => true };
  const rows = timelineRows({ ...input, placed, federation: federation as never });
  const messages = rows.flatMap((row) => (row.kind === 'message' ? [row] : []));
  assert.deepEqual(
    messages.map(({ startsGroup }) => startsGroup),
    [true, true, true, true],
  );
  assert.deepEqual(
    messages.map(({ own }) => own),
    [true, false, true, true],
  );
});

test('another site is not heard without a policy that lets it in', () => {
  const placed = [said(0), said(1, 'mira', { site: 'abc' })];
  assert.deepEqual(texts(timelineRows({ ...input, placed })), ['text 0']);
});
