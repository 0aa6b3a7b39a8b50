/**
 * Fuzz target: what a vault holds. Input: 0 and the plaintext, which is sealed as a vault would be;
 * or anything else as the sealed box itself. What opens must seal to the same box again.
 */
import { concat, domain, encodeCbor, utf8 } from '@muster/core';
import { sealVault, unsealVault, type VaultContent } from '@muster/provisioning';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { admin, crypto, site } from './cast.ts';

/** The least that there is: one input must not cost what a guess at a passphrase should. */
const cost = { opsLimit: 1, memBytes: 8_192 };
const passphrase = 'correct horse battery';
const how = { cost, salt: new Uint8Array(16).fill(1), nonce: new Uint8Array(24).fill(2) };
const key = crypto.passwordKey(utf8(passphrase), how.salt, cost);
const associated = concat(domain('vault'), encodeCbor([1, cost.opsLimit, cost.memBytes, how.salt]));
const isPlain = 0;

export function createVaultTarget(): FuzzTarget {
  const least: VaultContent = {
    ...{ siteName: 'Fair', siteKey: site.key.publicKey, adminSeed: new Uint8Array(32).fill(3) },
    adminCertificate: admin.issuer.certificate,
  };
  const whole = {
    ...{ ...least, siteName: '', rootSeed: new Uint8Array(32).fill(4) },
    tlsAuthority: new Uint8Array(200).fill(5),
  };
  const boxes = [least, whole].map((content) => sealVault(crypto, content, { ...how, passphrase }));
  const plains = boxes.map(({ box }) => crypto.open(box, associated, how.nonce, key)!);
  return {
    name: 'vault',
    seeds: () => [
      ...plains.map((plain) => concat(Uint8Array.of(isPlain), plain)),
      ...boxes.map(({ box }) => box),
    ],
    run: runVault,
  };
}

function runVault(input: Uint8Array): FuzzVerdict {
  const isWrapped = input[0] === isPlain;
  const plain = input.subarray(1);
  const box = isWrapped ? crypto.seal(plain, associated, how.nonce, key) : input;
  const opened = unsealVault(crypto, { ...how, box }, passphrase);
  if (!opened.ok) return opened.reason;
  const again = sealVault(crypto, opened.value, { ...how, passphrase });
  return Buffer.from(again.box).equals(box) || broken('two forms of one vault');
}
