/**
 * `muster site` and `muster vault` without an agent: a site made, proven, recovered from its words,
 * and an open root key put away.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startAgent, temporaryFolder } from '../support/real-agent.ts';
import { muster } from '../support/run-muster.ts';

const passphrase = 'four words are good';

function place(t: TestContext) {
  const data = temporaryFolder(t);
  const file = join(temporaryFolder(t), 'passphrase');
  writeFileSync(file, `${passphrase}\nnot this line\n`);
  const own = ['--data', data, '--passphrase-file', file];
  return { data, file, own };
}

function wordsIn(out: string): string {
  const lines = out.split('\n').filter((line) => /^ {2,4}\d/.test(line));
  return [...lines.join(' ').matchAll(/\d+ ([a-z]{3,8})/g)].map(([, word]) => word).join(' ');
}

test('a site is made sealed, with a first node; vault and words prove themselves', async (t) => {
  const { data, own } = place(t);
  const made = await muster(['site', 'create', 'Harbour', '--also-node', 'box', '--yes', ...own]);
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /The site Harbour is made\.\n.*\nThis machine is its node box\./);
  assert.ok(!existsSync(join(data, 'site.key')));
  assert.ok(!made.out.includes(passphrase));
  for (const name of ['admin.vault', 'node.key', 'site-book.json']) {
    assert.equal(statSync(join(data, name)).mode & 0o777, 0o600, name);
  }
  const checked = await muster(['vault', 'check', ...own]);
  const proven = /its keys are those of Harbour\.\n.*in it.*\n {2}Admin {2}admin: nodes,/;
  assert.match(checked.out, proven);
  const words = wordsIn(made.out);
  assert.equal(words.split(' ').length, 24);
  const asked = ['vault', 'check', '--words-file', '-', '--data', data];
  assert.match((await muster(asked, { input: words })).out, /The words are those of Harbour/);
  const swapped = words.split(' ').reverse().join(' ');
  const wrong = await muster(asked, { input: swapped });
  assert.deepEqual([wrong.code, wrong.out], [1, '']);
  const again = await muster(['site', 'create', 'Other', '--yes', ...own]);
  assert.match(again.err, /has a site already: Harbour/);
});

test('programs get no words; the sheet is written where it is asked for', async (t) => {
  const { data, own } = place(t);
  const made = await muster(['site', 'create', 'Harbour', '--yes', '--json', ...own]);
  assert.deepEqual(Object.keys(JSON.parse(made.out)), ['site', 'folder', 'admin']);
  const sheet = join(temporaryFolder(t), 'sheet.html');
  assert.equal((await muster(['vault', 'sheet', sheet, ...own])).code, 0);
  assert.equal(statSync(sheet).mode & 0o777, 0o600);
  assert.match(readFileSync(sheet, 'utf8'), /Harbour[\s\S]*<svg/);
  assert.ok(readdirSync(data).every((name) => !name.endsWith('.html')));
});

test('the passphrase: wrong, missing, weak, changed', async (t) => {
  const { data, own, file } = place(t);
  await muster(['site', 'create', 'Harbour', '--yes', ...own]);
  const check = ['vault', 'check', '--data', data];
  const nobody = await muster(check);
  assert.match(nobody.err, /passphrase of the vault is needed\n {2}.*--passphrase-file/);
  const wrong = await muster([...check, '--passphrase-file', '-'], { input: 'something else\n' });
  assert.match(wrong.err, /does not open/);
  const byVariable = { environment: { MUSTER_PASSPHRASE_FILE: file } };
  assert.equal((await muster(check, byVariable)).code, 0);
  const other = join(temporaryFolder(t), 'other');
  writeFileSync(other, 'short');
  const change = ['vault', 'passphrase', '--new-passphrase-file', other, ...own];
  assert.match((await muster(change)).err, /cannot be used\n {2}.*10 characters/);
  writeFileSync(other, 'another good one');
  assert.equal((await muster(change)).code, 0);
  assert.equal((await muster([...check, '--passphrase-file', other])).code, 0);
  assert.equal((await muster([...check, '--passphrase-file', file])).code, 1);
});

test('an open root key is sealed, and the words bring a lost vault back elsewhere', async (t) => {
  const { data, own, file } = place(t);
  const agent = await startAgent(t, { folder: data });
  await agent.stop();
  const sealed = await muster(['site', 'protect', '--admin', 'Ada', '--yes', ...own]);
  assert.equal(sealed.code, 0, sealed.err);
  assert.ok(!existsSync(join(data, 'site.key')));
  assert.match((await muster(['site', 'protect', '--yes', ...own])).err, /sealed already/);
  const doctor = await muster(['doctor', '--data', data]);
  assert.match(doctor.out, /ok +trust +keys sealed in admin\.vault/);
  const elsewhere = temporaryFolder(t);
  const recover = ['site', 'recover', '--words-file', '-', '--keys', elsewhere];
  const given = ['--passphrase-file', file];
  const words = wordsIn(sealed.out);
  assert.match((await muster([...recover, ...given])).err, /has no site\.json/);
  const back = await muster([...recover, '--site', 'Camp', ...given], { input: words });
  assert.equal(back.code, 0, back.err);
  const key = (folder: string) =>
    JSON.parse(readFileSync(join(folder, 'site.json'), 'utf8')).siteKey;
  assert.equal(key(elsewhere), key(data));
  const foreign = place(t);
  await muster(['site', 'create', 'Other', '--yes', ...foreign.own]);
  const wrong = ['site', 'recover', '--words-file', '-', '--yes', ...foreign.own];
  assert.match((await muster(wrong, { input: words })).err, /those of another site/);
});
