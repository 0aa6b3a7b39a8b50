import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/bytes/index.ts';
import { rootIssuer } from '../../src/identity/issued.ts';
import { trustLimits } from '../../src/limits.ts';
import { intBelow, SeededRandom, shuffled } from '../../src/testing/seeded-random.ts';
import { GuestAdmission } from '../../src/trust/site-rules.ts';
import { TrustBook } from '../../src/trust/trust-book.ts';
import { signTrustList } from '../../src/trust/trust-list.ts';
import {
  ada,
  adminOf,
  bob,
  byRoot,
  listBy,
  Power,
  root,
  rulesBy,
  site,
  withoutPower,
} from '../support/admins.ts';
import { crypto, keyPair } from '../support/crypto.ts';

const key = (byte: number) => keyPair(byte).publicKey;
const someone = key(40);
const other = key(41);

function book(...wires: readonly Uint8Array[]): TrustBook {
  const made = new TrustBook(crypto, root.publicKey);
  for (const wire of wires) made.adopt(wire);
  return made;
}

function answer(trust: TrustBook, wire: Uint8Array): string {
  const adopted = trust.adopt(wire);
  return adopted.ok ? 'adopted' : adopted.reason;
}

/** All that a book believes, to compare two of them. */
function beliefs(trust: TrustBook): unknown {
  return {
    epoch: trust.epoch,
    rules: trust.rules,
    documents: trust
      .documents()
      .map((wire) => toHex(wire))
      .sort(),
    count: trust.revokedCount,
  };
}

test('nothing is known at first', () => {
  const trust = book();
  assert.equal(trust.epoch, 0);
  assert.equal(trust.revoked.has(someone), false);
  assert.equal(trust.rules.guests, GuestAdmission.open);
  assert.deepEqual(trust.documents(), []);
});

test('the site revokes what any list does, and its epoch is the highest', () => {
  const trust = book(
    listBy(byRoot, 1, { epoch: 2 }),
    listBy(ada, 1, { epoch: 3, revoked: [someone] }),
    listBy(bob, 1, { revoked: [other] }),
  );
  assert.equal(trust.epoch, 3);
  assert.ok(trust.revoked.has(someone) && trust.revoked.has(other));
  assert.deepEqual(trust.revocationOf(someone)?.label, 'somebody');
  assert.equal(trust.lists.length, 3);
});

test('an old list is refused, of two equal revisions the greater bytes hold everywhere', () => {
  const older = listBy(ada, 1, { revoked: [someone] });
  const newer = listBy(ada, 2, {});
  const trust = book(newer);
  assert.equal(answer(trust, older), 'old');
  assert.equal(answer(trust, newer), 'old');
  assert.equal(
    trust.revoked.has(someone),
    false,
    'what is no longer in the list is revoked no more',
  );
  const twin = listBy(ada, 2, { revoked: [other] });
  assert.deepEqual(beliefs(book(newer, twin)), beliefs(book(twin, newer)));
});

test('who may not, cannot', () => {
  const stranger = rootIssuer(keyPair(9));
  const madeUp = adminOf(keyPair(24), { by: keyPair(9) });
  const elsewhere = { site: new Uint8Array(16) };
  const trust = book();
  assert.equal(answer(trust, listBy(stranger, 1)), 'foreign');
  assert.equal(answer(trust, listBy(madeUp, 1)), 'forged');
  assert.equal(answer(trust, listBy(withoutPower(Power.revoke), 1)), 'forged');
  assert.equal(answer(trust, rulesBy(withoutPower(Power.rules), 1)), 'forged');
  assert.equal(answer(trust, listBy(ada, 1, elsewhere)), 'foreign');
  assert.equal(answer(trust, rulesBy(ada, 1, elsewhere)), 'foreign');
  assert.equal(answer(trust, Uint8Array.of(1, 2, 3)), 'malformed');
  assert.deepEqual(trust.documents(), []);
});

test('only the root revokes another admin, whose list and rules count no more', () => {
  const trust = book(
    listBy(ada, 1, { epoch: 5, revoked: [someone] }),
    rulesBy(ada, Number.MAX_SAFE_INTEGER, { announcement: 'mine for ever' }),
    rulesBy(bob, 3, { announcement: 'hello' }),
    listBy(bob, 1, { revoked: [ada.key.publicKey] }),
  );
  assert.equal(trust.revoked.hasAdmin(ada.key.publicKey), false);
  assert.ok(trust.revoked.has(someone));
  assert.equal(trust.rules.announcement, 'mine for ever');

  trust.adopt(listBy(byRoot, 1, { revoked: [ada.key.publicKey] }));
  assert.ok(trust.revoked.hasAdmin(ada.key.publicKey));
  assert.equal(trust.revoked.has(someone), false);
  assert.equal(trust.epoch, 0);
  assert.equal(trust.rules.announcement, 'hello', 'no revision blocks the site');
  assert.equal(answer(trust, listBy(ada, 2)), 'revoked');
  assert.equal(answer(trust, rulesBy(ada, 2)), 'revoked');

  trust.adopt(listBy(byRoot, 2));
  assert.ok(trust.revoked.has(someone), 'it comes back when nothing forbids it');
});

test('an admin who revokes itself has spoken for the last time', () => {
  const farewell = listBy(ada, 2, { epoch: 4, revoked: [ada.key.publicKey, someone] });
  const thief = listBy(ada, 9, { epoch: 9, revoked: [other] });
  const trust = book(thief, farewell);
  assert.ok(trust.revoked.hasAdmin(ada.key.publicKey));
  assert.equal(trust.epoch, 0);
  assert.equal(trust.revoked.has(other) || trust.revoked.has(someone), false);
  assert.deepEqual(beliefs(trust), beliefs(book(farewell, thief)));
  assert.equal(answer(trust, thief), 'revoked');
  assert.equal(trust.documents().length, 1, 'and it is told on');
});

test('a list outlives the certificate of its admin, but names no later epoch', () => {
  const brief = adminOf(keyPair(25), { epoch: 3 });
  const list = listBy(brief, 1, { epoch: 3, revoked: [someone] });
  const later = listBy(byRoot, 1, { epoch: 7 });
  const trust = book(list, later);
  assert.ok(trust.revoked.has(someone), 'a new epoch brings nobody back');
  assert.equal(trust.epoch, 7);
  assert.deepEqual(beliefs(book(later, list)), beliefs(trust), 'nor at a new node');
  assert.equal(trust.documents().length, 2, 'and it is told on');
  trust.adopt(listBy(byRoot, 2, { epoch: 7, revoked: [brief.key.publicKey] }));
  assert.equal(trust.revoked.has(someone), false);
  assert.throws(() => listBy(brief, 2, { epoch: 4 }), RangeError);
  // Signed all the same, by a program that does not check.
  const late = { site, revision: 2, epoch: 4, revoked: [] };
  const wire = signTrustList(crypto, late, { ...byRoot, key: brief.key });
  assert.notEqual(answer(book(), wire), 'adopted');
});

test('rules of an admin whose certificate ended hold while there are no others', () => {
  const brief = adminOf(keyPair(25), { epoch: 3 });
  const byPass = rulesBy(brief, 9, { guests: GuestAdmission.pass });
  const later = listBy(byRoot, 1, { epoch: 7 });
  const trust = book(byPass, later);
  assert.equal(trust.rules.guests, GuestAdmission.pass, 'an epoch opens no doors');
  assert.deepEqual(beliefs(book(later, byPass)), beliefs(trust));
  trust.adopt(rulesBy(ada, 1, { guests: GuestAdmission.approval }));
  assert.equal(trust.rules.guests, GuestAdmission.approval, 'whatever its revision');
  trust.adopt(listBy(byRoot, 2, { revoked: [ada.key.publicKey, brief.key.publicKey] }));
  assert.equal(trust.rules.guests, GuestAdmission.open);
});

test('in whatever order documents come, all believe the same', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new SeededRandom(seed);
    const admins = [ada, bob, adminOf(keyPair(26), { epoch: 2 }), byRoot];
    const pick = (count: number) => intBelow(random, count);
    const keys = [someone, other, ada.key.publicKey, bob.key.publicKey];
    const wires = Array.from({ length: 14 }, () => {
      const issuer = admins[pick(4)]!;
      if (pick(3) === 0) return rulesBy(issuer, 1 + pick(4), { announcement: `${pick(3)}` });
      const revoked = keys.filter(() => pick(4) === 0);
      const epoch = pick(issuer === admins[2] ? 3 : 5);
      return listBy(issuer, 1 + pick(5), { epoch, revoked });
    });
    // Neighbours tell again what they hold until nothing is new.
    const settle = (trust: TrustBook) => {
      for (let i = 0; i < 3; i++) for (const wire of wires) trust.adopt(wire);
      return beliefs(trust);
    };
    const expected = settle(book(...wires));
    for (let i = 0; i < 5; i++) {
      assert.deepEqual(settle(book(...shuffled(random, wires))), expected, `seed ${seed}`);
    }
  }
});

test('places are bounded; the root always has one, and what counts no more makes room', () => {
  const trust = book();
  const admins = Array.from({ length: trustLimits.listsMax }, (_, i) => adminOf(keyPair(100 + i)));
  const answers = admins.map((admin) => answer(trust, listBy(admin, 1)));
  assert.deepEqual(
    answers.filter((reason) => reason !== 'adopted'),
    ['full'],
  );
  assert.equal(
    answer(trust, listBy(byRoot, 1, { revoked: [admins[3]!.key.publicKey] })),
    'adopted',
  );
  assert.equal(answer(trust, listBy(admins.at(-1)!, 1)), 'adopted');
});

test('a store gives back what was kept, and damage counts as none', () => {
  const values = new Map<string, Uint8Array>();
  const trust = book();
  for (const wire of [
    listBy(byRoot, 2, { epoch: 1, revoked: [bob.key.publicKey] }),
    listBy(ada, 1, { revoked: [someone] }),
    rulesBy(ada, 1, { announcement: 'hello' }),
  ]) {
    const adopted = trust.adopt(wire);
    assert.ok(adopted.ok);
    values.set(adopted.value.valueName, adopted.value.wire);
  }
  const again = book();
  again.load({ value: (name) => values.get(name) });
  assert.deepEqual(beliefs(again), beliefs(trust));
  for (const [name, wire] of values) values.set(name, wire.subarray(0, -1));
  const damaged = book();
  damaged.load({ value: (name) => values.get(name) });
  assert.deepEqual(beliefs(damaged), beliefs(book()));
});
