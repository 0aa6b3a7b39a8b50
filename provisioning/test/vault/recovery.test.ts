/** The root key on paper: words that come back, faults with names, the sheet as it is printed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '@muster/core';
import {
  proveRecovery,
  recoverySheetHtml,
  recoveryWords,
  seedOfWords,
  wordsFaultText,
} from '@muster/provisioning';
import { crypto, sampleSite } from '../support/sample.ts';

/** Of the test vectors of BIP 39 (github.com/trezor/python-mnemonic, vectors.json). */
const published = [
  ['00'.repeat(32), `${'abandon '.repeat(23)}art`],
  ['ff'.repeat(32), `${'zoo '.repeat(23)}vote`],
  [
    '68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c',
    'hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy ' +
      'gospel tennis maple dilemma loan word shrug inflict delay length',
  ],
] as const;

test('the words are those of BIP 39, both ways', async () => {
  for (const [hex, words] of published) {
    const seed = fromHex(hex)!;
    assert.equal(await recoveryWords(seed), words);
    assert.deepEqual(await seedOfWords(words), { ok: true, value: seed });
  }
});

test('what people type is read: either case, numbers, commas, lines', async () => {
  const words = published[2][1].split(' ');
  const typed = words.map((word, i) => `${i + 1}. ${word.toUpperCase()},`).join('\n');
  assert.deepEqual(await seedOfWords(typed), { ok: true, value: fromHex(published[2][0]) });
});

test('each fault of the words has its name and its mend', async () => {
  const words = published[2][1].split(' ');
  const swapped = [words[1], words[0], ...words.slice(2)].join(' ');
  const cases = [
    ['words-count', words.slice(1).join(' ')],
    ['words-count', ''],
    ['words-count', 'x '.repeat(100_000)],
    ['words-unknown', ['hamstr', ...words.slice(1)].join(' ')],
    ['words-checksum', swapped],
  ] as const;
  for (const [reason, text] of cases) {
    assert.deepEqual(await seedOfWords(text), { ok: false, reason });
  }
  for (const { message, mend } of Object.values(wordsFaultText)) {
    assert.ok(!message.endsWith('.') && mend.endsWith('.'));
  }
});

test('a trial restore proves the words to the site, and to no other', async () => {
  const site = sampleSite();
  const words = await recoveryWords(site.root.secretKey.subarray(0, 32));
  const proven = await proveRecovery(words, { crypto, siteKey: site.siteKey });
  assert.deepEqual(proven, { ok: true, value: site.root });
  const { siteKey } = sampleSite(2);
  const foreign = await proveRecovery(words, { crypto, siteKey });
  assert.deepEqual(foreign, { ok: false, reason: 'words-other-site' });
});

test('the sheet has every word with its number, and a name can do nothing in it', () => {
  const words = published[2][1];
  const qrSvg = '<?xml version="1.0"?><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>';
  const siteName = '<img src=x onerror=alert(1)> & "Co"';
  const html = recoverySheetHtml({ siteName, words, qrSvg, date: '21 November 2026' });
  for (const [i, word] of words.split(' ').entries()) {
    assert.ok(html.includes(`<li><b>${i + 1}</b> ${word}</li>`), word);
  }
  assert.ok(html.includes('<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>'));
  assert.ok(html.includes('21 November 2026') && html.includes('muster site recover'));
  assert.doesNotMatch(html, /<img|<script|<\?xml/);
  assert.ok(html.includes("default-src 'none'"));
  const plain = { siteName: 'Camp', words, date: '' };
  for (const bad of ['<b>none</b>', '<svg onload="x()"></svg>', '<svg><script>x</script></svg>']) {
    assert.throws(() => recoverySheetHtml({ ...plain, qrSvg: bad }), RangeError);
  }
  assert.throws(() => recoverySheetHtml({ ...plain, words: 'a b', qrSvg }), RangeError);
});
