/** The book of credentials: made, kept, revoked, full, damaged, and under names that bite. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { SeededRandom } from '@muster/core/testing';
import { ClientBook } from '../../../src/mqtt/clients/client-book.ts';
import { mqttLimits } from '../../../src/mqtt/limits.ts';

const nothing = { read: [], write: [] };

function bookIn(context: TestContext): { readonly path: string; readonly open: () => ClientBook } {
  const folder = mkdtempSync(join(tmpdir(), 'muster-book-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'mqtt-clients.json');
  const random = new SeededRandom(3);
  const open = () => {
    const book = new ClientBook({ crypto: createSodiumCrypto(), random, path });
    book.load();
    return book;
  };
  return { path, open };
}

test('a credential outlives a restart, its password is nowhere', (context) => {
  const { path, open } = bookIn(context);
  const password = open().add('lamp', { read: ['rooms/#'], write: ['rooms/hall'] });
  assert.match(password, /^([A-Z2-7]{4}-){6}[A-Z2-7]{2}$/);
  assert.ok(!readFileSync(path, 'utf8').includes(password));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const again = open();
  assert.ok(again.admit('lamp', Buffer.from(password)));
  assert.equal(again.admit('lamp', Buffer.from(`${password}x`)), undefined);
  assert.equal(again.admit('lamp', Buffer.alloc(0)), undefined);
  assert.equal(again.admit('lamp', undefined), undefined);
  assert.equal(again.admit(undefined, Buffer.from(password)), undefined);
  assert.deepEqual(again.list(), [{ name: 'lamp', read: ['rooms/#'], write: ['rooms/hall'] }]);
});

test('who is revoked is told of and gone', (context) => {
  const { open } = bookIn(context);
  const book = open();
  const password = book.add('lamp', nothing);
  const told: string[] = [];
  const stop = book.onRevoked((name) => told.push(name));
  assert.equal(book.revoke('lamp'), true);
  assert.equal(book.revoke('lamp'), false);
  stop();
  assert.deepEqual(told, ['lamp']);
  assert.equal(open().admit('lamp', Buffer.from(password)), undefined);
});

test('names of object members are names like others', (context) => {
  const { open } = bookIn(context);
  const book = open();
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
    assert.equal(book.member(name), undefined);
    assert.equal(book.admit(name, Buffer.from('x')), undefined);
    const password = book.add(name, { read: [name], write: [] });
    assert.ok(open().admit(name, Buffer.from(password))?.grants.mayRead(name));
  }
});

test('refuses what it cannot keep', (context) => {
  const { open } = bookIn(context);
  const book = open();
  for (const name of ['', 'a/b', 'a b', '.x', 'x'.repeat(65), 'a\0']) {
    assert.throws(() => book.add(name, nothing), { code: 'mqtt-name' }, name);
  }
  const many = Array.from({ length: mqttLimits.grantsPerClientMax + 1 }, (_, at) => `a/${at}`);
  for (const read of [['a#'], ['$SYS/#'], ['$SYS'], [''], many]) {
    assert.throws(() => book.add('lamp', { read, write: [] }), { code: 'mqtt-grants' });
  }
  book.add('lamp', nothing);
  assert.throws(() => book.add('lamp', nothing), { code: 'mqtt-name-taken' });
});

test('damage is said and names the file', (context) => {
  const { path, open } = bookIn(context);
  open().add('lamp', nothing);
  const text = readFileSync(path, 'utf8');
  const damaged = [text.slice(0, -9), text.replace('"salt": "', '"salt": "A'), '{}', 'null', ''];
  for (const content of [...damaged, text.replace('"lamp"', '"la/mp"')]) {
    writeFileSync(path, content);
    assert.throws(open, { code: 'record-damaged' });
  }
});
