/**
 * From an open root key to a vault, with the power cut at every file call: the root key is always
 * there for its admin, and afterwards it lies nowhere in the open.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { equalBytes, Power, utf8 } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import {
  createNode,
  createProtectedSite,
  createVault,
  hasTlsAuthority,
  installTlsAuthority,
  openAuthority,
  openVault,
  protectSite,
  readNode,
  readSite,
  readSiteRoot,
  recoverVault,
  recoveryWords,
  settleFolder,
  tlsAuthorityFor,
  wipeVault,
  writeNode,
  writeSite,
} from '@muster/provisioning';
import { decodeTlsAuthority, isTlsAuthorityVouched } from '../../src/tls/authority-file.ts';
import { CrashDisk, walkCuts } from '../support/crash-disk.ts';
import {
  cost,
  crypto,
  filesOf,
  groundOf,
  passphrase,
  sampleAuthority,
  sampleSite,
} from '../support/sample.ts';
import { assertNoSecret } from '../support/stolen-folder.ts';

const site = sampleSite();
const seed = site.root.secretKey.slice(0, 32);
const options = {
  ...{ crypto, random: new SeededRandom(4), adminName: 'Ada', passphrase, cost },
};
const ask = async (): Promise<string> => passphrase;

/** A trial as `muster start` makes it. */
function trial(ground: () => string): string {
  const folder = ground();
  writeSite(folder, site, site.root);
  const { root, name, siteKey } = site;
  writeNode(folder, createNode(crypto, options.random, { site: { root, name, siteKey }, name }));
  installTlsAuthority(folder, sampleAuthority);
  return folder;
}

test('the root key of a trial is never lost on its way into the vault', async (t) => {
  const ground = groundOf(t);
  const words = await recoveryWords(seed);
  const watching = new CrashDisk(Number.POSITIVE_INFINITY, 'kept');
  const model = trial(ground);
  await protectSite(model, { ...options, site, calls: watching });
  for (const name of ['admin.vault', 'site-ca.key']) {
    assert.ok(watching.hasMade(join(model, name)), name);
  }
  const found = { open: 0, both: 0, vault: 0 };
  const walked = await walkCuts({
    prepare: () => trial(ground),
    async run(folder, calls) {
      assert.deepEqual(await protectSite(folder, { ...options, site, calls }), { words });
    },
    async check(folder, at) {
      settleFolder(folder, { crypto });
      assert.ok(readNode(crypto, folder, site), at);
      const authority = await openAuthority(folder, {
        ...{ crypto, site, passphrase: ask, needs: 'root' },
      });
      assert.ok(equalBytes(authority.root!.publicKey, site.siteKey), at);
      const isOpen = !!readSiteRoot(crypto, folder, site);
      found[isOpen ? (authority.kind === 'vault' ? 'both' : 'open') : 'vault']++;
      // Asked again it comes to its end.
      if (isOpen) await protectSite(folder, { ...options, site });
      const vault = openVault(folder, options);
      assert.ok(equalBytes(vault.rootSeed!, seed), at);
      const names = readdirSync(folder).filter((name) => !name.endsWith('.new'));
      const kept = ['admin.vault', 'node.key', 'site-ca.key', 'site-ca.pem', 'site.json'];
      assert.deepEqual(names.filter((name) => name !== 'admin.vault.trial').sort(), kept, at);
      assertNoSecret(folder, [vault.rootSeed!, vault.adminSeed]);
    },
  });
  t.diagnostic(`${walked} cuts: ${JSON.stringify(found)}`);
  assert.ok(walked > 90 && found.open > 30 && found.both > 5 && found.vault > 20);
});

test('a new site with a vault is there, or is made when it is asked for again', async (t) => {
  const ground = groundOf(t);
  const siteName = 'Camp';
  const walked = await walkCuts({
    prepare: ground,
    run: async (folder, calls) =>
      void (await createProtectedSite(folder, { ...options, siteName, calls })),
    async check(folder, at) {
      const again = readSite(folder);
      if (!again) await createProtectedSite(folder, { ...options, siteName });
      const made = readSite(folder)!;
      const vault = openVault(folder, options);
      assert.ok(equalBytes(vault.siteKey, made.siteKey), at);
      assert.ok(!existsSync(join(folder, 'site.key')), at);
      assertNoSecret(folder, [vault.rootSeed!, vault.adminSeed]);
    },
  });
  t.diagnostic(`${walked} cuts`);
  assert.ok(walked > 40);
  const folder = ground();
  await createProtectedSite(folder, { ...options, siteName });
  await assert.rejects(createProtectedSite(folder, { ...options, siteName }), {
    code: 'site-exists',
  });
});

test('the words of the sheet make a new vault, of this site alone', async (t) => {
  const folder = groundOf(t)();
  const { words, site: made } = await createProtectedSite(folder, {
    ...{ ...options, siteName: 'Camp' },
  });
  const before = openVault(folder, options);
  const recovery = { ...options, words, siteName: 'ignored', passphrase: 'a new passphrase' };
  await assert.rejects(recoverVault(folder, recovery), { code: 'vault-exists' });
  const foreign = await recoveryWords(seed);
  const wrong = { ...recovery, words: foreign, replace: true };
  await assert.rejects(recoverVault(folder, wrong), { code: 'words-other-site' });
  assert.deepEqual(openVault(folder, options), before, 'a wrong try changes nothing');
  assert.deepEqual(await recoverVault(folder, { ...recovery, replace: true }), made);
  const after = openVault(folder, { crypto, passphrase: 'a new passphrase' });
  assert.deepEqual(after.rootSeed, before.rootSeed);
  assert.notDeepEqual(after.adminSeed, before.adminSeed);
  const bare = groundOf(t)();
  const found = await recoverVault(bare, { ...recovery, siteName: 'Camp' });
  assert.deepEqual([found, readSite(bare)], [made, made]);
});

test('the authority of an admin is as strong as the keys behind it', async (t) => {
  const ground = groundOf(t);
  const opening = (folder: string, needs?: 'root' | number) =>
    openAuthority(folder, { crypto, site, passphrase: ask, ...(needs !== undefined && { needs }) });
  await assert.rejects(opening(ground()), { code: 'authority-missing' });
  const open = await opening(trial(ground), 'root');
  assert.deepEqual([open.kind, open.name, open.powers], ['open-root', 'root', 15]);
  assert.equal(open.issuer.certificate.length, 0);
  const folder = ground();
  const { admin, siteKey } = site;
  const content = {
    ...{ siteName: 'Camp', siteKey, adminCertificate: admin.certificate },
    adminSeed: admin.key.secretKey.slice(0, 32),
  };
  createVault(folder, { ...options, content });
  const second = await opening(folder, Power.nodes | Power.revoke);
  assert.deepEqual([second.kind, second.name, second.root], ['vault', 'Ada', undefined]);
  await assert.rejects(opening(folder, 'root'), { code: 'authority-too-weak' });
  await assert.rejects(openAuthority(folder, { crypto, site: sampleSite(2), passphrase: ask }), {
    code: 'authority-foreign',
  });
  const wrong = async (): Promise<string> => 'something else';
  await assert.rejects(openAuthority(folder, { crypto, site, passphrase: wrong }), {
    code: 'passphrase-wrong',
  });
});

test('the root vouches for the TLS authority, whose key goes to gateways alone', async (t) => {
  const folder = trial(groundOf(t));
  await protectSite(folder, { ...options, site });
  const { tlsAuthority, ...vault } = openVault(folder, options);
  assert.ok(isTlsAuthorityVouched(crypto, site.siteKey, decodeTlsAuthority(tlsAuthority!)!));
  assert.ok(
    !isTlsAuthorityVouched(crypto, sampleSite(2).siteKey, decodeTlsAuthority(tlsAuthority!)!),
  );
  const [gateway, node] = (['gateway', 'node'] as const).map((role) => groundTaking(t, role));
  assert.ok(hasTlsAuthority(gateway!) && !hasTlsAuthority(node!));
  assert.deepEqual(Object.keys(filesOf(node!)), ['site-ca.pem']);
  assert.equal(tlsAuthorityFor('node', undefined), undefined);
  assert.equal(tlsAuthorityFor('node', utf8('nothing')), undefined);
  wipeVault(vault);

  function groundTaking(context: typeof t, role: 'gateway' | 'node'): string {
    const taken = groundOf(context)();
    installTlsAuthority(taken, tlsAuthorityFor(role, tlsAuthority)!);
    return taken;
  }
});

test('a vault in the place of another site’s is not taken for this one', async (t) => {
  const folder = trial(groundOf(t));
  const { name: siteName, siteKey, admin } = sampleSite(2);
  const content = {
    ...{ siteName, siteKey, adminCertificate: admin.certificate },
    adminSeed: admin.key.secretKey.slice(0, 32),
  };
  createVault(folder, { ...options, content });
  await assert.rejects(protectSite(folder, { ...options, site }), { code: 'vault-exists' });
  assert.ok(readSiteRoot(crypto, folder, site), 'the root key stays where it is');
  writeFileSync(join(folder, 'site.key.spent'), 'what a cut left');
  settleFolder(folder, { crypto });
  assert.ok(!existsSync(join(folder, 'site.key.spent')));
});
