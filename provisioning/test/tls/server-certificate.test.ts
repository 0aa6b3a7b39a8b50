/** The certificates of a site: what they name, what verifies them, and when they are made anew. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import { issueServerCertificate } from '../../src/tls/certificate.ts';
import { createTlsKey } from '../../src/tls/keys.ts';
import { isVouchedAddress } from '../../src/tls/name-constraints.ts';
import { ensureServerCertificate } from '../../src/tls/server-certificate.ts';
import { validity } from '../../src/tls/validity.ts';
import { handshake } from '../support/handshake.ts';

const random = new SeededRandom(7);
const options = {
  random,
  siteName: 'Fête, Süd="1" + \\ 港',
  hostName: 'Box-1.lan',
  addresses: ['192.168.7.4', '203.0.113.9', 'fe80::1'],
  unixMs: 0,
};

function folderWithRoot(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-tls-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'site.key'), '');
  return folder;
}

test('names the machine, verifies under the authority, keeps keys to itself', async (context) => {
  const folder = folderWithRoot(context);
  const made = await ensureServerCertificate(folder, options);
  assert.ok(made);
  const server = new X509Certificate(made.certificate);
  const authority = new X509Certificate(readFileSync(join(folder, 'site-ca.pem')));
  assert.ok(server.verify(authority.publicKey) && server.checkIssued(authority));
  assert.equal(server.checkHost('box-1.local'), 'box-1.local');
  assert.equal(server.checkIP('192.168.7.4'), '192.168.7.4');
  assert.equal(server.checkIP('203.0.113.9'), undefined);
  assert.equal(authority.ca, true);
  assert.equal(server.validFromDate.getUTCFullYear(), 2000);
  for (const file of ['site-ca.key', 'tls.json']) {
    assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
  }
});

test('is made once for all who ask at the same time', async (context) => {
  const folder = folderWithRoot(context);
  const asking = Array.from({ length: 3 }, () => ensureServerCertificate(folder, options));
  const made = await Promise.all(asking);
  assert.deepEqual(made[1], made[0]);
  assert.deepEqual(made[2], made[0]);
  const authority = new X509Certificate(readFileSync(join(folder, 'site-ca.pem')));
  assert.ok(new X509Certificate(made[0]!.certificate).verify(authority.publicKey));
  rmSync(join(folder, 'tls.json'));
  rmSync(join(folder, 'site-ca.key'));
  writeFileSync(join(folder, 'site-ca.key'), 'damaged');
  const failing = [1, 2].map(() => ensureServerCertificate(folder, options));
  for (const one of failing) await assert.rejects(one, { code: 'record-damaged' });
  rmSync(join(folder, 'site-ca.key'));
  assert.ok(await ensureServerCertificate(folder, options), 'a fault does not stay');
});

test('is made anew when an address changes, and not otherwise', async (context) => {
  const folder = folderWithRoot(context);
  const first = await ensureServerCertificate(folder, options);
  assert.deepEqual(await ensureServerCertificate(folder, options), first);
  const moved = { ...options, addresses: ['10.1.2.3'] };
  const second = await ensureServerCertificate(folder, moved);
  assert.notEqual(second?.certificate, first?.certificate);
  const late = { ...moved, unixMs: Date.parse('2099-06-01') };
  assert.notEqual((await ensureServerCertificate(folder, late))?.certificate, second?.certificate);
});

test('a node without the root key keeps what it has, and has none at first', async (context) => {
  const folder = folderWithRoot(context);
  rmSync(join(folder, 'site.key'));
  assert.equal(await ensureServerCertificate(folder, options), undefined);
});

test('a lost site-ca.pem is written again', async (context) => {
  const folder = folderWithRoot(context);
  await ensureServerCertificate(folder, options);
  const path = join(folder, 'site-ca.pem');
  const before = readFileSync(path, 'utf8');
  rmSync(path);
  await ensureServerCertificate(folder, { ...options, addresses: ['10.0.0.9'] });
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('TLS clients refuse what the authority may not vouch for', async (context) => {
  const folder = folderWithRoot(context);
  const good = (await ensureServerCertificate(folder, options))!;
  const ca = readFileSync(join(folder, 'site-ca.pem'), 'utf8');
  const record = JSON.parse(readFileSync(join(folder, 'site-ca.key'), 'utf8'));
  const { key, certificate } = record;
  const names = { dns: ['bank.example'], addresses: [] };
  const made = await createTlsKey();
  const request = { names, publicKey: made.publicKey, ...validity };
  const authority = { key, certificate };
  const bad = {
    key: made.key,
    certificate: await issueServerCertificate(random, authority, request),
  };
  assert.equal(await handshake(context, { server: good, ca, servername: 'box-1.local' }), 'ok');
  const refusal = await handshake(context, { server: bad, ca, servername: 'bank.example' });
  assert.equal(refusal, 'permitted subtree violation');
});

test('knows which addresses it may name', () => {
  const vouched = ['10.9.8.7', '172.31.0.1', '192.168.0.1', '169.254.3.3', '127.0.0.1', '::1'];
  for (const address of [...vouched, 'fd00::5', 'fe80::12']) {
    assert.ok(isVouchedAddress(address), address);
  }
  for (const address of ['8.8.8.8', '172.32.0.1', '2001:db8::1', 'fe80::1%eth0', 'x', '']) {
    assert.ok(!isVouchedAddress(address), address);
  }
});
