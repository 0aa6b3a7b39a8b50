/**
 * The passphrase of a vault: one rule only, and one form of it in bytes, so that another keyboard
 * gives the same key. Never keeps or shows one.
 */
import { MusterError, utf8 } from '@muster/core';
import { vaultLimits } from '../limits.ts';

const { passphraseLettersMin, passphraseLettersMax } = vaultLimits;

/** What is wrong with it, a sentence; undefined for a good one. */
export function passphraseFault(passphrase: string): string | undefined {
  const letters = [...passphrase.normalize('NFKC')].length;
  if (letters < passphraseLettersMin) {
    return `A passphrase has at least ${passphraseLettersMin} characters; four words are good.`;
  }
  if (letters <= passphraseLettersMax) return undefined;
  return `A passphrase has at most ${passphraseLettersMax} characters.`;
}

export function requirePassphrase(passphrase: string): void {
  const fault = passphraseFault(passphrase);
  if (fault) throw new MusterError('passphrase-weak', 'This passphrase cannot be used', fault);
}

/** UTF-8 of its compatibility form (Unicode NFKC). */
export function passphraseBytes(passphrase: string): Uint8Array {
  return utf8(passphrase.normalize('NFKC'));
}
