/** What speaks against a new passphrase. Only length is asked; the rest is Argon2id's work. */
import { adminLimits } from '../limits.ts';

export type PassphraseFault = 'short' | 'differ';

export function passphraseFault(passphrase: string, again: string): PassphraseFault | undefined {
  if ([...passphrase.trim()].length < adminLimits.passphraseCharsMin) return 'short';
  return passphrase === again ? undefined : 'differ';
}
