/**
 * iblt.json against the core. In the exchanges each side is fed the bodies of the file, as another
 * implementation would send them, and must come to the outcome that stands there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, toHex } from '../../src/bytes/index.ts';
import {
  beginSequences,
  deriveSeeds,
  expectedCount,
  keyedMix,
  nextIndex,
  ReconcileInitiator,
  type ReconcileOutcome,
  ReconcileResponder,
  SymbolEncoder,
  shortIds,
  sketchOf,
} from '../../src/replication/iblt/index.ts';
import { bytes, load } from './load.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Outcome {
  readonly push: readonly number[];
  readonly wants: number;
}
type Side = 'initiator' | 'responder';
interface IbltFile {
  readonly key: string;
  readonly seeds: Readonly<Record<string, unknown>>;
  readonly items: readonly {
    readonly id: string;
    readonly shortId: string;
    readonly check: number;
    readonly indices: readonly number[];
  }[];
  readonly expectedCounts: readonly Readonly<Record<'itemCount' | 'index' | 'expected', number>>[];
  readonly symbols: Range & {
    readonly symbols: readonly {
      readonly sum: string;
      readonly check: number;
      readonly count: number;
    }[];
  };
  readonly sketch: Range & { readonly level: number; readonly counters: readonly number[] };
  readonly exchanges: readonly ({
    readonly name: string;
    readonly bodies: readonly { readonly from: Side; readonly body: string }[];
    readonly outcomes: Readonly<Record<Side, Outcome>>;
  } & Readonly<Record<Side, Range>>)[];
}

const file = load<IbltFile>('iblt.json');
const key = bytes(file.key);
const seeds = deriveSeeds(key);

/** As the file says: id k is k in four bytes, little-endian, eight times over. */
function idsFrom({ from, to }: Range): Uint8Array {
  const words = Array.from({ length: to - from }, (_, i) => Array(8).fill(from + i)).flat();
  return concat(...words.map((k) => Uint8Array.of(k, k >> 8, k >> 16, k >> 24)));
}

/** Two words as the eight bytes of the wire: lo first, each little-endian. */
function wireForm(hi: number, lo: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, lo, true);
  view.setUint32(4, hi, true);
  return toHex(new Uint8Array(view.buffer));
}

test('seeds, short ids, check sums and index sequences', () => {
  assert.equal(JSON.stringify(seeds), JSON.stringify(file.seeds));
  const ids = concat(...file.items.map(({ id }) => bytes(id)));
  assert.deepEqual(ids, idsFrom({ from: 0, to: file.items.length }));
  const { hi, lo } = shortIds(ids, key);
  const sequences = beginSequences(hi, lo);
  for (const [j, { shortId, check, indices }] of file.items.entries()) {
    assert.equal(wireForm(hi[j]!, lo[j]!), shortId);
    assert.equal(keyedMix(seeds.check, hi[j]!, lo[j]!), check);
    const walked = indices.map((_, i) => (i === 0 ? 0 : nextIndex(sequences, j)));
    assert.deepEqual(walked, indices);
  }
});

test('expected counts', () => {
  for (const { itemCount, index, expected } of file.expectedCounts) {
    assert.equal(expectedCount(itemCount, index), expected);
  }
});

test('coded symbols and the sketch', () => {
  const { symbols } = file.symbols;
  const encoder = new SymbolEncoder(shortIds(idsFrom(file.symbols), key), seeds.check);
  const made = encoder.next(symbols.length);
  for (const [i, { sum, check, count }] of symbols.entries()) {
    assert.equal(wireForm(made.sumHi[i]!, made.sumLo[i]!), sum);
    assert.equal(made.check[i], check);
    assert.equal(made.count[i], count);
  }
  const { level, counters } = file.sketch;
  const sketch = sketchOf(shortIds(idsFrom(file.sketch), key), { seed: seeds.sketch, level });
  assert.deepEqual([...sketch], counters);
});

for (const { name, bodies, outcomes, ...sets } of file.exchanges) {
  test(`exchange: ${name}`, () => {
    const options = (of: Side) => ({ ids: idsFrom(sets[of]), key, maxBodyBytes: 4_096 });
    const initiator = new ReconcileInitiator(options('initiator'));
    const responder = new ReconcileResponder(options('responder'));
    const sent = { initiator: initiator.start().map(toHex), responder: [] as string[] };
    const ended: Partial<Record<Side, ReconcileOutcome>> = {};
    for (const { from, body } of bodies) {
      const to = from === 'initiator' ? 'responder' : 'initiator';
      const answer = (to === 'responder' ? responder : initiator).receive(bytes(body));
      assert.ok(answer.ok);
      sent[to].push(...answer.value.send.map(toHex));
      if (answer.value.outcome) ended[to] = answer.value.outcome;
    }
    for (const side of ['initiator', 'responder'] as const) {
      const expected = bodies.filter(({ from }) => from === side).map(({ body }) => body);
      assert.deepEqual(sent[side], expected);
      assert.deepEqual([...(ended[side]?.push ?? [])], outcomes[side].push);
      assert.equal(ended[side]?.wants, outcomes[side].wants);
    }
  });
}
