import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ClaimCode,
  type ClaimCodeFault,
  ClockQuality,
  claimFaultText,
  claimFingerprint,
  claimIdOf,
  claimLimits,
  decodeClaimCode,
  encodeClaimCode,
  judgeClaimCode,
  type Result,
  shortCodeOf,
  toBase32,
} from '../../src/index.ts';
import { SeededRandom } from '../../src/testing/index.ts';
import { site } from '../support/admins.ts';
import { crypto } from '../support/crypto.ts';
import { codeOf } from './claim-world.ts';

const decode = (text: string) => decodeClaimCode(crypto, text);
const reason = (of: Result<ClaimCode, ClaimCodeFault>) => (of.ok ? 'ok' : of.reason);
const kinds = ['invite', 'label', 'admin'] as const;

test('codes of each kind come back, in letters that a QR code holds in little room', () => {
  for (const kind of kinds) {
    const text = encodeClaimCode(crypto, codeOf(kind));
    assert.match(text, /^[0-9A-Z:-]+$/);
    assert.deepEqual(decode(text), { ok: true, value: codeOf(kind) });
  }
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const address = fc.oneof(
    fc.constantFrom('10.0.0.1:80', '[fd00::1]:8080', 'box-7.local:65535', 'Gate.example:1'),
    fc.stringMatching(/^[a-z0-9-]{1,40}\.local:[0-9]{1,5}$/),
  );
  const drawn = fc.record(
    {
      kind: fc.constantFrom('invite', 'admin'),
      ...{ secret: bytes(16), fingerprint: bytes(16), site: bytes(16) },
      expiresUnixS: fc.nat(),
      addresses: fc.array(address, { maxLength: claimLimits.addressesMax }),
    },
    { noNullPrototype: true },
  ) as fc.Arbitrary<ClaimCode>;
  const comesBack = fc.property(drawn, (code) => {
    assert.deepEqual(decode(encodeClaimCode(crypto, code)), { ok: true, value: code });
  });
  fc.assert(comesBack, { seed: 11, numRuns: 200 });
});

test('takes a code as people bring it: in lower case, folded, spaced, in a link', () => {
  const code = codeOf('invite');
  const text = encodeClaimCode(crypto, code);
  const folded = text.replace(/(.{20})/g, '$1 \r\n');
  const forms = [
    ...[text.toLowerCase(), `  ${text}\n`, folded, `https://box.local/#${text}`],
    `https://box.local/#/claim/${encodeURIComponent(text)}`,
    `Here is the code: ${text}`,
    `"${text}", said the admin`,
  ];
  for (const form of forms) assert.deepEqual(decode(form), { ok: true, value: code }, form);
});

test('one wrong letter anywhere, a cut or another kind is noticed without asking anybody', () => {
  const random = new SeededRandom(3);
  const text = encodeClaimCode(crypto, codeOf('invite'));
  const start = 'MUSTER-NODE:1:'.length;
  for (let at = start; at < text.length; at++) {
    const letter = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.replace(text[at]!, '')[random.uint32() % 31];
    assert.equal(reason(decode(text.slice(0, at) + letter + text.slice(at + 1))), 'damaged');
    assert.equal(reason(decode(text.slice(0, at))), 'damaged', `cut after ${at}`);
  }
  assert.equal(reason(decode(text.replace('NODE', 'ADMIN'))), 'damaged');
  assert.equal(reason(decode(text.replace('NODE', 'BOX'))), 'damaged');
  assert.equal(reason(decode(`${text}A`)), 'damaged');
});

test('says what a text is that is no code for here', () => {
  const text = encodeClaimCode(crypto, codeOf('label'));
  const cases = {
    ...{ '': 'not-a-code', hello: 'not-a-code', 'MUSTER-NODE': 'not-a-code' },
    'MUSTER-NODE:0:AAAA': 'wrong-kind',
    ...{ 'MUSTER-SITE:1:AAAA': 'wrong-kind', 'muster-pass:1:aaaa': 'wrong-kind' },
    [text.replace(':1:', ':2:')]: 'too-new',
    ...{ 'MUSTER-BOX:1:': 'damaged', 'MUSTER-BOX:1:AAAA': 'damaged' },
    [' '.repeat(claimLimits.codeLettersMax) + text]: 'not-a-code',
    // The long s becomes S in upper case.
    [text.replace('MUSTER', 'MUſTER')]: 'not-a-code',
  };
  for (const [of, expected] of Object.entries(cases))
    assert.equal(reason(decode(of)), expected, of);
});

test('nobody makes a code that nobody would accept', () => {
  const invite = codeOf('invite');
  const wrong: readonly Partial<ClaimCode>[] = [
    { secret: new Uint8Array(15) },
    { fingerprint: new Uint8Array(32) },
    { site: new Uint8Array(0) },
    { kind: 'label' },
    { expiresUnixS: 2 ** 40 + 1 },
    { addresses: ['a:1', 'b:1', 'c:1', 'd:1'] },
    ...['', 'host', 'host:', 'host:123456', 'a b:1', 'http://a:1', '[::1:80', 'a..b:1'].map(
      (address) => ({ addresses: [address] }),
    ),
    { addresses: [`${'x'.repeat(64)}:1`] },
  ];
  for (const change of wrong) {
    const code = { ...invite, ...change };
    assert.throws(() => encodeClaimCode(crypto, code), RangeError, JSON.stringify(change));
  }
});

test('damaged and random letters never do more than to be refused', () => {
  const random = new SeededRandom(19);
  for (let i = 0; i < 20_000; i++) {
    const word = ['NODE', 'BOX', 'ADMIN'][i % 3]!;
    const text = `MUSTER-${word}:1:${toBase32(random.bytes(random.uint32() % 120))}`;
    assert.equal(reason(decode(text)), 'damaged');
  }
});

test('a code is judged by kind and site, and by the clock only where that is synced', () => {
  const code = codeOf('invite');
  const late = code.expiresUnixS * 1000;
  const { unknown, device, synced } = ClockQuality;
  assert.equal(judgeClaimCode(code, { unixMs: late - 1, quality: synced, site }), undefined);
  assert.equal(judgeClaimCode(code, { unixMs: late, quality: synced }), 'expired');
  assert.equal(judgeClaimCode(code, { unixMs: late * 2, quality: device }), undefined);
  assert.equal(judgeClaimCode(code, { unixMs: late * 2, quality: unknown }), undefined);
  const now = { unixMs: 0, quality: synced };
  assert.equal(judgeClaimCode(code, { ...now, site: new Uint8Array(16) }), 'foreign');
  assert.equal(judgeClaimCode(code, { ...now, kinds: ['label', 'admin'] }), 'wrong-kind');
  const label = codeOf('label');
  assert.equal(judgeClaimCode(label, { unixMs: late, quality: synced, site }), undefined);
});

test('names of a code tell nothing of its secret, and each is its own', () => {
  const { secret } = codeOf('invite');
  assert.equal(claimIdOf(crypto, secret).length, 8);
  assert.match(shortCodeOf(crypto, secret), /^[A-Z2-7]{4}-[A-Z2-7]{2}$/);
  const other = codeOf('invite', 8).secret;
  assert.notDeepEqual(claimIdOf(crypto, secret), claimIdOf(crypto, other));
  assert.notEqual(shortCodeOf(crypto, secret), shortCodeOf(crypto, other));
  assert.notDeepEqual(claimFingerprint(crypto, secret), claimIdOf(crypto, secret));
});

test('every fault has a sentence, and another on what to do', () => {
  for (const [fault, { message, mend }] of Object.entries(claimFaultText)) {
    assert.match(message, /^[A-Z].*\.$/, fault);
    assert.match(mend, /^[A-Z].*\.$/, fault);
  }
});
