/**
 * vault.json: vaults with everything that went into them, boxes that do not open with the reason
 * why, the root's word for a TLS authority, and requests for server certificates. The first vault
 * has the parameters that are written today; the others are cheap, to be quick.
 */
import {
  concat,
  domain,
  encodeCbor,
  fromHex,
  type PasswordCost,
  powersAll,
  signAdminCertificate,
  utf8,
} from '@muster/core';
import {
  sealVault,
  type VaultBox,
  type VaultContent,
  vouchForTlsAuthority,
} from '@muster/provisioning';
import { crypto, foreignRoot, lastEpoch, node, none, person, root, site } from './cast.ts';
import type { Vector } from './json.ts';

const today = { opsLimit: 3, memBytes: 64 * 1024 * 1024 };
const cheap = { opsLimit: 1, memBytes: 8192 };
const passphrase = 'correct horse battery staple';
const siteKey = root.key.publicKey;
const adminCertificate = signAdminCertificate(
  crypto,
  { site, adminKey: person.key.publicKey, powers: powersAll, epoch: lastEpoch, name: 'Ada' },
  root.key,
);
const phone: VaultContent = {
  ...{ siteName: 'Camp', siteKey, adminCertificate },
  adminSeed: person.seed,
};
const holder: VaultContent = {
  ...phone,
  rootSeed: root.seed,
  tlsAuthority: utf8('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
};

export function vaultVectors(): Vector {
  return {
    about:
      'Vaults, TLS authorities and requests for server certificates; docs/protocol/vault.md says ' +
      'how. `key` is Argon2id of the passphrase; `associated` and `plain` go into the box. ' +
      'All bytes are hex.',
    vaults: { valid: validVaults(), invalid: invalidVaults() },
    authorities: authorities(),
    requests: requests(),
  };
}

function bytesOf(count: number, byte: number): Uint8Array {
  return new Uint8Array(count).fill(byte);
}

function sealed(content: VaultContent, cost: PasswordCost, phrase = passphrase): VaultBox {
  const how = { cost, salt: bytesOf(16, 0xa1), nonce: bytesOf(24, 0xb2), passphrase: phrase };
  return sealVault(crypto, content, how);
}

function validVaults(): Vector[] {
  const rows = [
    { content: holder, cost: today, passphrase },
    { content: phone, cost: cheap, passphrase },
    // Composed and decomposed letters, and a ligature: one key.
    { content: phone, cost: cheap, passphrase: 'Gru\u0308ne \ufb01sche' },
    { content: phone, cost: { opsLimit: 16, memBytes: 16_384 }, passphrase: 'ten chars!' },
  ];
  return rows.map(({ content, cost, passphrase: phrase }) => {
    const vault = sealed(content, cost, phrase);
    const passphraseBytes = utf8(phrase.normalize('NFKC'));
    const key = crypto.passwordKey(passphraseBytes, vault.salt, cost);
    const associated = associatedOf(vault);
    const plain = crypto.open(vault.box, associated, vault.nonce, key)!;
    return {
      ...{ passphrase: phrase, passphraseBytes },
      ...{ opsLimit: cost.opsLimit, memBytes: cost.memBytes },
      ...{ salt: vault.salt, key, nonce: vault.nonce, associated, plain, box: vault.box },
      check: crypto.blake2b(16, domain('vault-check'), headerOf(vault)),
      content: { ...content },
    };
  });
}

function associatedOf({ cost, salt }: VaultBox): Uint8Array {
  return concat(domain('vault'), encodeCbor([1, cost.opsLimit, cost.memBytes, salt]));
}

function headerOf({ cost, salt, nonce, box }: VaultBox): Uint8Array {
  return encodeCbor([cost.opsLimit, cost.memBytes, salt, nonce, box]);
}

/** Any bytes in a box that is sealed as a vault is. */
function sealedBytes(plain: Uint8Array): VaultBox {
  const vault = sealed(phone, cheap);
  const key = crypto.passwordKey(utf8(passphrase), vault.salt, cheap);
  return { ...vault, box: crypto.seal(plain, associatedOf(vault), vault.nonce, key) };
}

function invalidVaults(): Vector[] {
  const right = sealed(phone, cheap);
  const flipped = right.box.slice();
  flipped[3]! ^= 1;
  const plain = encodeCbor([1, 'Camp', siteKey, none, person.seed, adminCertificate, none]);
  const version2 = encodeCbor([2, 'Camp', siteKey, none, person.seed, adminCertificate, none]);
  const halfRoot = encodeCbor([
    ...[1, 'Camp', siteKey, bytesOf(16, 1), person.seed],
    ...[adminCertificate, none],
  ]);
  const rows: readonly (readonly [reason: string, why: string, vault: VaultBox, by?: string])[] = [
    ['passphrase-wrong', 'Another passphrase.', right, 'correct horse battery stable'],
    ['passphrase-wrong', 'A space at its end.', right, `${passphrase} `],
    ['passphrase-wrong', 'A bit turned in the box.', { ...right, box: flipped }],
    ['passphrase-wrong', 'Cut off by a byte.', { ...right, box: right.box.subarray(0, -1) }],
    ['passphrase-wrong', 'No bytes.', { ...right, box: none }],
    [
      'passphrase-wrong',
      'Other parameters beside it.',
      { ...right, cost: { ...cheap, opsLimit: 2 } },
    ],
    ['passphrase-wrong', 'Another salt beside it.', { ...right, salt: bytesOf(16, 1) }],
    [
      'too-costly',
      'Asks for 10 GB.',
      { ...right, cost: { opsLimit: 3, memBytes: 10 * 1024 ** 3 } },
    ],
    [
      'too-costly',
      'More than 256 MiB.',
      { ...right, cost: { ...cheap, memBytes: 2 ** 28 + 1024 } },
    ],
    ['too-costly', '17 passes.', { ...right, cost: { ...cheap, opsLimit: 17 } }],
    ['too-costly', 'No pass at all.', { ...right, cost: { ...cheap, opsLimit: 0 } }],
    ['malformed', 'A byte too many inside.', sealedBytes(concat(plain, bytesOf(1, 0)))],
    ['malformed', 'Version 2 inside.', sealedBytes(version2)],
    ['malformed', 'A root seed of 16 bytes.', sealedBytes(halfRoot)],
    ['malformed', 'Nothing inside.', sealedBytes(none)],
  ];
  return rows.map(([reason, why, { cost, salt, nonce, box }, by = passphrase]) => ({
    ...{ reason, why, passphrase: by },
    ...{ opsLimit: cost.opsLimit, memBytes: cost.memBytes, salt, nonce, box },
  }));
}

function authorities(): Vector {
  const certificate = '-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n';
  const voucher = vouchForTlsAuthority(crypto, root.key, certificate);
  const flipped = voucher.slice();
  flipped[40]! ^= 1;
  const other = '-----BEGIN CERTIFICATE-----\nMAMCAQI=\n-----END CERTIFICATE-----\n';
  const foreign = vouchForTlsAuthority(crypto, foreignRoot.key, certificate);
  return {
    valid: [{ siteKey, certificate, voucher }],
    invalid: [
      { why: 'A bit turned.', siteKey, certificate, voucher: flipped },
      { why: 'For another certificate.', siteKey, certificate: other, voucher },
      { why: 'By the root of another site.', siteKey, certificate, voucher: foreign },
      { why: 'For another site.', siteKey: foreignRoot.key.publicKey, certificate, voucher },
    ],
  };
}

/** Of a P-256 key that was thrown away; ECDSA signatures are not the same twice. */
const requestKey = fromHex(
  '3059301306072a8648ce3d020106082a8648ce3d030107034200045aec91e9f164c4778d6d6c30931a9ba88c892bf6' +
    '450b5a42e15c3de4356fb539a2a59a8dd85f5c581551c6fc1a0cbb5c4a0e68a4b07852d848420135cab654c1',
)!;
const requestSignature = fromHex(
  '66b7fb75ead45e03b7a6de8484739e761059908aab9698ef5ad9d15d6473569bf10e1cb4226aa54e945994d985c169' +
    '68e52a8b94bce7591a54d0d69e6c270e8b',
)!;

function requests(): Vector {
  const names = { dns: ['box-7.local', 'localhost'], addresses: ['127.0.0.1', '192.168.7.4'] };
  const requestOf = (nodeKey: Uint8Array, dns: readonly string[]): Uint8Array => {
    const signed = encodeCbor([1, nodeKey, requestKey, dns, names.addresses]);
    return encodeCbor([signed, requestSignature]);
  };
  const nodeKey = node.key.publicKey;
  const wire = requestOf(nodeKey, names.dns);
  return {
    valid: [{ nodeKey, publicKey: requestKey, names, wire }],
    invalid: [
      { why: 'No bytes.', wire: none },
      { why: 'Cut off by a byte.', wire: wire.subarray(0, -1) },
      { why: 'A byte too many.', wire: concat(wire, bytesOf(1, 0)) },
      { why: 'Other names than those that were signed.', wire: requestOf(nodeKey, ['x.local']) },
      {
        why: 'Another node than the one that was signed.',
        wire: requestOf(person.key.publicKey, names.dns),
      },
    ],
  };
}
