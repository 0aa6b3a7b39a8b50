/**
 * The part of the store contract about commits that fail: on a full disk, and by a mistake of the
 * caller (step 3). Nothing of such a batch is applied, and the batches around it are unharmed.
 */
import type { CommitOutcome, StoredBundle } from '../ports/store.ts';
import { rowsOf, type StoreTest } from './store-contract.ts';

export function storeFailureContract(test: StoreTest): void {
  test('on a full disk nothing of the batch is applied, and it recovers', async (under) => {
    const { harness, samples, assert, commit, commitOk, loaded } = under;
    const kept = samples.bundles(4, { signed: samples.random.bytes(30_000) });
    await commitOk({ put: kept });
    await harness.fill(true);
    const put = samples.bundles(40, { signed: samples.random.bytes(30_000) });
    const values: [string, Uint8Array][] = [['name', Uint8Array.of(1)]];
    assert.deepEqual(await commit({ put, values }), { ok: false, reason: 'disk-full' });
    assert.deepEqual(rowsOf(loaded().entries), rowsOf(kept));
    assert.equal(harness.store.value('name'), undefined);
    assert.equal(
      harness.store
        .page({ tag: put[0]!.tag, after: new Uint8Array(0), limit: 99 })
        .some(({ row }) => row > 4),
      false,
    );

    // What frees room is taken also now, and a newcomer in its place.
    await commitOk({ evict: [1, 2, 3] });
    await commitOk({ put: put.slice(0, 1) });
    assert.deepEqual(harness.store.get(put[0]!.row), put[0]);

    await harness.fill(false);
    await commitOk({ put: put.slice(1) });
    await harness.reopen();
    assert.deepEqual(rowsOf(loaded().entries), rowsOf([...kept, ...put]));
  });

  test('of many waiting commits a full disk fails only those that do not fit', async (under) => {
    const { harness, samples, assert } = under;
    await harness.fill(true);
    const outcomes: (readonly [string, boolean])[] = [];
    const note = (what: string) => (outcome: CommitOutcome) => outcomes.push([what, outcome.ok]);
    const large = samples.bundles(40, { signed: samples.random.bytes(30_000) });
    const value: readonly [string, Uint8Array] = ['name', Uint8Array.of(1)];
    harness.store.commit({ values: [value] }, note('value'));
    harness.store.commit({ put: large }, note('large'));
    harness.store.commit({ forget: [1] }, note('forget'));
    await harness.settle();
    assert.deepEqual(outcomes, [
      ['value', true],
      ['large', false],
      ['forget', true],
    ]);
    assert.deepEqual(Array.from(harness.store.value('name') ?? []), [1]);
    assert.equal(harness.store.get(large[0]!.row), undefined);
  });

  test('of many waiting commits only the mistaken one fails', async (under) => {
    const { harness, samples, assert, loaded } = under;
    const tag = samples.tags[0]!;
    const [a, b, c] = samples.bundles(3, { tag }) as [StoredBundle, StoredBundle, StoredBundle];
    const oks: boolean[] = [];
    const note = ({ ok }: CommitOutcome) => oks.push(ok);
    harness.store.commit({ put: [a, b] }, note);
    harness.store.commit({ put: [samples.bundle({ row: 9, tag }), samples.bundle(a)] }, note);
    harness.store.commit({ put: [c], evict: [b.row] }, note);
    const expected = rowsOf([a, c]);
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(rowsOf(harness.store.page({ tag, limit: 9 })).sort(), expected);
      await harness.settle();
    }
    assert.deepEqual(oks, [true, false, true]);
    assert.deepEqual(rowsOf(loaded().entries), rowsOf([a, b, c]));
  });
}
