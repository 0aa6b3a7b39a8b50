/** vault.json against the code, and by hand from what docs/protocol/vault.md says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CborReader, concat, encodeCbor, fromHex, toHex, utf8 } from '@muster/core';
import {
  isTlsAuthorityVouched,
  readTlsRequest,
  sealVault,
  unsealVault,
  type VaultContent,
} from '@muster/provisioning';
import { crypto } from '../support/sample.ts';

interface VaultRow {
  readonly passphrase: string;
  readonly opsLimit: number;
  readonly memBytes: number;
  readonly salt: string;
  readonly nonce: string;
  readonly box: string;
}

interface ValidVault extends VaultRow {
  readonly passphraseBytes: string;
  readonly key: string;
  readonly associated: string;
  readonly plain: string;
  readonly check: string;
  readonly content: Readonly<Record<string, string>>;
}

interface AuthorityRow {
  readonly siteKey: string;
  readonly certificate: string;
  readonly voucher: string;
  readonly why?: string;
}

interface RequestRow {
  readonly wire: string;
  readonly nodeKey: string;
  readonly publicKey: string;
  readonly names: { readonly dns: readonly string[]; readonly addresses: readonly string[] };
  readonly why?: string;
}

interface Rows<V, I> {
  readonly valid: readonly V[];
  readonly invalid: readonly I[];
}

interface VaultFile {
  readonly vaults: Rows<ValidVault, VaultRow & { readonly reason: string; readonly why: string }>;
  readonly authorities: Rows<AuthorityRow, AuthorityRow>;
  readonly requests: Rows<RequestRow, RequestRow>;
}

const path = new URL('../../../docs/protocol/vectors/vault.json', import.meta.url);
const file: VaultFile = JSON.parse(readFileSync(path, 'utf8'));
const bytes = (hex: string): Uint8Array => fromHex(hex)!;

const boxOf = ({ opsLimit, memBytes, salt, nonce, box }: VaultRow) => ({
  ...{ cost: { opsLimit, memBytes }, salt: bytes(salt), nonce: bytes(nonce), box: bytes(box) },
});

function contentOf({ siteName, ...rest }: Readonly<Record<string, string>>): VaultContent {
  const members = Object.entries(rest).map(([name, hex]) => [name, bytes(hex)]);
  return { siteName, ...Object.fromEntries(members) };
}

test('valid vaults open, and are sealed to the same bytes', () => {
  for (const row of file.vaults.valid) {
    const box = boxOf(row);
    const content = contentOf(row.content);
    assert.deepEqual(unsealVault(crypto, box, row.passphrase), { ok: true, value: content });
    assert.deepEqual(sealVault(crypto, content, { ...box, passphrase: row.passphrase }), box);
  }
});

test('vaults that do not open say why', () => {
  for (const row of file.vaults.invalid) {
    const opened = unsealVault(crypto, boxOf(row), row.passphrase);
    assert.deepEqual(opened, { ok: false, reason: row.reason }, row.why);
  }
});

test('by hand: key, associated data, box and content follow from the page alone', () => {
  for (const row of file.vaults.valid) {
    const { opsLimit, memBytes } = row;
    assert.equal(toHex(utf8(row.passphrase.normalize('NFKC'))), row.passphraseBytes);
    const cost = { opsLimit, memBytes };
    const key = crypto.passwordKey(bytes(row.passphraseBytes), bytes(row.salt), cost);
    assert.equal(toHex(key), row.key);
    const header = encodeCbor([1, opsLimit, memBytes, bytes(row.salt)]);
    const associated = concat(utf8('muster/1/vault\0'), header);
    assert.equal(toHex(associated), row.associated);
    const plain = crypto.open(bytes(row.box), associated, bytes(row.nonce), key)!;
    assert.equal(toHex(plain), row.plain);
    const whole = [opsLimit, memBytes, bytes(row.salt), bytes(row.nonce), bytes(row.box)];
    const check = crypto.blake2b(16, utf8('muster/1/vault-check\0'), encodeCbor(whole));
    assert.equal(toHex(check), row.check);
    const reader = new CborReader(plain);
    assert.deepEqual([reader.array(7), reader.uint(1, 1)], [7, 1]);
    assert.equal(reader.text(64), row.content.siteName);
    const names = ['siteKey', 'rootSeed', 'adminSeed', 'adminCertificate', 'tlsAuthority'];
    for (const name of names) {
      assert.equal(toHex(reader.bytes(16_384, 0)), row.content[name] ?? '', name);
    }
    assert.ok(reader.done());
  }
});

test('the root vouches for these authorities and for no other', () => {
  const isVouched = ({ siteKey, certificate, voucher }: AuthorityRow): boolean =>
    isTlsAuthorityVouched(crypto, bytes(siteKey), { certificate, voucher: bytes(voucher) });
  for (const row of file.authorities.valid) assert.ok(isVouched(row));
  for (const row of file.authorities.invalid) assert.ok(!isVouched(row), row.why);
});

test('requests are read, and a wrong one is not', async () => {
  for (const { wire, names, nodeKey, publicKey } of file.requests.valid) {
    const keys = { nodeKey: bytes(nodeKey), publicKey: bytes(publicKey) };
    assert.deepEqual(await readTlsRequest(bytes(wire)), { ...keys, names });
  }
  for (const { wire, why } of file.requests.invalid) {
    assert.equal(await readTlsRequest(bytes(wire)), undefined, why);
  }
});
