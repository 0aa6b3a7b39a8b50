/** Names and texts of strangers: what is harmless stays, what deceives goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hueOf, hues, longFingerprint, patternOf, shortTag } from '../src/text/fingerprint.ts';
import { textParts } from '../src/text/links.ts';
import { foldName, neutralName, neutralText } from '../src/text/neutral.ts';

test('names lose everything invisible, direction-turning, piled-up and badge-like', () => {
  const cases = [
    ['  Ada \n Lovelace ', 'Ada Lovelace'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['A\u200Bd\u200Ca\u2060\uFEFF', 'Ada'],
    ['Staff \u2713\u2714\uFE0F \u{1F6E1}\uFE0F', 'Staff'],
    ['\u3164\u2800\u115F\u00AD', ''],
    ['a\u0300\u0301\u0302\u0303\u0304\u0305', '\u00E0\u0301\u0302\u0303'],
    ['A\u{E0041}\u{E0042}', 'A'],
    ['Ada \u{1F5F9}', 'Ada'],
    ['\u{1F469}\u200D\u{1F467}', '\u{1F469}\u200D\u{1F467}'],
    ['Zo\u00EB \u00D8yvind \u0141ukasz', 'Zo\u00EB \u00D8yvind \u0141ukasz'],
    ['\u0645\u0631\u062D\u0628\u0627', '\u0645\u0631\u062D\u0628\u0627'],
    ['Mira@harbour', 'Mira\u00B7harbour'],
    ['Mira\uFF20\uFE6Bharbour', 'Mira\u00B7\u00B7harbour'],
    ['x'.repeat(90), `${'x'.repeat(39)}\u2026`],
  ] as const;
  for (const [name, shown] of cases) assert.equal(neutralName(name), shown);
});

test('texts keep their lines, emoji and spelling', () => {
  const cases = [
    ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
    ['a\n\n\n\n\n\nb', 'a\n\n\nb'],
    ['  x  ', 'x'],
    [
      '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
      '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645',
    ],
    [
      '\u{1F469}\u{1F3FD}\u200D\u{1F680} \u2764\uFE0F',
      '\u{1F469}\u{1F3FD}\u200D\u{1F680} \u2764\uFE0F',
    ],
    ['a\u200D\u200Db', 'ab'],
    ['tab\tbell\u0007nul\u0000', 'tab  bellnul'],
    ['\u2067evil\u2069', 'evil'],
  ] as const;
  for (const [text, shown] of cases) assert.equal(neutralText(text), shown);
});

test('no control or format character survives, but for line feeds and joiners', () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const letter = String.fromCodePoint(code);
    if (!/[\p{Cc}\p{Cf}]/u.test(letter) || '\n\r\t\u200C\u200D'.includes(letter)) continue;
    for (const neutral of [neutralName, neutralText]) {
      assert.equal(neutral(`a${letter}b`), 'ab', code.toString(16));
    }
  }
});

test('nothing that fonts may leave out survives either, assigned or not', () => {
  const kept = '\u200C\u200D\uFE0F';
  for (let code = 0; code <= 0xe1000; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const letter = String.fromCodePoint(code);
    if (!/\p{Default_Ignorable_Code_Point}/u.test(letter) || kept.includes(letter)) continue;
    for (const neutral of [neutralName, neutralText]) {
      assert.equal(neutral(`a${letter}b`), 'ab', code.toString(16));
    }
  }
});

test('what is neutral stays as it is, whatever strange signs it was made of', () => {
  const signs = 'ab \n\t\u0301\u0302\u0323\u0915\u094D\u200B\u200C\u200D\u202E\u2066\u2713\uFE0F';
  const emoji = '\u{1F469}\u{1F3FD}\u{1F680}\u2764\u{E0041}\u0645\u06CC\u1100\u1161\u00C5\u212B';
  const sign = fc.constantFrom(...signs, ...emoji);
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 60 }), (drawn) => {
      for (const neutral of [neutralName, neutralText]) {
        const shown = neutral(drawn.join(''));
        assert.equal(neutral(shown), shown);
      }
    }),
    { numRuns: 2000 },
  );
});

test('names that look alike fold to the same', () => {
  for (const alike of ['Ada', 'ADA', ' a\u200Bda ', '\u0410d\u0430', 'Ad\u00E0']) {
    assert.equal(foldName(alike), foldName('ada'), alike);
  }
  assert.equal(foldName('Harb0ur'), foldName('harbour'));
  assert.notEqual(foldName('Ada'), foldName('Adam'));
  assert.notEqual(foldName('\u{1F600}'), foldName('\u{1F601}'));
});

test('only web addresses become links, and they show where they go', () => {
  const links = (text: string) => textParts(text).filter((part) => part.href !== undefined);
  assert.deepEqual(links('see https://a.example/x?y=1, or (http://b.example).'), [
    { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
    { text: 'http://b.example', href: 'http://b.example/' },
  ]);
  for (const none of [
    'javascript:alert(1)',
    'data:text/html,<b>',
    'https://',
    'http://user@evil.example/',
    'www.example.org',
  ]) {
    assert.deepEqual(links(none), [], none);
  }
  const [disguised] = links('https://\u0440\u0430ypal.example/');
  assert.match(disguised!.text, /^https:\/\/xn--/);
});

test('the parts of a text put together are the text, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.webUrl(), (text, url) => {
      const all = `${text} ${url} ${text}`;
      const parts = textParts(all);
      if (parts.every((part) => part.href === undefined || all.includes(part.text))) {
        assert.equal(parts.map((part) => part.text).join(''), all);
      }
      for (const { href } of parts) if (href !== undefined) assert.match(href, /^https?:\/\//);
    }),
  );
});

test('fingerprints are read off the key, five bits a letter', () => {
  const key = `${'00443214c74254b635cf84653a56d7c675be77df'}${'00'.repeat(12)}`;
  const groups = ['0123', '4567', '89ab', 'cdef', 'ghjk', 'mnpq', 'rstv', 'wxyz'];
  assert.deepEqual(longFingerprint(key), groups);
  assert.equal(shortTag(key), '0123');
  for (let i = 0; i < 64; i++) {
    const other = i.toString(16).padStart(2, '0').repeat(32);
    assert.ok(hueOf(other) < hues);
    for (const [column, row] of patternOf(other)) assert.ok(column < 5 && row < 5);
  }
});
