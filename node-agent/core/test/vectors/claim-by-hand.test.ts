/**
 * The first claim of claim.json, derived from docs/protocol/claim.md and the Noise specification
 * with nothing of the core: what a second implementation would do as the subject, and as the
 * issuer up to the comparison code.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import sodium from 'libsodium-wrappers-sumo';
import { ascii, base32, domain, hash, join, keysOf, sign, text } from '../support/by-hand.ts';
import { load } from './load.ts';

interface File {
  readonly claims: readonly {
    readonly code: string;
    readonly certificate: string;
    readonly messages: readonly { readonly message: string }[];
    readonly comparisonCode: string;
  }[];
}

const none = new Uint8Array(0);
const root = keysOf('01');
const admin = keysOf('21');
const blank = keysOf('23');
const secret = join('5a'.repeat(16));
const site = hash(16, domain('site'), root.publicKey);
const fingerprint = hash(16, domain('claim-key'), admin.publicKey);
const claim = load<File>('claim.json').claims[0]!;

test('the invite, to the letter', () => {
  const address = ascii('192.168.178.100:8080');
  const content = join(
    '85 50',
    secret,
    '50',
    fingerprint,
    '50',
    site,
    '1a 6b49d200 81 74',
    address,
  );
  const check = hash(16, domain('claim-check'), ascii('NODE'), content).subarray(0, 4);
  assert.equal(`MUSTER-NODE:1:${base32(join(content, check))}`, claim.code);
});

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const padded = join(key, '00'.repeat(128 - key.length));
  const inner = hash(
    64,
    padded.map((byte) => byte ^ 0x36),
    ...parts,
  );
  return hash(
    64,
    padded.map((byte) => byte ^ 0x5c),
    inner,
  );
}

function hkdf(chainingKey: Uint8Array, material: Uint8Array): readonly Uint8Array[] {
  const key = hmac(chainingKey, material);
  const first = hmac(key, join('01'));
  const second = hmac(key, first, join('02'));
  return [first, second, hmac(key, second, join('03'))];
}

const seal = (key: Uint8Array, count: number, plain: Uint8Array, associated: Uint8Array = none) => {
  const nonce = join('00000000', Uint8Array.of(count), '00'.repeat(7));
  return sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
    ...([plain, associated, null, nonce, key.subarray(0, 32)] as const),
  );
};

/** The handshake of both ends at once: who knows all secrets needs no messages. */
function handshake() {
  const name = ascii('Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b');
  let h: Uint8Array = join(name, '00'.repeat(64 - name.length));
  let [ck, k]: readonly Uint8Array[] = [h, none];
  const mixHash = (...parts: readonly Uint8Array[]) => {
    h = hash(64, h, ...parts);
  };
  const mixKey = (material: Uint8Array) => {
    [ck, k] = hkdf(ck!, material);
  };
  const encrypt = (payload: Uint8Array) => {
    const box = seal(k!, 0, payload, h);
    mixHash(box);
    return box;
  };
  mixHash(domain('claim'), join('00'), fingerprint, site);
  const [ofSubject, ofIssuer] = [join('81'.repeat(32)), join('71'.repeat(32))];
  const [mine, theirs] = [ofSubject, ofIssuer].map((key) => sodium.crypto_scalarmult_base(key));

  const psk = hkdf(ck!, hash(32, domain('claim-psk'), secret));
  ck = psk[0];
  mixHash(psk[1]!);
  mixHash(mine!);
  mixKey(mine!);
  const first = join(mine!, encrypt(join('81 01')));

  const commitment = hash(32, domain('claim-commit'), h, join('72'.repeat(16)));
  mixHash(theirs!);
  mixKey(theirs!);
  mixKey(sodium.crypto_scalarmult(ofSubject, theirs!));
  const second = join(theirs!, encrypt(join('82 01 58 20', commitment)));
  const [fromSubject, fromIssuer] = hkdf(ck!, none);
  return { first, second, h, fromSubject: fromSubject!, fromIssuer: fromIssuer! };
}

test('the whole claim up to the offer, and the six digits', () => {
  const { first, second, h, fromSubject, fromIssuer } = handshake();
  const [ofSubject, ofIssuer] = [join('82'.repeat(16)), join('72'.repeat(16))];
  const proof = (role: string, key: Uint8Array) => sign(join(domain(`claim-${role}`), h), key);
  const subject = join(
    ...['86 02 50', ofSubject, '58 20', blank.publicKey],
    ...['58 40', proof('subject', blank.privateKey)],
    ...['6a', ascii('blank node'), '65', ascii('0.1.0')],
  );
  const certificate = join(claim.certificate);
  const issuer = join(
    ...['87 01 50', ofIssuer, '58 20', admin.publicKey],
    ...['58 40', proof('issuer', admin.privateKey)],
    ...['58', Uint8Array.of(certificate.length), certificate],
    ...['58 20', root.publicKey, '67', ascii('harbour')],
  );
  const derived = [
    ...[first, second, seal(fromSubject, 0, subject), seal(fromIssuer, 0, issuer)],
    seal(fromSubject, 1, join('81 03')),
  ];
  derived.forEach((message, i) => {
    assert.equal(text(message), claim.messages[i]?.message, `message ${i + 1}`);
  });
  const closing = [seal(fromSubject, 2, join('81 05')), seal(fromIssuer, 2, join('81 07'))];
  assert.deepEqual(
    closing.map(text),
    claim.messages.slice(6).map(({ message }) => message),
  );
  const digest = hash(16, domain('claim-compare'), h, ofSubject, ofIssuer);
  const digits = String(Buffer.from(digest).readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  assert.equal(`${digits.slice(0, 3)} ${digits.slice(3)}`, claim.comparisonCode);
});
