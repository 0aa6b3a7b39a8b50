import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as bodies from '../../../src/replication/iblt/bodies.ts';
import { BodyWriter } from '../../../src/replication/iblt/body-writer.ts';
import { CodedSymbols } from '../../../src/replication/iblt/coded-symbols.ts';
import { asksMax, itemsMax } from '../../../src/replication/iblt/constants.ts';
import type { ReconcileAnswer } from '../../../src/replication/iblt/exchange.ts';
import { symbolsMax } from '../../../src/replication/iblt/plan.ts';
import { ReconcileInitiator } from '../../../src/replication/iblt/reconcile-initiator.ts';
import { ReconcileResponder } from '../../../src/replication/iblt/reconcile-responder.ts';
import { deriveSeeds, type ShortIds, shortIds } from '../../../src/replication/iblt/short-ids.ts';
import { SymbolEncoder } from '../../../src/replication/iblt/symbol-encoder.ts';
import { expectedCount } from '../../../src/replication/iblt/symbol-wire.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { randomShortIds } from './sets.ts';

const { BodyKind } = bodies;
const key = new Uint8Array(16).fill(5);
const maxBodyBytes = 4_096;

const idsOf = (seed: number, count: number) => new SeededRandom(seed).bytes(count * 32);
const responderOf = (ids: Uint8Array) => new ReconcileResponder({ ids, key, maxBodyBytes });

/** An initiator that has sent its first body. */
function startedInitiator(ids: Uint8Array): ReconcileInitiator {
  const initiator = new ReconcileInitiator({ ids, key, maxBodyBytes });
  initiator.start();
  return initiator;
}

const verdict = (answer: ReconcileAnswer) => (answer.ok ? 'taken' : answer.reason);

/** A body of this kind with these varints. */
function body(kind: number, ...numbers: number[]): Uint8Array {
  const writer = new BodyWriter(1 + 5 * numbers.length);
  writer.byte(kind);
  for (const number of numbers) writer.varint(number);
  return writer.finish();
}

/** Symbols that say nothing, with counts as they are expected of `itemCount` items. */
function randomSymbols(
  random: SeededRandom,
  { first, count, itemCount }: { first: number; count: number; itemCount: number },
): CodedSymbols {
  const symbols = new CodedSymbols(first);
  symbols.extend(count);
  for (let at = 0; at < count; at++) {
    symbols.sumHi[at] = random.uint32();
    symbols.sumLo[at] = random.uint32();
    symbols.check[at] = random.uint32();
    symbols.count[at] = expectedCount(itemCount, first + at);
  }
  return symbols;
}

/** What a responder asks of a peer that sends noise whenever it is asked, until it has enough. */
function feedNoise(seed: number, { own, claimed }: { own: number; claimed: number }) {
  const random = new SeededRandom(seed);
  const responder = responderOf(idsOf(seed, own));
  const frame = { itemCount: claimed, maxBodyBytes };
  const symbolsOf = (first: number, count: number) =>
    randomSymbols(random, { first, count, itemCount: claimed });
  let sent = 24;
  let flight: readonly Uint8Array[] = [bodies.startBody(symbolsOf(0, sent), claimed)];
  const asked: number[] = [];
  let takenBytes = 0;
  for (;;) {
    let last: ReconcileAnswer | undefined;
    for (const sentBody of flight) {
      takenBytes += sentBody.length;
      last = responder.receive(sentBody);
      if (!last.ok) return { asked, takenBytes, end: last.reason };
    }
    if (!last?.ok || last.value.outcome !== undefined) return { asked, takenBytes, end: 'outcome' };
    const ask = last.value.send[0]!;
    asked.push(ask[0]!);
    assert.ok(asked.length <= asksMax, `asked ${asked}`);
    const left = symbolsMax(claimed) - sent;
    if (ask[0] === BodyKind.askList) {
      flight = bodies.listBodies(randomShortIds(random, claimed), maxBodyBytes);
    } else if (ask[0] === BodyKind.list) {
      flight = bodies.wantBitsBodies(new Uint8Array(Math.ceil(own / 8)), {
        pushes: 0,
        maxBodyBytes,
      });
    } else {
      const more = ask[0] === BodyKind.more ? ask[1]! & 0x7f : left;
      const count = ask[0] === BodyKind.more && ask[1]! > 0x7f ? more + 128 * ask[2]! : more;
      flight = bodies.symbolBodies(symbolsOf(sent, count), frame);
      sent += count;
    }
  }
}

test('noise in place of symbols ends within the rounds and bytes that the claim allows', () => {
  for (const [own, claimed] of [
    [1_000, 1_000],
    [5_000, 200],
    [200, 5_000],
    [3_000, 60],
    [0, 100],
    [20_000, 20_000],
  ] as const) {
    for (let seed = 0; seed < 5; seed++) {
      const { takenBytes, end } = feedNoise(seed, { own, claimed });
      assert.ok(end === 'outcome' || end === 'peer-lies', end);
      assert.ok(takenBytes <= 20 * claimed + own + 1_000, `${takenBytes} bytes of ${claimed}`);
    }
  }
});

test('a claim beyond every limit is a lie, before anything is done for it', () => {
  for (const claimed of [itemsMax + 1, 2 ** 31 - 1]) {
    const shape = { first: 0, count: 5, itemCount: claimed };
    const start = bodies.startBody(randomSymbols(new SeededRandom(1), shape), claimed);
    assert.equal(verdict(responderOf(idsOf(2, 100)).receive(start)), 'peer-lies');
    const list = body(BodyKind.list, claimed);
    assert.equal(verdict(responderOf(idsOf(2, 100)).receive(list)), 'peer-lies');
  }
});

test('the largest claim against a small set is answered by that set', () => {
  const { asked, end } = feedNoise(3, { own: 10, claimed: itemsMax });
  assert.deepEqual(asked, [BodyKind.list]);
  assert.equal(end, 'outcome');
});

test('more symbols than the claimed set may need are a lie', () => {
  const noise = (count: number) =>
    randomSymbols(new SeededRandom(4), { first: 0, count, itemCount: 3 });
  const start = (count: number) => bodies.startBody(noise(count), 3);
  assert.equal(verdict(responderOf(idsOf(5, 100)).receive(start(symbolsMax(3)))), 'taken');
  assert.equal(verdict(responderOf(idsOf(5, 100)).receive(start(symbolsMax(3) + 1))), 'peer-lies');
});

/** The prefixes (lo halves) of some items, rising. */
function prefixesOf(items: ShortIds, count: number): Uint32Array {
  return items.lo.slice(0, count).sort();
}

test('wants that make no sense', () => {
  const ids = idsOf(6, 300);
  const items = shortIds(ids, key);
  const answer = (wants: Uint32Array, pushes = 0) => {
    const sent = bodies.wantsBodies(wants, { pushes, maxBodyBytes });
    return startedInitiator(ids).receive(sent[0]!);
  };
  const some = prefixesOf(items, 20);
  const taken = answer(some, 7);
  assert.ok(taken.ok && taken.value.outcome?.push.length === 20);
  assert.equal(taken.value.outcome.wants, 7);
  assert.equal(verdict(answer(some.toReversed())), 'malformed');
  assert.equal(verdict(answer(Uint32Array.of(some[0]!, some[0]!))), 'malformed');
  const unknown = items.lo.includes(1) ? 2 : 1;
  assert.equal(verdict(answer(Uint32Array.of(unknown, ...some))), 'peer-lies');
  assert.equal(verdict(answer(Uint32Array.from({ length: 301 }, (_, i) => i))), 'peer-lies');
  assert.equal(verdict(answer(some, itemsMax + 1)), 'peer-lies');
});

test('want bits that do not fit the list', () => {
  const answer = (bits: number[], pushes = 0) => {
    const sent = bodies.wantBitsBodies(Uint8Array.from(bits), { pushes, maxBodyBytes });
    return startedInitiator(idsOf(7, 12)).receive(sent[0]!);
  };
  const taken = answer([0b101, 0b1000]);
  assert.ok(taken.ok);
  assert.deepEqual([...(taken.value.outcome?.push ?? [])], [0, 2, 11]);
  assert.equal(verdict(answer([0, 0b1_0000])), 'malformed');
  assert.equal(verdict(answer([0])), 'peer-lies');
  assert.equal(verdict(answer([0, 0, 0])), 'peer-lies');
  assert.equal(verdict(answer([0, 0], itemsMax + 1)), 'peer-lies');
});

test('an initiator is not made to send for ever, nor more than its set is worth', () => {
  const ids = idsOf(8, 1_000);
  const initiator = startedInitiator(ids);
  let sentBytes = 0;
  let asks = 0;
  for (;;) {
    const answer = initiator.receive(bodies.moreBody(60));
    if (!answer.ok) {
      assert.equal(answer.reason, 'peer-lies');
      break;
    }
    asks += 1;
    sentBytes += answer.value.send.reduce((sum, sent) => sum + sent.length, 0);
  }
  assert.ok(asks <= asksMax && sentBytes < 20 * 1_000);
  for (const count of [0, symbolsMax(1_000), 2 ** 32 - 1]) {
    assert.equal(verdict(startedInitiator(ids).receive(bodies.moreBody(count))), 'peer-lies');
  }
  assert.equal(verdict(startedInitiator(ids).receive(body(BodyKind.more, 5, 5))), 'malformed');
  assert.equal(verdict(startedInitiator(ids).receive(body(BodyKind.askList, 0))), 'malformed');
});

test('a sketch of a huge difference gets a list, and only one sketch is taken', () => {
  const ids = idsOf(9, 1_000);
  const initiator = startedInitiator(ids);
  const answer = initiator.receive(bodies.sketchBody(new Int32Array(64).fill(itemsMax)));
  assert.ok(answer.ok && answer.value.send.every((sent) => sent[0] === BodyKind.list));
  const again = startedInitiator(ids);
  const honest = bodies.sketchBody(new Int32Array(64));
  assert.ok(again.receive(honest).ok);
  assert.equal(verdict(again.receive(honest)), 'unexpected');
  const over = bodies.sketchBody(new Int32Array(64).fill(-itemsMax - 1));
  assert.equal(verdict(startedInitiator(ids).receive(over)), 'peer-lies');
  const longer = Uint8Array.of(...honest, 0);
  assert.equal(verdict(startedInitiator(ids).receive(longer)), 'malformed');
});

test('a series that stalls, changes its length or breaks off', () => {
  const stalled = responderOf(idsOf(10, 50));
  assert.equal(verdict(stalled.receive(body(BodyKind.list, 3))), 'malformed');
  const two = bodies.listBodies(randomShortIds(new SeededRandom(11), 100), 512);
  const changed = responderOf(idsOf(10, 50));
  assert.equal(verdict(changed.receive(two[0]!)), 'taken');
  assert.equal(verdict(changed.receive(two[0]!)), 'peer-lies');
  const broken = responderOf(idsOf(10, 50));
  assert.equal(verdict(broken.receive(two[0]!)), 'taken');
  const start = bodies.startBody(
    new SymbolEncoder(randomShortIds(new SeededRandom(1), 50), 1).next(9),
    50,
  );
  assert.equal(verdict(broken.receive(start)), 'unexpected');
  const beyond = Uint8Array.of(...body(BodyKind.list, 1), ...new Uint8Array(16).fill(1));
  assert.equal(verdict(responderOf(idsOf(10, 50)).receive(beyond)), 'malformed');
});

test('listing an item twice, or items that crowd one place, is a lie', () => {
  const one = randomShortIds(new SeededRandom(12), 1);
  const twice = {
    hi: Uint32Array.of(one.hi[0]!, one.hi[0]!),
    lo: Uint32Array.of(one.lo[0]!, one.lo[0]!),
  };
  const [list] = bodies.listBodies(twice, maxBodyBytes);
  assert.equal(verdict(responderOf(idsOf(13, 50)).receive(list!)), 'peer-lies');
  const crowd = {
    hi: Uint32Array.from({ length: 400 }, (_, i) => i),
    lo: new Uint32Array(400).fill(9),
  };
  const [crowded] = bodies.listBodies(crowd, maxBodyBytes);
  assert.equal(verdict(responderOf(idsOf(13, 50)).receive(crowded!)), 'peer-lies');
});

test('symbols of items that crowd one place are a lie', () => {
  const crowd = {
    hi: Uint32Array.from({ length: 600 }, (_, i) => i + 1),
    lo: new Uint32Array(600).fill(9),
  };
  const encoder = new SymbolEncoder(crowd, deriveSeeds(key).check);
  // As many items as the responder has, so that it asks for symbols and not for a list.
  const responder = responderOf(idsOf(14, 6_000));
  const counted = new SymbolEncoder(shortIds(idsOf(14, 6_000), key), deriveSeeds(key).check);
  const forged = (count: number) => {
    const common = counted.next(count);
    const more = encoder.next(count);
    for (let at = 0; at < count; at++) {
      common.sumHi[at]! ^= more.sumHi[at]!;
      common.sumLo[at]! ^= more.sumLo[at]!;
      common.check[at]! ^= more.check[at]!;
      common.count[at]! += more.count[at]!;
    }
    return common;
  };
  const asked = responder.receive(bodies.startBody(forged(24), 6_600));
  assert.ok(asked.ok && asked.value.send[0]![0] === BodyKind.sketch);
  const sent = bodies.symbolBodies(forged(1_200), { itemCount: 6_600, maxBodyBytes });
  const last = sent.map((symbols) => responder.receive(symbols)).at(-1)!;
  assert.equal(verdict(last), 'peer-lies');
});
