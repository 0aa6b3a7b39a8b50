/** Delivery hands everything over exactly as often as needed, at one node and at the next. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BundleKind, encodeMessage, fromHex, HybridClock } from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { webLimits } from '../src/limits.ts';
import { Delivery } from '../src/outbox/delivery.ts';
import { Outbox } from '../src/outbox/outbox.ts';
import { MemoryDatabase } from '../src/storage/memory-database.ts';
import { crypto, guestTicket, keyPair, site } from './support/site.ts';

interface Put {
  readonly ref: string;
  readonly signed: string;
  readonly ageMs: number;
  readonly ticket?: string;
}

const device = keyPair(3);
const nodeA = fromHex('aa'.repeat(32))!;
const nodeB = fromHex('bb'.repeat(32))!;
const ticket = guestTicket(device.publicKey);
/** At the next node the session runs under another ticket. */
const elsewhere = new Uint8Array(1);

async function phone(messages: number) {
  const db = new MemoryDatabase();
  await db.write(['meta'], async (tx) => tx.put('meta', 'ticket', ticket));
  const clock = new FakeClock();
  const random = new SeededRandom(1);
  const parts = { crypto, random, clock, hybrid: new HybridClock(), device, site };
  const outbox = new Outbox(db, parts, () => {});
  for (let i = 0; i < messages; i++) {
    const plain = encodeMessage({ name: 'Ada', text: `message ${i}` });
    await outbox.add({ tag: new Uint8Array(16), kind: BundleKind.message, plain });
  }
  const puts: Put[] = [];
  const send = (message: object) => puts.push(message as Put) > 0;
  const delivery = new Delivery({ outbox, clock, send });
  const held = (put: Put, nodes = 1) => {
    const id = outbox.entries[Number(put.ref)]!.bundle!.id;
    return delivery.onHeld({ type: 'held', id, nodes, ref: put.ref });
  };
  return { outbox, delivery, clock, puts, held };
}

test('puts are sent in order, a few at a time, until all are held', async () => {
  const { outbox, delivery, puts, held } = await phone(20);
  delivery.open(nodeA, ticket.wire);
  assert.equal(puts.length, webLimits.putsInFlightMax);
  for (let i = 0; i < 20; i++) await held(puts[i]!);
  assert.deepEqual(
    puts.map((put) => Number(put.ref)),
    Array.from({ length: 20 }, (_, i) => i),
  );
  assert.ok(outbox.entries.every((entry) => entry.state === 'held'));
});

test('after a lost connection what has no answer is put again, the same bytes', async () => {
  const { delivery, puts, held } = await phone(3);
  delivery.open(nodeA, ticket.wire);
  await held(puts[0]!);
  delivery.close();
  delivery.open(nodeA, ticket.wire);
  const again = puts.slice(3);
  assert.deepEqual(
    again.map((put) => put.ref),
    ['1', '2'],
  );
  assert.equal(again[0]!.signed, puts[1]!.signed);
});

test('at another node the phone hands over what only the first one held', async () => {
  const { outbox, delivery, puts, held } = await phone(2);
  delivery.open(nodeA, ticket.wire);
  for (const put of puts.slice(0, 2)) await held(put);
  delivery.close();
  delivery.open(nodeB, elsewhere);
  assert.deepEqual(
    puts.slice(2).map((put) => put.ref),
    ['0', '1'],
  );
  assert.deepEqual(
    puts.map((put) => put.ticket === undefined),
    [true, true, false, false],
  );
  for (const put of puts.slice(2, 4)) await held(put, 2);
  delivery.close();
  delivery.open(nodeA, ticket.wire);
  assert.equal(puts.length, 4);
  assert.ok(outbox.entries.every((entry) => entry.nodes === 2));
});

test('what has outlived its life is not carried to another node', async () => {
  const { delivery, clock, puts, held } = await phone(1);
  delivery.open(nodeA, ticket.wire);
  await held(puts[0]!);
  clock.advance(7 * 3_600_000);
  delivery.open(nodeB, elsewhere);
  assert.equal(puts.length, 1);
});

test('refused for now: it goes again later; refused for good: it says why', async () => {
  const { outbox, delivery, clock, puts, held } = await phone(2);
  delivery.open(nodeA, ticket.wire);
  const refusal = { type: 'refused', retryAfterMs: 10_000 } as const;
  await delivery.onRefused({ ...refusal, ref: '0', reason: 'quota-author', retry: true });
  assert.equal(outbox.entries[0]!.state, 'waiting');
  assert.equal(outbox.entries[0]!.reason, 'quota-author');
  clock.advance(9_999);
  delivery.pump();
  assert.equal(puts.length, 2);
  clock.advance(1);
  assert.equal(puts.length, 3);
  assert.equal(puts[2]!.ageMs, 10_000);
  await held(puts[2]!);
  await delivery.onRefused({ ...refusal, ref: '1', reason: 'too-large', retry: false });
  assert.equal(outbox.entries[1]!.state, 'refused');
  assert.equal(outbox.entries[1]!.reason, 'too-large');
  delivery.pump();
  assert.equal(puts.length, 3);
});

test('more nodes become known: the state says how many, and nothing is sent for it', async () => {
  const { outbox, delivery, puts, held } = await phone(1);
  delivery.open(nodeA, ticket.wire);
  await held(puts[0]!);
  const { id } = outbox.entries[0]!.bundle!;
  await delivery.onHeld({ type: 'held', id, nodes: 3, ref: '' });
  assert.equal(outbox.entries[0]!.nodes, 3);
  assert.equal(puts.length, 1);
});
