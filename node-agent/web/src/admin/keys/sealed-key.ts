/**
 * The admin key as it lies on the phone: sealed under a passphrase (Argon2id, XChaCha20-Poly1305),
 * and beside that, where the person wants it, under what a passkey gives. Whoever copies the
 * phone's storage without either has nothing but the public certificate.
 */
import {
  type Crypto,
  concat,
  decodeAdminCertificate,
  domain,
  equalBytes,
  type KeyPair,
  type PasswordCost,
  type Random,
  utf8,
} from '@muster/core';

/** A seed of 32 bytes under a key that is not kept. */
interface Sealed {
  /** 24 bytes. */
  readonly nonce: Uint8Array;
  readonly box: Uint8Array;
}

export interface PassphraseLock extends Sealed {
  /** 16 bytes. */
  readonly salt: Uint8Array;
  readonly cost: PasswordCost;
}

export interface PasskeyLock extends Sealed {
  /** Credential id, base64url. */
  readonly credential: string;
  /** What the passkey's pseudo-random function is asked with, 32 bytes. */
  readonly input: Uint8Array;
}

/** meta 'admin'. */
export interface AdminKeyRecord {
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
  /** The root's word for it, in wire form; empty until the site has certified the key. */
  readonly certificate: Uint8Array;
  readonly passphrase: PassphraseLock;
  readonly passkey?: PasskeyLock;
}

/** Argon2id, wherever it is worked out: it takes about a second on a phone. */
export type DeriveKey = (
  password: Uint8Array,
  salt: Uint8Array,
  cost: PasswordCost,
) => Promise<Uint8Array>;

export interface SealParts {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly derive: DeriveKey;
}

/** The same bytes from any keyboard (NFKC); spaces around it, which nobody sees, do not count. */
function passphraseBytes(passphrase: string): Uint8Array {
  return utf8(passphrase.normalize('NFKC').trim());
}

export async function sealWithPassphrase(
  { crypto, random, derive }: SealParts,
  pair: KeyPair,
  choice: { readonly passphrase: string; readonly cost: PasswordCost },
): Promise<PassphraseLock> {
  const { cost } = choice;
  const salt = random.bytes(16);
  const key = await derive(passphraseBytes(choice.passphrase), salt, cost);
  return { salt, cost, ...seal(crypto, random.bytes(24), { pair, key, lock: 'passphrase' }) };
}

/** Undefined for a wrong passphrase, or when what is kept was changed. */
export async function openWithPassphrase(
  { crypto, derive }: Omit<SealParts, 'random'>,
  record: AdminKeyRecord,
  passphrase: string,
): Promise<KeyPair | undefined> {
  const { salt, cost } = record.passphrase;
  const key = await derive(passphraseBytes(passphrase), salt, cost);
  return open(crypto, record.passphrase, { publicKey: record.key, key, lock: 'passphrase' });
}

/** `secret` is what the passkey gave for `input`: 32 bytes that nobody else can have. */
export function sealWithPasskey(
  { crypto, random }: Omit<SealParts, 'derive'>,
  pair: KeyPair,
  passkey: Pick<PasskeyLock, 'credential' | 'input'> & { readonly secret: Uint8Array },
): PasskeyLock {
  const { credential, input, secret } = passkey;
  const key = passkeyKey(crypto, secret);
  return { credential, input, ...seal(crypto, random.bytes(24), { pair, key, lock: 'passkey' }) };
}

export function openWithPasskey(
  crypto: Crypto,
  record: AdminKeyRecord,
  secret: Uint8Array,
): KeyPair | undefined {
  const key = passkeyKey(crypto, secret);
  const { passkey } = record;
  return passkey && open(crypto, passkey, { publicKey: record.key, key, lock: 'passkey' });
}

/** The name that the root certified; empty before. */
export function adminNameOf({ certificate }: AdminKeyRecord): string {
  return decodeAdminCertificate(certificate)?.name ?? '';
}

function passkeyKey(crypto: Crypto, secret: Uint8Array): Uint8Array {
  return crypto.blake2b(32, domain('admin-passkey'), secret);
}

type LockName = 'passphrase' | 'passkey';

/** Bound to the key that it holds and to the lock, so that boxes cannot be exchanged. */
function associated(lock: LockName, publicKey: Uint8Array): Uint8Array {
  return concat(domain(`admin-key-${lock}`), publicKey);
}

function seal(
  crypto: Crypto,
  nonce: Uint8Array,
  what: { readonly pair: KeyPair; readonly key: Uint8Array; readonly lock: LockName },
): Sealed {
  const { pair, key, lock } = what;
  const seed = pair.secretKey.subarray(0, 32);
  return { nonce, box: crypto.seal(seed, associated(lock, pair.publicKey), nonce, key) };
}

function open(
  crypto: Crypto,
  { nonce, box }: Sealed,
  by: { readonly publicKey: Uint8Array; readonly key: Uint8Array; readonly lock: LockName },
): KeyPair | undefined {
  const seed = crypto.open(box, associated(by.lock, by.publicKey), nonce, by.key);
  const pair = seed && crypto.keyPairFromSeed(seed);
  return pair && equalBytes(pair.publicKey, by.publicKey) ? pair : undefined;
}
