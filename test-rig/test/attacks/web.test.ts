/**
 * The attacks on the web app in short: every Host and Origin, some of the payloads in a real
 * browser, and a planted fault of the page, which has to be found.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttackReport } from '../../src/attacks/web/attack-report.ts';
import { faultOfName, faultOfText } from '../../src/attacks/web/look.ts';
import { allPayloads } from '../../src/attacks/web/payloads/index.ts';
import { plantedRenders } from '../../src/attacks/web/planted-render.ts';
import {
  attackTexts,
  findPlanted,
  hostsAndPaths,
  launch,
} from '../../src/attacks/web/web-attacks.ts';

const say = () => {};

test('there are 500 payloads at least, each once', () => {
  const texts = allPayloads().map(({ text }) => text);
  assert.ok(texts.length >= 500, `${texts.length}`);
  assert.equal(new Set(texts).size, texts.length);
});

test('what is neutral and what is not', () => {
  for (const text of ['Ada', 'שלום', 'می‌خواهم', '👩‍👧', '❤️', 'two\nlines', 'Zoë']) {
    assert.equal(faultOfText(text), undefined, text);
  }
  for (const text of [
    'a\u202Eb',
    'a\u200Bb',
    'a\u200D',
    '\u{E0041}',
    'a\u0000',
    '\uD800',
    '\u2800',
  ]) {
    assert.notEqual(faultOfText(text), undefined, JSON.stringify(text));
  }
  for (const name of ['Ada@harbour', 'Ada ✓', 'x'.repeat(41), 'a\nb']) {
    assert.notEqual(faultOfName(name), undefined, name);
  }
});

test('every bad Host, Origin and path is refused, every good one served', async () => {
  const report = new AttackReport();
  await hostsAndPaths({ report, say });
  assert.deepEqual(report.failures, []);
});

test('texts stay texts in a real browser; a page that takes them as HTML is found', async () => {
  const browser = await launch();
  try {
    const report = new AttackReport();
    const some = allPayloads().filter((_, i) => i % 12 === 0);
    await attackTexts(some, browser, { report });
    await findPlanted(plantedRenders[0]!, browser, { report, say });
    assert.deepEqual(report.failures, []);
    const { figures } = report.asRig('web');
    assert.equal(figures.plantedFound, 1);
  } finally {
    await browser.close();
  }
});
