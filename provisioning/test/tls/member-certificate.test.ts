/**
 * A member without the authority gets its certificate: what it may name, what it takes in, and when
 * it asks again. Browsers are shown one that lasts at most 825 days.
 */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodeCbor, toBase64url } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import {
  acceptTlsCertificate,
  answerTlsRequest,
  createTlsAuthority,
  ensureServerCertificate,
  installTlsAuthority,
  readTls,
  type ServerNames,
  serverNamesOf,
  tlsRequest,
  trustInstructions,
  trustSystems,
} from '@muster/provisioning';
import { decodeTlsAuthority, encodeTlsAuthority } from '../../src/tls/authority-file.ts';
import { createTlsKey } from '../../src/tls/keys.ts';
import { pemBlocks } from '../../src/tls/pem.ts';
import { encodeTlsRequest, readTlsRequest } from '../../src/tls/request.ts';
import { walkCuts } from '../support/crash-disk.ts';
import { handshake } from '../support/handshake.ts';
import { crypto, groundOf, sampleSite } from '../support/sample.ts';

const random = new SeededRandom(21);
const site = sampleSite();
const { siteKey } = site;
const nodeKey = random.bytes(32);
const unixMs = Date.UTC(2026, 10, 21);
const dayMs = 86_400_000;
const names = serverNamesOf({
  ...{ hostName: 'Box-7.lan', hostNames: ['kitchen.local', 'bank.example'] },
  addresses: ['192.168.7.4', 'fd00::5', 'FE80:0:0:1:0:0:0:2', '203.0.113.9'],
});

async function issuingFolder(t: TestContext, of = site): Promise<string> {
  const folder = groundOf(t)();
  installTlsAuthority(folder, await createTlsAuthority(crypto, random, of));
  return folder;
}

async function answered(
  gateway: string,
  request: Uint8Array,
  more: { readonly own?: ServerNames; readonly by?: Uint8Array; readonly unixMs?: number } = {},
): Promise<string> {
  const { own = names, by = nodeKey } = more;
  const asked = { request, nodeKey: by, own, random, unixMs: more.unixMs ?? unixMs };
  const answer = await answerTlsRequest(gateway, asked);
  return answer.ok ? answer.value : answer.reason;
}

const accept = async (folder: string, pem: string): Promise<string> => {
  const taken = await acceptTlsCertificate(folder, { pem, crypto, siteKey });
  return taken.ok ? 'ok' : taken.reason;
};

test('a member asks, a gateway answers, and the member serves', async (t) => {
  const gateway = await issuingFolder(t);
  const member = groundOf(t)();
  assert.deepEqual(names.dns, ['box-7.local', 'kitchen.local', 'localhost']);
  assert.equal(readTls(member), undefined);
  const asked = { names, nodeKey, unixMs };
  const request = (await tlsRequest(member, asked))!;
  assert.ok(request.length < 500);
  assert.equal(readTls(member), undefined, 'nothing to serve with yet');
  const pem = await answered(gateway, request);
  assert.doesNotMatch(pem, /PRIVATE KEY/);
  assert.equal(await accept(member, pem), 'ok');
  const served = readTls(member)!;
  const authority = new X509Certificate(readFileSync(join(member, 'site-ca.pem')));
  for (const text of [served.certificate, served.webCertificate]) {
    const certificate = new X509Certificate(text);
    assert.ok(certificate.verify(authority.publicKey) && certificate.checkIssued(authority));
    assert.equal(certificate.checkHost('kitchen.local'), 'kitchen.local');
    assert.equal(certificate.checkIP('192.168.7.4'), '192.168.7.4');
    assert.equal(certificate.checkIP('fd00::5'), 'fd00::5');
    assert.equal(certificate.checkIP('203.0.113.9'), undefined);
  }
  const web = new X509Certificate(served.webCertificate);
  const days = (web.validToDate.getTime() - web.validFromDate.getTime()) / dayMs;
  assert.ok(days <= 825, `${days} days`);
  assert.equal(web.validToDate.getTime(), served.webEndsUnixMs);
  assert.equal(new X509Certificate(served.certificate).validToDate.getUTCFullYear(), 2099);
  const ca = readFileSync(join(member, 'site-ca.pem'), 'utf8');
  // The long one: the other holds by the clock of this machine, and tests must hold in any year.
  const said = (servername: string) => handshake(t, { server: served, ca, servername });
  assert.equal(await said('kitchen.local'), 'ok');
  assert.match(await said('other.local'), /altnames/);
  assert.equal(statSync(join(member, 'tls.json')).mode & 0o777, 0o600);
  assert.equal(await tlsRequest(member, asked), undefined, 'nothing to ask for now');
});

test('it asks again for new names and at half the time, with the same key', async (t) => {
  const gateway = await issuingFolder(t);
  const member = groundOf(t)();
  const at = async (when: number, wanted = names) =>
    tlsRequest(member, { names: wanted, nodeKey, unixMs: when });
  const first = (await at(unixMs))!;
  await accept(member, await answered(gateway, first));
  const before = readTls(member)!;
  assert.equal(await at(unixMs + 300 * dayMs), undefined);
  assert.equal(await at(0), undefined, 'a clock that was set back is not believed');
  const later = unixMs + 420 * dayMs;
  const again = (await at(later))!;
  const [one, two] = [await readTlsRequest(first), await readTlsRequest(again)];
  assert.deepEqual(one!.publicKey, two!.publicKey);
  assert.equal(await accept(member, await answered(gateway, again, { unixMs: later })), 'ok');
  const after = readTls(member)!;
  assert.equal(after.key, before.key);
  assert.ok(after.webEndsUnixMs > before.webEndsUnixMs);
  const moved = { ...names, addresses: ['10.0.0.9'] };
  assert.ok(await at(later, moved));
  assert.equal(readTls(member)?.certificate, after.certificate, 'the old one serves on meanwhile');
});

test('where the clock is not set a browser gets the long one', async (t) => {
  const gateway = await issuingFolder(t);
  const member = groundOf(t)();
  const request = (await tlsRequest(member, { names, nodeKey, unixMs: 0 }))!;
  await accept(member, await answered(gateway, request, { unixMs: 0 }));
  const served = readTls(member)!;
  assert.equal(served.webEndsUnixMs, 0);
  assert.equal(served.webCertificate, served.certificate);
  assert.equal(await tlsRequest(member, { names, nodeKey, unixMs: 0 }), undefined);
  assert.ok(await tlsRequest(member, { names, nodeKey, unixMs }), 'asks once the clock is set');
});

test('nothing is certified that is forbidden, or of somebody else', async (t) => {
  const gateway = await issuingFolder(t);
  const key = await createTlsKey();
  const asking = async (wanted: Partial<ServerNames>, more = {}): Promise<string> => {
    const all = { dns: [], addresses: [], ...wanted };
    const own = {
      dns: [...names.dns, ...all.dns],
      addresses: [...names.addresses, ...all.addresses],
    };
    const request = await encodeTlsRequest(key, { nodeKey, names: all });
    return answered(gateway, request, { own, ...more });
  };
  for (const name of ['bank.example', 'local', '*.local', 'box.local.', 'a..local', 'x.locals']) {
    assert.equal(await asking({ dns: [name] }), 'name-forbidden', name);
  }
  for (const address of ['203.0.113.9', '8.8.8.8', '::', 'fe80::1%eth0', 'box.local']) {
    assert.equal(await asking({ addresses: [address] }), 'name-forbidden', address);
  }
  const others = { own: names };
  assert.equal(await asking({ dns: ['other-box.local'] }, others), 'name-not-own');
  assert.equal(await asking({ addresses: ['192.168.7.5'] }, others), 'name-not-own');
  assert.match(await asking({ dns: ['localhost'], addresses: ['127.0.0.1'] }, others), /BEGIN/);
  assert.equal(await asking({ dns: ['localhost'] }, { by: random.bytes(32) }), 'not-yours');
  const request = await encodeTlsRequest(key, { nodeKey, names });
  assert.equal(await answered(groundOf(t)(), request), 'no-authority');
});

test('a request that is cut, changed or stolen is malformed', async (t) => {
  const gateway = await issuingFolder(t);
  const request = await encodeTlsRequest(await createTlsKey(), { nodeKey, names });
  assert.ok(await readTlsRequest(request));
  for (let length = 0; length < request.length; length++) {
    assert.equal(await answered(gateway, request.subarray(0, length)), 'malformed');
  }
  for (let at = 0; at < request.length; at++) {
    const flipped = request.slice();
    flipped[at]! ^= 1;
    assert.notEqual(await answered(gateway, flipped), '', `${at}`);
    assert.equal(await readTlsRequest(flipped), undefined, `${at}`);
  }
  // The public key of somebody else, without the private one.
  const victim = await createTlsKey();
  const signed = encodeCbor([1, nodeKey, victim.publicKey, names.dns, names.addresses]);
  assert.equal(await readTlsRequest(encodeCbor([signed, new Uint8Array(64)])), undefined);
  assert.equal(await readTlsRequest(new Uint8Array(5_000)), undefined);
});

test('an answer counts only under an authority that the root vouches for', async (t) => {
  const gateway = await issuingFolder(t);
  const rogue = await issuingFolder(t, sampleSite(2));
  const member = groundOf(t)();
  const pem = await answered(gateway, (await tlsRequest(member, { names, nodeKey, unixMs }))!);
  const request = (await tlsRequest(member, { names, nodeKey, unixMs }))!;
  const foreign = await answered(rogue, request);
  assert.equal(await accept(groundOf(t)(), pem), 'not-asked');
  assert.equal(await accept(member, foreign), 'authority-unknown');
  // The rogue authority with the voucher of the right one.
  const voucher = pemBlocks(pem).find(({ label }) => label === 'MUSTER SITE AUTHORITY')!.text;
  const stripped = foreign.replace(
    /-----BEGIN MUSTER[\s\S]*?-----END MUSTER SITE AUTHORITY-----\n/,
    '',
  );
  assert.equal(await accept(member, stripped + voucher), 'authority-unknown');
  assert.equal(await accept(member, stripped), 'authority-unknown');
  // Certificates of the rogue one before the right authority.
  const blocks = pemBlocks(foreign).map(({ text }) => text);
  const right = pemBlocks(pem).map(({ text }) => text);
  const mixed = [...blocks.slice(0, 2), ...right.slice(2)].join('');
  assert.equal(await accept(member, mixed), 'forged');
  const other = groundOf(t)();
  await tlsRequest(other, { names, nodeKey, unixMs });
  assert.equal(await accept(other, pem), 'not-yours');
  for (const text of ['', 'x', right[3]!, 'x'.repeat(9_000), `${right[0]}${pem}`]) {
    assert.equal(await accept(member, text), 'malformed', text.slice(0, 40));
  }
  assert.equal(readTls(member), undefined, 'nothing of all that was taken in');
  assert.equal(await accept(member, pem), 'ok');
  // From now on the authority is known, also where an answer has no voucher.
  assert.equal(await accept(member, right.slice(0, 3).join('')), 'ok');
});

test('an answer is taken in whole, also when the power is cut', async (t) => {
  const gateway = await issuingFolder(t);
  const ground = groundOf(t);
  const model = ground();
  const pem = await answered(gateway, (await tlsRequest(model, { names, nodeKey, unixMs }))!);
  const pending = readFileSync(join(model, 'tls.json'));
  await walkCuts({
    prepare() {
      const folder = ground();
      writeFileSync(join(folder, 'tls.json'), pending);
      return folder;
    },
    run: async (folder, calls) =>
      void (await acceptTlsCertificate(folder, { pem, crypto, siteKey, calls })),
    async check(folder, at) {
      const served = readTls(folder);
      if (served) assert.ok(readFileSync(join(folder, 'site-ca.pem')).length > 0, at);
      assert.equal(await accept(folder, pem), 'ok', at);
    },
  });
});

test('what an older version kept for MQTT goes on serving, and is replaced in time', async (t) => {
  const folder = await issuingFolder(t);
  const options = { random, siteName: 'Camp', hostName: 'box', addresses: [], unixMs };
  const made = (await ensureServerCertificate(folder, options))!;
  const { key, certificate } = made;
  const old = { muster: 'mqtt-tls', version: 1, names: '{}', key, certificate };
  rmSync(join(folder, 'tls.json'));
  writeFileSync(join(folder, 'mqtt-tls.json'), JSON.stringify(old));
  assert.equal(readTls(folder)?.certificate, certificate);
  rmSync(join(folder, 'site-ca.key'));
  assert.equal((await ensureServerCertificate(folder, options))?.certificate, certificate);
  assert.ok(await tlsRequest(folder, { names, nodeKey, unixMs }));
  assert.equal(readTls(folder)?.certificate, certificate, 'until the answer comes');
});

test('an authority of before gets the word of the root where that lies open', async (t) => {
  const folder = await issuingFolder(t);
  const path = join(folder, 'site-ca.key');
  const { voucher, ...before } = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(voucher);
  writeFileSync(path, JSON.stringify({ ...before, name: 'Camp (Muster site)' }));
  const seed = toBase64url(site.root.secretKey.subarray(0, 32));
  writeFileSync(join(folder, 'site.key'), JSON.stringify({ muster: 'site-key', version: 1, seed }));
  const known = { muster: 'site', version: 1, name: 'Camp', siteKey: toBase64url(siteKey) };
  writeFileSync(join(folder, 'site.json'), JSON.stringify(known));
  const options = { random, siteName: 'Camp', hostName: 'box', addresses: [], unixMs, crypto };
  await ensureServerCertificate(folder, options);
  assert.equal(JSON.parse(readFileSync(path, 'utf8')).voucher, voucher);
});

test('PEM blocks of an authority are read strictly', () => {
  const bare = { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' };
  assert.deepEqual(decodeTlsAuthority(encodeTlsAuthority(bare)), bare);
  assert.equal(decodeTlsAuthority(new Uint8Array([0xff, 0xfe])), undefined);
  assert.equal(decodeTlsAuthority(new Uint8Array(0)), undefined);
});

test('every system has steps in words', () => {
  for (const system of trustSystems) {
    const { title, steps } = trustInstructions(system);
    assert.ok(title !== '' && steps.length >= 3 && steps.every((step) => /[.a-z]$/.test(step)));
  }
  assert.match(trustInstructions('iphone').steps.join(), /Certificate Trust Settings/);
  assert.match(trustInstructions('android').steps.join(), /screen lock/);
});
