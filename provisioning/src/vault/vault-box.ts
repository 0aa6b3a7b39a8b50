/**
 * The vault as bytes: the keys of an admin, sealed under a passphrase with Argon2id (RFC 9106) and
 * XChaCha20-Poly1305. The parameters lie beside the box and are part of what it authenticates;
 * docs/protocol/vault.md has the format. Never keeps the passphrase or the key made from it.
 */
import {
  CborReader,
  type Crypto,
  concat,
  domain,
  encodeCbor,
  nameLimits,
  ok,
  type PasswordCost,
  type Result,
  refused,
} from '@muster/core';
import { vaultLimits } from '../limits.ts';
import { passphraseBytes } from './passphrase.ts';

/** What an admin keeps under the passphrase. */
export interface VaultContent {
  readonly siteName: string;
  /** Ed25519 public key of the site root, 32 bytes. */
  readonly siteKey: Uint8Array;
  /** Only with the admin who holds the site's root key; 32 bytes. */
  readonly rootSeed?: Uint8Array;
  /** 32 bytes. */
  readonly adminSeed: Uint8Array;
  /** Admin certificate in wire form. */
  readonly adminCertificate: Uint8Array;
  /** The site's TLS authority (encodeTlsAuthority), where this admin has it. */
  readonly tlsAuthority?: Uint8Array;
}

export interface VaultBox {
  readonly cost: PasswordCost;
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** 24 bytes. */
  readonly nonce: Uint8Array;
  readonly box: Uint8Array;
}

/**
 * `passphrase-wrong`: the key does not open the box. A box that someone altered looks the same: no
 * cipher can tell the two apart.
 */
export type VaultFault = 'too-costly' | 'passphrase-wrong' | 'malformed';

const version = 1;
const none = new Uint8Array(0);

export function sealVault(
  crypto: Crypto,
  content: VaultContent,
  how: Omit<VaultBox, 'box'> & { readonly passphrase: string },
): VaultBox {
  const { cost, salt, nonce, passphrase } = how;
  const plain = encodeContent(content);
  const key = keyOf(crypto, passphrase, how);
  const box = crypto.seal(plain, associatedData(how), nonce, key);
  wipe(plain, key);
  return { cost, salt, nonce, box };
}

/** Whoever calls wipes the seeds after use. */
export function unsealVault(
  crypto: Crypto,
  sealed: VaultBox,
  passphrase: string,
): Result<VaultContent, VaultFault> {
  const { opsLimit, memBytes } = sealed.cost;
  const isBearable =
    opsLimit >= 1 &&
    opsLimit <= vaultLimits.opsLimitMax &&
    memBytes >= 8192 &&
    memBytes <= vaultLimits.memBytesMax;
  if (!isBearable) return refused('too-costly');
  const key = keyOf(crypto, passphrase, sealed);
  const plain = crypto.open(sealed.box, associatedData(sealed), sealed.nonce, key);
  wipe(key);
  if (!plain) return refused('passphrase-wrong');
  const content = decodeContent(plain);
  wipe(plain);
  return content ? ok(content) : refused('malformed');
}

export function wipe(...secrets: Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

function keyOf(
  crypto: Crypto,
  passphrase: string,
  { salt, cost }: Pick<VaultBox, 'salt' | 'cost'>,
): Uint8Array {
  const bytes = passphraseBytes(passphrase);
  const key = crypto.passwordKey(bytes, salt, cost);
  wipe(bytes);
  return key;
}

function associatedData({ cost, salt }: Pick<VaultBox, 'salt' | 'cost'>): Uint8Array {
  return concat(domain('vault'), encodeCbor([version, cost.opsLimit, cost.memBytes, salt]));
}

function encodeContent(content: VaultContent): Uint8Array {
  const { siteName, siteKey, rootSeed = none, adminSeed } = content;
  const { adminCertificate, tlsAuthority = none } = content;
  return encodeCbor([
    ...[version, siteName, siteKey, rootSeed, adminSeed],
    ...[adminCertificate, tlsAuthority],
  ]);
}

function decodeContent(plain: Uint8Array): VaultContent | undefined {
  const reader = new CborReader(plain);
  reader.array(7);
  reader.uint(version, version);
  const siteName = reader.text(nameLimits.nameBytesMax);
  const siteKey = reader.bytes(32).slice();
  const rootSeed = reader.bytes(32, 0).slice();
  const adminSeed = reader.bytes(32).slice();
  const adminCertificate = reader.bytes(512, 1).slice();
  const tlsAuthority = reader.bytes(vaultLimits.boxBytesMax, 0).slice();
  if (!reader.done() || (rootSeed.length !== 0 && rootSeed.length !== 32)) return undefined;
  return {
    ...{ siteName, siteKey, adminSeed, adminCertificate },
    ...(rootSeed.length > 0 && { rootSeed }),
    ...(tlsAuthority.length > 0 && { tlsAuthority }),
  };
}
