/** What an address, a pasted text or a scanned code leads to; everything else leads to the list. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelHash, codeIn, passIn, readRoute } from '../src/ui/route.ts';

const tag = '0f'.repeat(16);
const code = 'hQEAWCBAbc_-'.repeat(5);

test('addresses lead to a channel, to a code, or to the list', () => {
  assert.deepEqual(readRoute(channelHash(tag)), { kind: 'channel', tagHex: tag });
  assert.deepEqual(readRoute(`#join=${code}`), { kind: 'join', code });
  const others = [
    '',
    '#/',
    '#/c/',
    `#/c/${tag}0`,
    `#/c/${tag.toUpperCase()}`,
    '#join=',
    '#join=<b>',
  ];
  for (const hash of others) assert.deepEqual(readRoute(hash), { kind: 'list' }, hash);
});

test('a guest pass is found in a link or alone, in letters of either case', () => {
  const pass = `MUSTER-PASS:1:${'AB2Z'.repeat(40)}`;
  for (const text of [
    pass,
    ` ${pass.toLowerCase()}\n`,
    `#/pass/${pass}`,
    `http://x/#/pass/${pass}`,
  ]) {
    assert.equal(passIn(text), pass, text);
  }
  assert.deepEqual(readRoute(`#/pass/${pass}`), { kind: 'pass', text: pass });
  const long = `${pass}${'A'.repeat(1_000)}`;
  for (const text of ['', `${pass}0`, `${pass} x`, pass.slice(0, 14), `x${pass}`, long]) {
    assert.equal(passIn(text), undefined, text);
  }
});

test('a code is found in a link to any node, at the end of it, or alone', () => {
  for (const text of [
    code,
    `  ${code}\n`,
    `#join=${code}`,
    `http://10.0.0.1:8080/#join=${code}`,
    `https://box.example/#join=${code}`,
  ]) {
    assert.equal(codeIn(text), code, text);
  }
  for (const text of ['', 'hello', `http://x/#join=${code} and more`, 'x'.repeat(500)]) {
    assert.equal(codeIn(text), undefined, text);
  }
});
