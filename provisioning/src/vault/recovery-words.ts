/**
 * The site's root key as 24 words for paper: BIP 39, English list, of the 32-byte seed itself (no
 * further passphrase, no derivation). The word list is loaded only where words are needed. Never
 * puts a word into an error.
 */
import { type Crypto, equalBytes, type KeyPair, ok, type Result, refused } from '@muster/core';

export type WordsFault = 'words-count' | 'words-unknown' | 'words-checksum';

/** What people are told. */
export const wordsFaultText: Readonly<
  Record<WordsFault | 'words-other-site', { readonly message: string; readonly mend: string }>
> = {
  'words-count': {
    message: 'These are not 24 words',
    mend: 'Type all 24 words of the recovery sheet in their order, with spaces between them.',
  },
  'words-unknown': {
    message: 'At least one of the words is not of the list',
    mend: 'Compare each word with the sheet; every one is an English word of 3 to 8 letters.',
  },
  'words-checksum': {
    message: 'The words do not belong together',
    mend: 'A word is wrong, or two changed places. Compare them with the sheet, one by one.',
  },
  'words-other-site': {
    message: 'The words are right, but they are those of another site',
    mend: 'Take the recovery sheet of this site; its name stands at the top.',
  },
};

const wordCount = 24;

/** 24 words with a space between each. */
export async function recoveryWords(rootSeed: Uint8Array): Promise<string> {
  const { bip39, wordlist } = await words();
  return bip39.entropyToMnemonic(rootSeed, wordlist);
}

/** Takes what people type: either case, numbers before the words, commas, line breaks. */
export async function seedOfWords(text: string): Promise<Result<Uint8Array, WordsFault>> {
  const typed = text.toLowerCase().match(/[a-z]+/g) ?? [];
  if (typed.length !== wordCount) return refused('words-count');
  const { bip39, wordlist } = await words();
  if (!typed.every((word) => wordlist.includes(word))) return refused('words-unknown');
  try {
    return ok(bip39.mnemonicToEntropy(typed.join(' '), wordlist));
  } catch {
    return refused('words-checksum');
  }
}

/**
 * The trial restore: the root key pair that the words give, when it is that of the site. Without a
 * site key (32 bytes) any site's words are right.
 */
export async function proveRecovery(
  text: string,
  { crypto, siteKey }: { readonly crypto: Crypto; readonly siteKey?: Uint8Array },
): Promise<Result<KeyPair, WordsFault | 'words-other-site'>> {
  const seed = await seedOfWords(text);
  if (!seed.ok) return seed;
  const root = crypto.keyPairFromSeed(seed.value);
  seed.value.fill(0);
  const isRight = !siteKey || equalBytes(root.publicKey, siteKey);
  return isRight ? ok(root) : refused('words-other-site');
}

async function words() {
  const [bip39, { wordlist }] = await Promise.all([
    import('@scure/bip39'),
    import('@scure/bip39/wordlists/english.js'),
  ]);
  return { bip39, wordlist };
}
