/**
 * The part of the store contract about entries and batches: what is put, noted, evicted and
 * forgotten, when it is durable, and what a crash leaves (step 3).
 */
import { BundleKind, Lane } from '../bundle/bundle.ts';
import { Role } from '../identity/role.ts';
import type { CommitOutcome, StoredBundle, StoreEntry } from '../ports/store.ts';
import { rowsOf, type StoreTest } from './store-contract.ts';
import { entryOf } from './store-samples.ts';

export function storeEntryContract(test: StoreTest): void {
  flags(test);
  fields(test);
  batches(test);
  order(test);
}

function flags(test: StoreTest): void {
  test('a bundle that was put is held, here and after reopening', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const bundles = samples.bundles(3);
    await commitOk({ put: bundles });
    for (let opened = 0; opened < 2; opened++) {
      for (const bundle of bundles) assert.deepEqual(harness.store.get(bundle.row), bundle);
      assert.deepEqual(loaded().entries, bundles.map(entryOf));
      await harness.reopen();
    }
  });

  test('a note is an entry without content', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const [bundle, note] = [samples.bundle(), samples.note()];
    await commitOk({ put: [bundle], note: [note] });
    await harness.reopen();
    assert.equal(harness.store.get(note.row), undefined);
    assert.deepEqual(loaded().entries, [entryOf(bundle), note]);
  });

  test('what is evicted stays as an entry; what is forgotten goes wholly', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const [a, b, c, d] = samples.bundles(4) as [StoredBundle, StoredBundle, ...StoredBundle[]];
    const note = samples.note();
    await commitOk({ put: [a, b, c!, d!], note: [note] });
    await commitOk({ evict: [a.row, b.row], forget: [b.row, c!.row, note.row] });
    const left: StoreEntry[] = [{ ...entryOf(a), held: false }, entryOf(d!)];
    for (let opened = 0; opened < 2; opened++) {
      for (const gone of [a, b, c!, note]) assert.equal(harness.store.get(gone.row), undefined);
      assert.deepEqual(harness.store.get(d!.row), d);
      assert.deepEqual(loaded().entries, left);
      await harness.reopen();
    }
  });

  test('evicting and forgetting again, or what was never there, changes nothing', async (under) => {
    const { samples, assert, commitOk, loaded } = under;
    const [a, b] = samples.bundles(2) as [StoredBundle, StoredBundle];
    await commitOk({ put: [a, b] });
    await commitOk({ evict: [a.row, 4_000_000] });
    await commitOk({ evict: [a.row, a.row], forget: [77, 4_000_000] });
    assert.deepEqual(loaded().entries, [{ ...entryOf(a), held: false }, entryOf(b)]);
  });
}

function fields(test: StoreTest): void {
  test('every field keeps its value at both ends of its range', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const highest = {
      kind: 47 as BundleKind,
      lane: Lane.bulk,
      role: Role.foreign,
      seq: 2 ** 48 - 1,
      hops: 255,
      ageMs: 14 * 86_400_000,
      arrivedTickMs: 2 ** 45,
      expiresTickMs: 2 ** 45 + 14 * 86_400_000,
      arrivedUnixMs: 2 ** 47,
      orderKey: new Uint8Array(25).fill(255),
    };
    const lowest = {
      kind: BundleKind.message,
      lane: Lane.urgent,
      role: Role.guest,
      seq: 0,
      hops: 0,
      ageMs: 0,
      arrivedTickMs: 0,
      expiresTickMs: 0,
      arrivedUnixMs: 0,
      orderKey: new Uint8Array(25),
    };
    const put = [
      samples.bundle({ ...lowest, row: 1, signedBytes: 1 }),
      samples.bundle({ ...highest, row: 2 ** 40, signedBytes: 33_024 }),
    ];
    await commitOk({ put, note: [samples.note({ ...highest, row: 2 ** 40 + 1 })] });
    await harness.reopen();
    for (const bundle of put) assert.deepEqual(harness.store.get(bundle.row), bundle);
    assert.deepEqual(loaded().entries.slice(0, 2), put.map(entryOf));
  });

  test('large and small content, two hundred at once and one by one', async (under) => {
    const { harness, samples, assert, commitOk } = under;
    const sizes = Array.from({ length: 200 }, (_, i) => 1 + ((i * i * 31) % 33_000));
    const put = sizes.map((signedBytes) => samples.bundle({ signedBytes }));
    await commitOk({ put });
    for (const signedBytes of sizes.slice(0, 10)) {
      const bundle = samples.bundle({ signedBytes });
      put.push(bundle);
      await commitOk({ put: [bundle] });
    }
    await harness.reopen();
    for (const bundle of put) assert.deepEqual(harness.store.get(bundle.row), bundle);
  });
}

function batches(test: StoreTest): void {
  test('reads see a batch before it is durable', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const [a, b, c] = samples.bundles(3) as [StoredBundle, StoredBundle, StoredBundle];
    await commitOk({ put: [a] });
    const { store } = harness;
    store.commit({ put: [b], note: [samples.note({ row: 9 })] }, () => {});
    store.commit({ put: [{ ...c, row: 10 }], evict: [a.row] }, () => {});
    assert.equal(store.get(a.row), undefined);
    assert.deepEqual(store.get(b.row), b);
    assert.deepEqual(rowsOf(loaded().entries), [1, 2, 9, 10]);
    store.commit({ forget: [b.row] }, () => {});
    assert.equal(store.get(b.row), undefined);
    assert.deepEqual(rowsOf(loaded().entries), [1, 9, 10]);
    await harness.settle();
  });

  test('one batch may hold every change at once', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const [a, b, c, d] = samples.bundles(4) as [StoredBundle, StoredBundle, ...StoredBundle[]];
    await commitOk({ put: [a, b] });
    // A row that is put and goes in the same batch is gone.
    await commitOk({
      put: [c!, d!],
      note: [samples.note()],
      evict: [a.row, c!.row],
      forget: [b.row],
    });
    await harness.reopen();
    assert.deepEqual(rowsOf(loaded().entries), [1, 3, 4, 5]);
    assert.deepEqual(
      loaded().entries.map(({ held }) => held),
      [false, false, true, false],
    );
  });

  test('a row number that is taken is refused, and nothing of its batch applied', async (under) => {
    const { harness, samples, assert, commit, commitOk, loaded } = under;
    const [a, b] = samples.bundles(2) as [StoredBundle, StoredBundle];
    await commitOk({ put: [a, b] });
    for (const row of [a.row, b.row]) {
      const put = [samples.bundle({ row: 10 + row }), samples.bundle({ row })];
      const values: [string, Uint8Array][] = [['name', Uint8Array.of(1)]];
      assert.deepEqual(await commit({ put, values }), { ok: false, reason: 'io-error' });
    }
    assert.equal(harness.store.value('name'), undefined);
    assert.deepEqual(harness.store.get(a.row), a);
    assert.deepEqual(rowsOf(loaded().entries), [a.row, b.row]);
    await commitOk({ put: [samples.bundle({ row: 12 })] });
  });

  test('a lower row that was skipped may come later, as after a refused commit', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const put = [5, 7, 8, 2, 6, 1].map((row) => samples.bundle({ row }));
    await commitOk({ put: put.slice(0, 3) });
    for (const bundle of put.slice(3)) await commitOk({ put: [bundle] });
    await commitOk({ evict: [7], forget: [5] });
    await harness.reopen();
    assert.deepEqual(rowsOf(loaded().entries), [1, 2, 6, 7, 8]);
    for (const bundle of put.filter(({ row }) => row !== 5 && row !== 7)) {
      assert.deepEqual(harness.store.get(bundle.row), bundle);
    }
  });
}

function order(test: StoreTest): void {
  test('onDurable comes once for each commit, in their order, never from within', async (under) => {
    const { harness, samples, assert } = under;
    const heard: number[] = [];
    let within = true;
    for (let i = 0; i < 500; i++) {
      const batch = i % 5 === 0 ? {} : { put: [samples.bundle()] };
      harness.store.commit(batch, (outcome) => {
        assert.equal(within, false);
        assert.deepEqual(outcome, { ok: true });
        heard.push(i);
      });
    }
    within = false;
    await harness.settle();
    assert.deepEqual(
      heard,
      Array.from({ length: 500 }, (_, i) => i),
    );
  });

  test('onDurable may commit again', async (under) => {
    const { harness, samples, assert } = under;
    const heard: number[] = [];
    const next = () => {
      const bundle = samples.bundle();
      harness.store.commit({ put: [bundle] }, () => {
        heard.push(bundle.row);
        if (heard.length < 5) next();
      });
    };
    next();
    while (heard.length < 5) await harness.settle();
    assert.deepEqual(heard, [1, 2, 3, 4, 5]);
  });

  test('close commits what waits; later commits are answered closed', async (under) => {
    const { harness, samples, assert, commit } = under;
    const outcomes: CommitOutcome[] = [];
    const bundles = samples.bundles(3);
    for (const bundle of bundles) {
      harness.store.commit({ put: [bundle] }, (outcome) => outcomes.push(outcome));
    }
    await harness.store.close();
    assert.deepEqual(outcomes, [{ ok: true }, { ok: true }, { ok: true }]);
    const late = await commit({ put: [samples.bundle()] });
    assert.deepEqual(late, { ok: false, reason: 'closed' });
    await harness.store.close();
    assert.equal(harness.store.get(1), undefined);
    await harness.reopen();
    for (const bundle of bundles) assert.deepEqual(harness.store.get(bundle.row), bundle);
  });

  test('a crash loses only what was not yet durable, whole batches of it', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const durable = samples.bundles(5);
    await commitOk({ put: durable });
    const late = Array.from({ length: 4 }, () => samples.bundles(3));
    for (const put of late) harness.store.commit({ put, evict: [put[0]!.row - 3] }, () => {});
    await harness.crash();
    const rows = rowsOf(loaded().entries);
    assert.deepEqual(rows.slice(0, 5), rowsOf(durable));
    assert.equal((rows.length - 5) % 3, 0);
    const whole = late.slice(0, (rows.length - 5) / 3).flat();
    assert.deepEqual(rows.slice(5), rowsOf(whole));
    await commitOk({ put: [samples.bundle({ row: 100 })] });
  });
}
