/**
 * Site and node files: what is written is read again; damage of any kind is named with its mend.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { checkTicket, equalBytes, MusterError, Role, siteIdOf } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import {
  createNode,
  createSite,
  issueTicket,
  readNode,
  readSite,
  readSiteRoot,
  recoverSite,
  writeNode,
  writeSite,
} from '@muster/provisioning';

const crypto = createSodiumCrypto();

function filesOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const random = new SeededRandom(7);
  const site = createSite(crypto, random, 'Camp');
  const node = createNode(crypto, random, { site, name: 'box-1' });
  writeSite(folder, site, site.root);
  writeNode(folder, node);
  return { folder, random, site, node, at: (name: string) => join(folder, name) };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof MusterError, `${error}`);
    assert.ok(error.mend.endsWith('.') && error.message.includes('/'), error.mend);
    return error.code;
  }
  return 'fine';
}

test('a site and a node come back as they were written', (t) => {
  const { folder, site, node, at } = filesOf(t);
  const read = readSite(folder);
  assert.deepEqual(read, { name: 'Camp', siteKey: site.siteKey });
  assert.deepEqual(readSiteRoot(crypto, folder, site), site.root);
  const again = readNode(crypto, folder, site);
  assert.deepEqual(again?.key, node.key);
  assert.equal(again.name, 'box-1');
  assert.ok(equalBytes(again.certificate, node.certificate));
  assert.equal(statSync(at('site.key')).mode & 0o777, 0o600);
  assert.equal(statSync(at('node.key')).mode & 0o777, 0o600);
  rmSync(at('site.key'));
  assert.equal(readSiteRoot(crypto, folder, site), undefined, 'a node without the root key');
});

test('a root key that lost its site.json is not lost', (t) => {
  const { folder, site, at } = filesOf(t);
  rmSync(at('site.json'));
  assert.equal(readSite(folder), undefined);
  assert.deepEqual(recoverSite(crypto, folder, 'Camp'), site);
});

test('an empty folder has neither', (t) => {
  const { folder, site, at } = filesOf(t);
  for (const name of ['site.json', 'site.key', 'node.key']) rmSync(at(name));
  assert.equal(readSite(folder), undefined);
  assert.equal(recoverSite(crypto, folder, 'Camp'), undefined);
  assert.equal(readNode(crypto, folder, site), undefined);
});

test('a node file that is cut at any byte is damaged, never half read', (t) => {
  const { folder, site, at } = filesOf(t);
  const whole = readFileSync(at('node.key'), 'utf8');
  for (let length = 0; length < whole.trimEnd().length; length++) {
    writeFileSync(at('node.key'), whole.slice(0, length));
    assert.equal(
      codeOf(() => readNode(crypto, folder, site)),
      'record-damaged',
      `${length}`,
    );
  }
});

test('damage and mix-ups each have their code', (t) => {
  const { folder, random, site, at } = filesOf(t);
  const other = createSite(crypto, random, 'Other');
  const edit = (name: string, change: (members: Record<string, unknown>) => void): void => {
    const members = JSON.parse(readFileSync(at(name), 'utf8'));
    change(members);
    writeFileSync(at(name), JSON.stringify(members));
  };
  assert.equal(
    codeOf(() => readNode(crypto, folder, other)),
    'node-foreign',
  );
  assert.equal(
    codeOf(() => readSiteRoot(crypto, folder, other)),
    'site-key-foreign',
  );
  edit('site.json', (members) => {
    members.siteKey = 'AAAA';
  });
  assert.equal(
    codeOf(() => readSite(folder)),
    'record-damaged',
  );
  edit('site.json', (members) => {
    members.version = 2;
  });
  assert.equal(
    codeOf(() => readSite(folder)),
    'record-too-new',
  );
  edit('node.key', (members) => {
    members.seed = 'A'.repeat(43);
  });
  assert.equal(
    codeOf(() => readNode(crypto, folder, site)),
    'record-damaged',
  );
  writeFileSync(at('site.key'), readFileSync(at('node.key')));
  assert.equal(
    codeOf(() => readSiteRoot(crypto, folder, site)),
    'record-damaged',
  );
  rmSync(at('site.json'));
  assert.equal(
    codeOf(() => readSite(join(folder, 'node.key'))),
    'record-unreadable',
  );
});

test('no error repeats what stands in a key file', (t) => {
  const { folder, site, at } = filesOf(t);
  const { seed } = JSON.parse(readFileSync(at('node.key'), 'utf8'));
  writeFileSync(at('node.key'), `${seed} {`);
  assert.throws(
    () => readNode(crypto, folder, site),
    (error: Error) => !`${error.stack}${String(error.cause)}`.includes(seed),
  );
});

test('the site root issues tickets of any role', (t) => {
  const { site, node } = filesOf(t);
  const subject = node.key.publicKey;
  const wire = issueTicket(crypto, site, { subject, role: Role.staff, serial: 1 });
  const { siteKey } = site;
  const trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 3 };
  const checked = checkTicket(trust, wire, subject);
  assert.ok(checked.ok && checked.value.role === Role.staff && checked.value.serial === 1);
});

test('a record of no version that can be, is damaged', (t) => {
  const { folder } = filesOf(t);
  for (const version of ['{"toString":1}', '"1"', 'null', '[1]', '1e999']) {
    writeFileSync(join(folder, 'site.json'), `{"muster":"site","version":${version}}`);
    assert.throws(
      () => readSite(folder),
      (error) => error instanceof MusterError && error.code === 'record-damaged',
    );
  }
});
