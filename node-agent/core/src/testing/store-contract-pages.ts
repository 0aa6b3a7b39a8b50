/**
 * The part of the store contract about reading: pages of a tag in the one order, and bundles of a
 * kind (step 3). Also while batches wait, and after reopening.
 */
import { BundleKind, Lane } from '../bundle/bundle.ts';
import type { PageQuery, SinceQuery, StoredBundle } from '../ports/store.ts';
import { shuffled } from './seeded-random.ts';
import { rowsOf, type StoreTest, type UnderTest } from './store-contract.ts';
import { entryOf } from './store-samples.ts';

export function storePageContract(test: StoreTest): void {
  paging(test);
  changing(test);
  kinds(test);
  arrivals(test);
}

/** An order key that begins with this number. */
function keyOf(number: number): Uint8Array {
  const key = new Uint8Array(25);
  new DataView(key.buffer).setUint32(2, number);
  return key;
}

function rowsOfPage({ harness }: UnderTest, query: PageQuery): number[] {
  return rowsOf(harness.store.page(query));
}

/** Ten bundles of one tag, whose order is that of their rows, put in another order. */
async function putTen(under: UnderTest): Promise<Uint8Array> {
  const { samples, commitOk } = under;
  const tag = samples.tags[0]!;
  const numbers = shuffled(samples.random, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const number of numbers) {
    await commitOk({ put: [samples.bundle({ row: number, tag, orderKey: keyOf(number * 10) })] });
  }
  return tag;
}

function paging(test: StoreTest): void {
  test('a page is newest first; before goes back, after goes on oldest first', async (under) => {
    const { harness, assert } = under;
    const tag = await putTen(under);
    for (let opened = 0; opened < 2; opened++) {
      const page = (query: Omit<PageQuery, 'tag'>) => rowsOfPage(under, { tag, ...query });
      assert.deepEqual(page({ limit: 3 }), [10, 9, 8]);
      assert.deepEqual(page({ limit: 3, before: keyOf(80) }), [7, 6, 5]);
      assert.deepEqual(page({ limit: 3, before: keyOf(81) }), [8, 7, 6]);
      assert.deepEqual(page({ limit: 99, before: keyOf(20) }), [1]);
      assert.deepEqual(page({ limit: 99, before: keyOf(10) }), []);
      assert.deepEqual(page({ limit: 3, after: keyOf(70) }), [8, 9, 10]);
      assert.deepEqual(page({ limit: 2, after: keyOf(69) }), [7, 8]);
      assert.deepEqual(page({ limit: 3, after: keyOf(100) }), []);
      assert.deepEqual(page({ limit: 3, after: new Uint8Array(0) }), [1, 2, 3]);
      assert.deepEqual(page({ limit: 2, after: keyOf(30), before: keyOf(20) }), [4, 5]);
      assert.deepEqual(page({ limit: 99, before: new Uint8Array(0) }), []);
      await harness.reopen();
    }
  });

  test('pages of another tag are another matter', async (under) => {
    const { samples, assert, commitOk } = under;
    const tags = [samples.tags[0]!, samples.tags[1]!, samples.random.bytes(16)];
    const put = Array.from({ length: 30 }, (_, i) => samples.bundle({ tag: tags[i % 2]! }));
    await commitOk({ put });
    for (const [i, tag] of tags.entries()) {
      const expected = put.filter((bundle) => bundle.tag === tag).length;
      assert.equal(rowsOfPage(under, { tag, limit: 99 }).length, expected, `tag ${i}`);
    }
  });

  test('paging to the end gives every bundle once, ties too', async (under) => {
    const { harness, samples, assert, commitOk } = under;
    const tag = samples.tags[0]!;
    const numbers = Array.from({ length: 600 }, (_, i) => (i * 7) % 601);
    for (let at = 0; at < numbers.length; at += 40) {
      const put = numbers
        .slice(at, at + 40)
        .map((number) => samples.bundle({ tag, orderKey: keyOf(number) }));
      await commitOk({ put });
    }
    const all: StoredBundle[] = [];
    let before: Uint8Array | undefined;
    for (;;) {
      const page = harness.store.page({ tag, limit: 50, ...(before && { before }) });
      if (page.length === 0) break;
      all.push(...page);
      before = page.at(-1)!.orderKey;
    }
    const sorted = numbers.toSorted((a, b) => b - a).map(keyOf);
    assert.deepEqual(
      all.map(({ orderKey }) => orderKey),
      sorted,
    );
    const twins = [1, 2, 3].map(() => samples.bundle({ tag, orderKey: keyOf(1000) }));
    await commitOk({ put: twins });
    assert.deepEqual(rowsOfPage(under, { tag, limit: 3 }), rowsOf(twins).reverse());
    assert.deepEqual(rowsOfPage(under, { tag, limit: 9, after: keyOf(999) }), rowsOf(twins));
  });
}

function changing(test: StoreTest): void {
  test('pages show what waits and not what is evicted or forgotten', async (under) => {
    const { harness, samples, assert } = under;
    const tag = await putTen(under);
    const { store } = harness;
    store.commit({ put: [samples.bundle({ row: 11, tag, orderKey: keyOf(55) })] }, () => {});
    store.commit({ evict: [6, 10], forget: [5, 9] }, () => {});
    for (let opened = 0; opened < 2; opened++) {
      assert.deepEqual(rowsOfPage(under, { tag, limit: 99 }), [8, 7, 11, 4, 3, 2, 1]);
      assert.deepEqual(rowsOfPage(under, { tag, limit: 9, after: keyOf(40) }), [11, 7, 8]);
      await harness.settle();
      await harness.reopen();
    }
  });

  test('a page holds whole bundles', async (under) => {
    const { harness, samples, assert, commitOk } = under;
    const tag = samples.tags[0]!;
    const put = samples.bundles(5, { tag }).map((bundle, i) => ({ ...bundle, orderKey: keyOf(i) }));
    await commitOk({ put });
    assert.deepEqual(harness.store.page({ tag, limit: 9 }), put.toReversed());
    assert.deepEqual(harness.store.page({ tag, limit: 9, after: keyOf(2) }), put.slice(3));
  });
}

function kinds(test: StoreTest): void {
  test('a page may ask for one kind', async (under) => {
    const { samples, assert, commitOk } = under;
    const tag = samples.tags[0]!;
    const put = Array.from({ length: 20 }, (_, i) =>
      samples.bundle({
        tag,
        orderKey: keyOf(i),
        kind: i % 5 === 0 ? BundleKind.profile : BundleKind.message,
      }),
    );
    await commitOk({ put });
    const kind = BundleKind.profile;
    assert.deepEqual(rowsOfPage(under, { tag, kind, limit: 3 }), [16, 11, 6]);
    assert.deepEqual(rowsOfPage(under, { tag, kind, limit: 3, before: keyOf(10) }), [6, 1]);
    assert.deepEqual(rowsOfPage(under, { tag, kind, limit: 1, after: keyOf(0) }), [6]);
    const other = BundleKind.channelDescription;
    assert.deepEqual(rowsOfPage(under, { tag, kind: other, limit: 3 }), []);
  });

  test('bundles of a kind come over all tags, newest row first', async (under) => {
    const { harness, samples, assert, commitOk } = under;
    const kind = BundleKind.channelDescription;
    const put = Array.from({ length: 30 }, (_, i) =>
      samples.bundle(i % 3 === 0 ? { kind } : { kind: BundleKind.message }),
    );
    await commitOk({ put: put.slice(0, 20), note: [samples.note({ kind })] });
    harness.store.commit({ put: put.slice(20), evict: [4], forget: [7] }, () => {});
    const ofKind = (limit: number) => rowsOf(harness.store.ofKind(kind, limit));
    assert.deepEqual(ofKind(99), [28, 25, 22, 19, 16, 13, 10, 1]);
    assert.deepEqual(ofKind(2), [28, 25]);
    assert.equal(harness.store.ofKind(BundleKind.message, 5).length, 5);
    assert.deepEqual(harness.store.ofKind(BundleKind.profile, 5), []);
    await harness.settle();
    await harness.reopen();
    assert.deepEqual(ofKind(99), [28, 25, 22, 19, 16, 13, 10, 1]);
    assert.deepEqual(harness.store.ofKind(kind, 1), [put[27]]);
  });
}

function arrivals(test: StoreTest): void {
  test('what arrived after a row, in the order of arrival, also of one lane', async (under) => {
    const { harness, samples, assert, commitOk } = under;
    const urgent = new Set([2, 5, 11]);
    for (let row = 1; row <= 12; row++) {
      const lane = urgent.has(row) ? Lane.urgent : Lane.normal;
      await commitOk({ put: [samples.bundle({ row, lane })] });
    }
    await commitOk({ note: [entryOf(samples.bundle({ row: 13, held: false }))], evict: [4] });
    await commitOk({ forget: [7] });
    for (let opened = 0; opened < 2; opened++) {
      const since = (query: SinceQuery) => rowsOf(harness.store.since(query));
      assert.deepEqual(since({ row: 0, limit: 5 }), [1, 2, 3, 5, 6]);
      assert.deepEqual(since({ row: 6, limit: 99 }), [8, 9, 10, 11, 12]);
      assert.deepEqual(since({ row: 7, limit: 1 }), [8]);
      assert.deepEqual(since({ row: 12, limit: 99 }), []);
      assert.deepEqual(since({ row: 0, limit: 99, lane: Lane.urgent }), [2, 5, 11]);
      assert.deepEqual(since({ row: 5, limit: 99, lane: Lane.urgent }), [11]);
      await harness.reopen();
    }
  });

  test('what waits to be synced is among what arrived', async (under) => {
    const { harness, samples, assert } = under;
    harness.store.commit({ put: [samples.bundle({ row: 1 })] }, () => {});
    assert.deepEqual(rowsOf(harness.store.since({ row: 0, limit: 9 })), [1]);
  });
}
