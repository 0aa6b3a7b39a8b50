/**
 * The vault: what opens it and what does not, what each fault is called, and that a thief of the
 * whole folder of an admin finds no key in it.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { domain, encodeCbor, MusterError } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import {
  changePassphrase,
  createProtectedSite,
  createVault,
  openAuthority,
  openVault,
  passphraseFault,
  proveRecovery,
  readSite,
  replaceVault,
  SiteBook,
  sealVault,
  unsealVault,
  type VaultContent,
  wipeVault,
  writeRecord,
} from '@muster/provisioning';
import { vaultLimits } from '../../src/limits.ts';
import { cost, crypto, filesOf, groundOf, passphrase, sampleSite } from '../support/sample.ts';
import { assertNoSecret } from '../support/stolen-folder.ts';

const random = new SeededRandom(11);

function content(): VaultContent {
  const { name: siteName, siteKey, root, admin } = sampleSite();
  return {
    ...{ siteName, siteKey, adminCertificate: admin.certificate },
    rootSeed: root.secretKey.slice(0, 32),
    adminSeed: admin.key.secretKey.slice(0, 32),
  };
}

const options = { crypto, random, passphrase, cost };

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof MusterError, `${error}`);
    assert.ok(error.mend.endsWith('.'), error.mend);
    assert.ok(!`${error.stack}${error.message}`.includes(passphrase), 'no passphrase in an error');
    return error.code;
  }
  return 'fine';
}

/** Changes one member of the file. */
function edit(folder: string, change: (members: Record<string, unknown>) => void): void {
  const path = join(folder, 'admin.vault');
  const members = JSON.parse(readFileSync(path, 'utf8'));
  change(members);
  writeFileSync(path, JSON.stringify(members));
}

test('what is put in comes out, for whoever has the passphrase', (t) => {
  const folder = groundOf(t)();
  createVault(folder, { ...options, content: content() });
  assert.deepEqual(openVault(folder, options), content());
  // A keyboard that composes letters gives the same key as one that does not.
  changePassphrase(folder, { ...options, from: passphrase, to: 'Zufällig grün' });
  const typed = 'Zufällig grün'.normalize('NFD');
  assert.deepEqual(openVault(folder, { crypto, passphrase: typed }), content());
  assert.equal(
    codeOf(() => openVault(folder, { crypto, passphrase })),
    'passphrase-wrong',
  );
  assert.equal(statSync(join(folder, 'admin.vault')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['admin.vault']);
});

test('a phone’s vault has no root key, and may have the TLS authority', (t) => {
  const folder = groundOf(t)();
  const { rootSeed: _none, ...own } = content();
  const kept = { ...own, tlsAuthority: new Uint8Array([1, 2, 3]) };
  createVault(folder, { ...options, content: kept });
  assert.deepEqual(openVault(folder, options), kept);
});

test('a wrong passphrase, a damaged file and a hostile one each have their name', (t) => {
  const ground = groundOf(t);
  const fresh = (): string => {
    const folder = ground();
    createVault(folder, { ...options, content: content() });
    return folder;
  };
  const opening = (folder: string) => codeOf(() => openVault(folder, options));
  assert.equal(
    codeOf(() => openVault(ground(), options)),
    'vault-missing',
  );
  const folder = fresh();
  assert.equal(
    codeOf(() => createVault(folder, { ...options, content: content() })),
    'vault-exists',
  );
  const wrong = { crypto, passphrase: `${passphrase} ` };
  assert.equal(
    codeOf(() => openVault(folder, wrong)),
    'passphrase-wrong',
  );
  for (const name of ['salt', 'nonce', 'box', 'check', 'opsLimit', 'memBytes']) {
    const torn = fresh();
    edit(torn, (members) => {
      const value = members[name];
      members[name] = typeof value === 'number' ? value * 2 : `A${String(value).slice(1, -2)}AA`;
    });
    assert.equal(opening(torn), 'record-damaged', name);
  }
  const cut = fresh();
  const text = readFileSync(join(cut, 'admin.vault'), 'utf8');
  for (let length = 0; length < text.trimEnd().length; length += 7) {
    writeFileSync(join(cut, 'admin.vault'), text.slice(0, length));
    assert.equal(opening(cut), 'record-damaged', `${length}`);
  }
});

test('a file cannot ask for more memory or time than this box has', (t) => {
  const sealed = sealVault(crypto, content(), {
    ...{ cost, salt: random.bytes(16), nonce: random.bytes(24), passphrase },
  });
  assert.ok(unsealVault(crypto, sealed, passphrase).ok);
  const deriving = {
    ...crypto,
    passwordKey: () => assert.fail('nothing is derived for such a file'),
  };
  const { opsLimitMax, memBytesMax } = vaultLimits;
  const hostile = [
    { opsLimit: 3, memBytes: 10 * 1024 ** 3 },
    { opsLimit: 3, memBytes: memBytesMax + 1024 },
    { opsLimit: opsLimitMax + 1, memBytes: 8192 },
    { opsLimit: 0, memBytes: 8192 },
    { opsLimit: 3, memBytes: 0 },
  ];
  for (const asked of hostile) {
    const opened = unsealVault(deriving, { ...sealed, cost: asked }, passphrase);
    assert.deepEqual(opened, { ok: false, reason: 'too-costly' });
  }
  // In a file with a checksum that fits, as a hostile one has.
  const folder = groundOf(t)();
  const [asked] = hostile;
  const { salt, nonce, box } = sealed;
  const header = encodeCbor([asked!.opsLimit, asked!.memBytes, salt, nonce, box]);
  const check = crypto.blake2b(16, domain('vault-check'), header);
  const members = { ...asked, salt, nonce, box, check };
  writeRecord(join(folder, 'admin.vault'), 'vault', { members });
  assert.equal(
    codeOf(() => openVault(folder, { crypto: deriving, passphrase })),
    'vault-costly',
  );
  // The parameters are part of what the box authenticates.
  const cheaper = { ...sealed, cost: { ...cost, opsLimit: cost.opsLimit + 1 } };
  const opened = unsealVault(crypto, cheaper, passphrase);
  assert.deepEqual(opened, { ok: false, reason: 'passphrase-wrong' });
});

test('short passphrases are refused, and nothing else', () => {
  assert.match(passphraseFault('ninechars') ?? '', /at least 10/);
  assert.equal(passphraseFault('aaaaaaaaaa'), undefined);
  assert.equal(passphraseFault('ёжикёжикёж'), undefined);
  assert.match(passphraseFault('x'.repeat(1025)) ?? '', /at most/);
});

test('a disk that does not keep what it was given is noticed before the old vault goes', (t) => {
  const folder = groundOf(t)();
  createVault(folder, { ...options, content: content() });
  let opened = 0;
  // Sealing is right, what is read back is not: as if the disk had changed it.
  const broken = {
    ...crypto,
    open() {
      opened++;
      return undefined;
    },
  };
  assert.equal(
    codeOf(() => replaceVault(folder, content(), { ...options, crypto: broken })),
    'vault-unproven',
  );
  assert.equal(opened, 1);
  assert.deepEqual(openVault(folder, options), content());
});

test('must-show 5: nothing in a stolen folder of an admin is a key', async (t) => {
  const folder = groundOf(t)();
  const at = { crypto, random, adminName: 'Ada', passphrase, cost };
  const { words, site } = await createProtectedSite(folder, { ...at, siteName: 'Camp' });
  const vault = openVault(folder, options);
  const proven = await proveRecovery(words, { crypto, siteKey: site.siteKey });
  assert.ok(proven.ok);
  const authority = await openAuthority(folder, {
    ...{ crypto, site: readSite(folder)!, needs: 'root' },
    passphrase: async () => passphrase,
  });
  // An admin at work: a book with people, invites and revisions, a passphrase changed once.
  const book = SiteBook.open(folder);
  const invite = { id: '0123456789abcdef', kind: 'invite', name: 'Gate', state: 'open' } as const;
  book.addInvites([{ ...invite, code: 'MUSTER-NODE:1:ABC', createdUnixMs: 1, claimants: [] }]);
  book.burnInvite(invite.id, site.siteKey, 2);
  book.noteRevision(authority.issuer.key.publicKey, 3);
  changePassphrase(folder, { ...options, from: passphrase, to: passphrase });
  const secrets = [
    vault.rootSeed!,
    vault.adminSeed,
    // With the public half behind it, as libsodium keeps a secret key.
    authority.root!.secretKey,
    authority.issuer.key.secretKey,
    proven.value.secretKey.slice(0, 32),
  ];
  const { files, windows } = assertNoSecret(folder, secrets);
  for (const file of Object.values(filesOf(folder))) {
    assert.ok(!file.includes(words.split(' ').slice(0, 3).join(' ')), 'the words lie open');
  }
  t.diagnostic(`${files} files, ${windows} windows compared`);
  assert.ok(files >= 3);
  wipeVault(vault);
  authority.close();
  assert.ok(
    vault.adminSeed.every((byte) => byte === 0),
    'wiped after use',
  );
  assert.ok(
    authority.issuer.key.secretKey.every((byte) => byte === 0),
    'wiped after use',
  );
});
