/**
 * The part of the store contract about what is not a bundle: expired ids, authors, tickets, fork
 * proofs and named values (step 3).
 */
import { storeLimits } from '../limits.ts';
import type { ForkProof } from '../ports/store.ts';
import type { StoreTest, UnderTest } from './store-contract.ts';

export function storeValueContract(test: StoreTest): void {
  expiry(test);
  authors(test);
  tickets(test);
  proofs(test);
  values(test);
  usage(test);
}

function expiry(test: StoreTest): void {
  test('expired ids are remembered until their tick', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const prefixes = Array.from({ length: 4 }, () => samples.random.bytes(8));
    const expired = prefixes.map((prefix, i) => ({ prefix, forgetTickMs: (4 - i) * 1_000 }));
    await commitOk({ expired: [...expired, expired[0]!] });
    await commitOk({ expired: [expired[0]!] });
    const expected = expired
      .map(({ prefix, forgetTickMs }) => ({ prefix: Array.from(prefix), forgetTickMs }))
      .reverse();
    await harness.reopen();
    assert.deepEqual(loaded().expired, expected);
    await commitOk({ forgetExpiredUntilTickMs: 2_000 });
    await harness.reopen();
    assert.deepEqual(loaded().expired, expected.slice(2));
    const prefix = samples.random.bytes(8);
    const forgetTickMs = 2 ** 46;
    await commitOk({ expired: [{ prefix, forgetTickMs }], forgetExpiredUntilTickMs: 3_000 });
    assert.deepEqual(loaded().expired.slice(1), [{ prefix: Array.from(prefix), forgetTickMs }]);
  });
}

function authors(test: StoreTest): void {
  test('of an author the last record counts', async (under) => {
    const { harness, samples, assert, commitOk, loaded } = under;
    const [a, b] = [samples.random.bytes(32), samples.random.bytes(32)];
    const record = (author: Uint8Array, frozen: boolean, seqMax: number) => ({
      author,
      frozen,
      seqMax,
    });
    await commitOk({ authors: [record(a, false, -1), record(b, false, 3)] });
    await commitOk({ authors: [record(a, false, 1), record(a, true, 2 ** 48 - 1)] });
    await harness.reopen();
    const seen = loaded().authors.sort((x, y) => x.seqMax - y.seqMax);
    assert.deepEqual(seen, [
      { author: Array.from(b), frozen: false, seqMax: 3 },
      { author: Array.from(a), frozen: true, seqMax: 2 ** 48 - 1 },
    ]);
  });
}

function tickets(test: StoreTest): void {
  test('a ticket is found by its id, also while it waits', async (under) => {
    const { harness, samples, assert, commitOk } = under;
    const ticket = { id: samples.random.bytes(16), wire: samples.random.bytes(300) };
    const other = { id: samples.random.bytes(16), wire: samples.random.bytes(200) };
    harness.store.commit({ tickets: [ticket] }, () => {});
    assert.deepEqual(harness.store.ticket(ticket.id), ticket.wire);
    assert.equal(harness.store.ticket(other.id), undefined);
    await commitOk({ tickets: [other, ticket] });
    await harness.reopen();
    assert.deepEqual(harness.store.ticket(ticket.id), ticket.wire);
    assert.deepEqual(harness.store.ticket(other.id), other.wire);
  });
}

function newProof({ samples }: UnderTest, seq: number): ForkProof {
  const half = () => ({ signed: samples.random.bytes(450), signature: samples.random.bytes(64) });
  return { author: samples.random.bytes(32), seq, first: half(), second: half() };
}

function proofs(test: StoreTest): void {
  test('the first proof of an author stays', async (under) => {
    const { harness, assert, commitOk } = under;
    const [a, b] = [newProof(under, 4), newProof(under, 5)];
    await commitOk({ proofs: [a] });
    await commitOk({ proofs: [{ ...newProof(under, 6), author: a.author }, b] });
    await harness.reopen();
    const seen = harness.store.proofs(9).toSorted((x, y) => x.seq - y.seq);
    assert.deepEqual(seen, [a, b]);
    assert.equal(harness.store.proofs(1).length, 1);
  });

  test('proofs have a limit; at it no further one is kept', async (under) => {
    const { harness, assert, commitOk } = under;
    const all = Array.from({ length: storeLimits.forkProofsMax + 5 }, (_, i) => newProof(under, i));
    await commitOk({ proofs: all.slice(0, 600) });
    await commitOk({ proofs: all.slice(600) });
    await harness.reopen();
    const seqs = harness.store.proofs(9_999).map(({ seq }) => seq);
    assert.equal(seqs.length, storeLimits.forkProofsMax);
    assert.equal(Math.max(...seqs), storeLimits.forkProofsMax - 1);
  });
}

function values(test: StoreTest): void {
  test('values are set, replaced and deleted, and read while they wait', async (under) => {
    const { harness, samples, assert, commitOk } = under;
    const [one, two] = [Uint8Array.of(1), samples.random.bytes(storeLimits.valueBytesMax)];
    await commitOk({
      values: [
        ['a', one],
        ['b', one],
        ['empty', new Uint8Array(0)],
      ],
    });
    harness.store.commit(
      {
        values: [
          ['a', two],
          ['b', undefined],
          ['never', undefined],
        ],
      },
      () => {},
    );
    for (let opened = 0; opened < 2; opened++) {
      assert.deepEqual(harness.store.value('a'), two);
      assert.equal(harness.store.value('b'), undefined);
      assert.equal(harness.store.value('never'), undefined);
      assert.deepEqual(harness.store.value('empty'), new Uint8Array(0));
      await harness.settle();
      await harness.reopen();
    }
  });

  test('a value over its bound is refused with all of its batch', async (under) => {
    const { harness, samples, assert, commit, loaded } = under;
    const large = samples.random.bytes(storeLimits.valueBytesMax + 1);
    const outcome = await commit({ put: [samples.bundle()], values: [['a', large]] });
    assert.deepEqual(outcome, { ok: false, reason: 'io-error' });
    assert.equal(harness.store.value('a'), undefined);
    assert.deepEqual(loaded().entries, []);
  });
}

function usage(test: StoreTest): void {
  test('usage counts what is stored', async (under) => {
    const { harness, samples, assert, commitOk } = under;
    const before = harness.store.usage();
    await commitOk({ put: samples.bundles(200) });
    const after = harness.store.usage();
    const grown = after.usedBytes - before.usedBytes;
    assert.ok(grown >= 200 * 514, `grown by ${grown}`);
    assert.ok(after.freeBytes === undefined || after.freeBytes >= 0);
  });
}
