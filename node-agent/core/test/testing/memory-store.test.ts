import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommitOutcome } from '../../src/ports/store.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { MemoryStore } from '../../src/testing/memory-store.ts';
import { loadedFrom, storeContract } from '../../src/testing/store-contract.ts';
import { StoreSamples } from '../../src/testing/store-samples.ts';

async function make() {
  const clock = new FakeClock();
  let store = new MemoryStore({ clock });
  return {
    get store() {
      return store;
    },
    settle: async () => clock.advance(1_000),
    async reopen() {
      await store.close();
      store = store.crash({ clock });
    },
    async crash() {
      store = store.crash({ clock });
    },
    async fill(full: boolean) {
      const used = store.usage().usedBytes;
      store.contentBytesMax = full ? used : Number.POSITIVE_INFINITY;
    },
    stop: async () => {},
  };
}

storeContract({ name: 'memory store', make }, { test, assert });

function newStore(commitDelayMs = 20) {
  const clock = new FakeClock();
  const samples = new StoreSamples({ seed: 3 });
  return { clock, samples, store: new MemoryStore({ clock, commitDelayMs }) };
}

test('a commit is durable after the delay, not before', () => {
  const { clock, samples, store } = newStore();
  const outcomes: CommitOutcome[] = [];
  store.commit({ put: [samples.bundle()] }, (outcome) => outcomes.push(outcome));
  clock.advance(19);
  assert.deepEqual(outcomes, []);
  clock.advance(1);
  assert.deepEqual(outcomes, [{ ok: true }]);
});

test('after a crash nobody hears of what waited, and the old store is dead', () => {
  const { clock, samples, store } = newStore();
  const [a, b] = [samples.bundle(), samples.bundle()];
  store.commit({ put: [a] }, () => {});
  clock.advance(20);
  let heard = 0;
  store.commit({ put: [b] }, () => heard++);
  const after = store.crash({ clock });
  clock.advance(100);
  assert.equal(heard, 0);
  assert.equal(store.get(a.row), undefined);
  assert.deepEqual(after.get(a.row), a);
  assert.equal(after.get(b.row), undefined);
});

test('a crash may find batches on the disk that nobody was told of, oldest first', () => {
  const { clock, samples, store } = newStore();
  for (const bundle of samples.bundles(3)) store.commit({ put: [bundle] }, () => {});
  const after = store.crash({ clock, reachedDisk: 2 });
  assert.deepEqual(
    loadedFrom(after).entries.map(({ row }) => row),
    [1, 2],
  );
});

test('a failure leaves the batches around it', () => {
  const { clock, samples, store } = newStore();
  const outcomes: CommitOutcome[] = [];
  const note = (outcome: CommitOutcome) => outcomes.push(outcome);
  const [a, b, c] = samples.bundles(3);
  store.commit({ put: [a!] }, note);
  clock.advance(10);
  store.commit({ put: [b!], evict: [a!.row] }, note);
  clock.advance(5);
  store.commit({ put: [c!], forget: [b!.row] }, note);
  clock.advance(5);
  store.failure = 'io-error';
  clock.advance(10);
  store.failure = undefined;
  clock.advance(10);
  assert.deepEqual(outcomes, [{ ok: true }, { ok: false, reason: 'io-error' }, { ok: true }]);
  assert.deepEqual(store.get(a!.row), a);
  assert.equal(store.get(b!.row), undefined);
  assert.deepEqual(store.get(c!.row), c);
});
