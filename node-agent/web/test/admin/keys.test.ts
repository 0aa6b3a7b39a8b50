/** The admin key on the phone: sealed, opened, bound to its locks, locked when nobody is there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { AutoLock } from '../../src/admin/keys/auto-lock.ts';
import { passphraseFault } from '../../src/admin/keys/choose-passphrase.ts';
import {
  forgetAdminKey,
  loadAdminKey,
  saveAdminKey,
  saveCertificate,
} from '../../src/admin/keys/key-store.ts';
import { passkeyHindrance } from '../../src/admin/keys/passkey.ts';
import {
  type AdminKeyRecord,
  adminNameOf,
  openWithPasskey,
  openWithPassphrase,
  sealWithPasskey,
  sealWithPassphrase,
} from '../../src/admin/keys/sealed-key.ts';
import { adminTimes } from '../../src/admin/limits.ts';
import { MemoryDatabase } from '../../src/storage/memory-database.ts';
import { adminKey, certificateFor } from '../support/admin-node.ts';
import { crypto } from '../support/site.ts';

const cost = { opsLimit: 1, memBytes: 8 * 1024 };
const parts = {
  crypto,
  random: new SeededRandom(2),
  derive: async (...args: Parameters<typeof crypto.passwordKey>) => crypto.passwordKey(...args),
};

async function sealed(passphrase = 'correct horse'): Promise<AdminKeyRecord> {
  const lock = await sealWithPassphrase(parts, adminKey, { passphrase, cost });
  return { key: adminKey.publicKey, certificate: certificateFor(), passphrase: lock };
}

test('the right passphrase opens it, from whichever keyboard; a wrong one does not', async () => {
  const record = await sealed('Zürich 1234');
  for (const typed of ['Zürich 1234', 'Zu\u0308rich 1234', ' Zürich 1234 ']) {
    const opened = await openWithPassphrase(parts, record, typed);
    assert.deepEqual(opened?.secretKey, adminKey.secretKey);
  }
  assert.equal(await openWithPassphrase(parts, record, 'Zurich 1234'), undefined);
  assert.equal(await openWithPassphrase(parts, record, ''), undefined);
});

test('what lies on the disk holds no piece of the key', async () => {
  const record = { ...(await sealed()), passkey: sealWithPasskey(parts, adminKey, passkey) };
  const all = JSON.stringify(record, (_, value) => {
    return value instanceof Uint8Array ? toHex(value) : value;
  });
  const seed = toHex(adminKey.secretKey.slice(0, 32));
  for (let at = 0; at + 16 <= seed.length; at += 8)
    assert.ok(!all.includes(seed.slice(at, at + 16)));
});

const passkey = {
  credential: 'abc',
  input: new Uint8Array(32).fill(5),
  secret: new Uint8Array(32).fill(6),
};

test('a passkey opens it, and the boxes cannot be exchanged', async () => {
  const record = { ...(await sealed()), passkey: sealWithPasskey(parts, adminKey, passkey) };
  assert.deepEqual(openWithPasskey(crypto, record, passkey.secret)?.publicKey, record.key);
  assert.equal(openWithPasskey(crypto, record, new Uint8Array(32)), undefined);
  assert.equal(openWithPasskey(crypto, await sealed(), passkey.secret), undefined);
  const { nonce, box } = record.passphrase;
  const swapped = { ...record, passkey: { ...record.passkey, nonce, box } };
  assert.equal(openWithPasskey(crypto, swapped, passkey.secret), undefined);
  const other = { ...record, key: new Uint8Array(32) };
  assert.equal(openWithPasskey(crypto, other, passkey.secret), undefined);
});

test('it is kept, gets a certificate of its own and no other, and is forgotten', async () => {
  const db = new MemoryDatabase();
  assert.equal(await loadAdminKey(db), undefined);
  const record = { ...(await sealed()), certificate: new Uint8Array(0) };
  await saveAdminKey(db, record);
  await saveCertificate(db, new Uint8Array(8));
  assert.equal((await loadAdminKey(db))?.certificate.length, 0);
  await saveCertificate(db, certificateFor());
  assert.equal(adminNameOf((await loadAdminKey(db))!), 'Ada');
  await saveAdminKey(db, { ...record, key: new Uint8Array(32) });
  await saveCertificate(db, certificateFor());
  assert.equal((await loadAdminKey(db))?.certificate.length, 0);
  await forgetAdminKey(db);
  assert.equal(await loadAdminKey(db), undefined);
});

test('a passphrase is long enough and typed twice alike', () => {
  assert.equal(passphraseFault('123456789', '123456789'), 'short');
  assert.equal(passphraseFault('   1234567   ', '   1234567   '), 'short');
  assert.equal(passphraseFault('1234567890', '1234567891'), 'differ');
  assert.equal(passphraseFault('1234567890', '1234567890'), undefined);
});

test('fifteen quiet minutes lock it, touches put that off, sleep counts', () => {
  const clock = new FakeClock();
  let locked = 0;
  const lock = new AutoLock(clock, () => {
    locked++;
  });
  lock.touch();
  lock.start();
  for (let i = 0; i < 5; i++) {
    clock.advance(adminTimes.idleMsMax - 1);
    lock.touch();
  }
  assert.equal(locked, 0);
  clock.advance(adminTimes.idleMsMax);
  assert.equal(locked, 1);
  clock.advance(adminTimes.idleMsMax);
  assert.equal(locked, 1);
  lock.start();
  lock.stop();
  clock.advance(adminTimes.idleMsMax);
  assert.equal(locked, 1);
});

test('it says why a page cannot have passkeys', () => {
  const page = { isSecure: true, hostName: 'node.local', hasWebAuthn: true };
  assert.equal(passkeyHindrance(page), undefined);
  assert.equal(passkeyHindrance({ ...page, isSecure: false }), 'not-secure');
  assert.equal(passkeyHindrance({ ...page, hostName: '10.0.0.1' }), 'no-name');
  assert.equal(passkeyHindrance({ ...page, hostName: '[fd00::1]' }), 'no-name');
  assert.equal(passkeyHindrance({ ...page, hasWebAuthn: false }), 'no-passkeys');
});
