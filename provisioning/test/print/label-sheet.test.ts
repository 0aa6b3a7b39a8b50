/** The sheet of labels: twelve to a page, everything that a label needs, names inert. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelSheetHtml } from '@muster/provisioning';

const label = (i: number) => ({
  name: `Box ${i}`,
  code: `MUSTER-NODE:1:CODE${i}`,
  shortCode: `K7QF-${i}`,
  qrSvg: `<svg id="qr${i}"></svg>`,
});

test('twelve labels make one page, thirteen two', () => {
  const pages = (count: number): number => {
    const labels = Array.from({ length: count }, (_, i) => label(i));
    return labelSheetHtml(labels).split('<section').length - 1;
  };
  assert.deepEqual([1, 12, 13, 24, 25].map(pages), [1, 1, 2, 2, 3]);
});

test('a label has its name, codes and image, and the site', () => {
  const html = labelSheetHtml([label(1), label(2)], { siteName: 'Camp & Co' });
  for (const text of ['Box 2', 'MUSTER-NODE:1:CODE2', 'K7QF-2', '<svg id="qr2">']) {
    assert.ok(html.includes(text), text);
  }
  assert.ok(html.includes('Camp &#38; Co'));
  const hostile = labelSheetHtml([{ ...label(1), name: '</div><script>x</script>' }]);
  assert.doesNotMatch(hostile, /<script/);
});
