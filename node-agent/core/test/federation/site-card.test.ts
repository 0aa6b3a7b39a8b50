import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase32, toBase32 } from '../../src/bytes/base32.ts';
import { decodeSiteCard, encodeSiteCard, type SiteCard } from '../../src/federation/index.ts';
import { encodeStatement, signStatement } from '../../src/identity/statement.ts';
import { encodeCbor } from '../../src/index.ts';
import { federationLimits } from '../../src/limits.ts';
import { crypto } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';
import { root, stranger } from '../support/site.ts';

const prefix = 'MUSTER-SITE:1:';
const card: SiteCard = {
  siteKey: root.publicKey,
  name: 'Harbour ⚓',
  relays: ['/dns4/relay.example/tcp/7320', '/ip4/192.0.2.7/tcp/7321/ws'],
};
const text = encodeSiteCard(crypto, card, root);
const wire = fromBase32(text.slice(prefix.length))!;

const reason = (of: string) => {
  const decoded = decodeSiteCard(crypto, of);
  return decoded.ok ? 'ok' : decoded.reason;
};
const asText = (bytes: Uint8Array) => prefix + toBase32(bytes);
const signed = (items: Parameters<typeof encodeCbor>[0][], by = root) => {
  const what = { domain: 'site-card', signed: encodeCbor(items) } as const;
  return asText(encodeStatement(signStatement(crypto, what, by.secretKey)));
};

test('cards come back, in letters of either case that a QR code holds in little room', () => {
  assert.match(text, /^[0-9A-Z:-]+$/);
  assert.deepEqual(decodeSiteCard(crypto, text), { ok: true, value: card });
  assert.deepEqual(decodeSiteCard(crypto, text.toLowerCase()), { ok: true, value: card });
  const address = fc.stringMatching(/^\/[!-~]{1,127}$/);
  const drawn = fc.record(
    { name: fc.string({ maxLength: 16 }), relays: fc.array(address, { maxLength: 4 }) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(drawn, (any) => {
      const value = { siteKey: root.publicKey, ...any };
      assert.deepEqual(decodeSiteCard(crypto, encodeSiteCard(crypto, value, root)), {
        ok: true,
        value,
      });
    }),
  );
});

test('the longest card is within the bounds that are checked first', () => {
  const relay = `/${'x'.repeat(federationLimits.relayAddressBytesMax - 1)}`;
  const most = { ...card, name: 'x'.repeat(64), relays: Array<string>(4).fill(relay) };
  const longest = encodeSiteCard(crypto, most, root);
  assert.ok(longest.length <= federationLimits.siteCardLettersMax);
  assert.equal(reason(longest), 'ok');
  assert.equal(reason('A'.repeat(10_000_000)), 'malformed');
});

test('one wrong letter, a cut, or anything around it: refused', () => {
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === 'Q' ? 'R' : 'Q';
    assert.notEqual(reason(text.slice(0, at) + other + text.slice(at + 1)), 'ok', `${at}`);
    assert.equal(reason(text.slice(0, at)), 'malformed', `${at}`);
  }
  for (const around of [`${text}\n`, ` ${text}`, `${text}=`, `${text}A`, text.replace('S', 'ſ')]) {
    assert.equal(reason(around), 'malformed');
  }
});

test('every bit and byte of a card is covered by its form or its signature', () => {
  for (const changed of [...bitFlips(wire), ...byteChanges(wire), ...truncated(wire)]) {
    assert.notEqual(reason(asText(changed)), 'ok');
  }
  for (const [what, bytes] of Object.entries(hostileCbor)) {
    assert.equal(reason(asText(bytes)), 'malformed', what);
  }
});

test('random text and bytes never throw', () => {
  fc.assert(fc.property(fc.string(), (any) => reason(any) !== 'ok'));
  fc.assert(fc.property(fc.uint8Array(), (any) => reason(asText(any)) === 'malformed'));
});

test('a later version is told apart from damage, and the root alone signs', () => {
  assert.equal(reason(text.replace(':1:', ':2:')), 'too-new');
  assert.equal(reason(text.replace(':1:', ':0:')), 'malformed');
  assert.equal(reason(signed([1, root.publicKey, 'Harbour', []])), 'ok');
  assert.equal(reason(signed([1, root.publicKey, 'Harbour', []], stranger)), 'forged');
  assert.equal(reason(signed([2, root.publicKey, 'Harbour', []])), 'malformed');
});

test('what is beyond the format is refused, and is not written either', () => {
  const wrong: readonly (readonly [name: string, relays: readonly string[]])[] = [
    ['x'.repeat(65), []],
    ['five relays', Array<string>(5).fill('/a')],
    ['no multiaddr', ['relay.example']],
    ['a space inside', ['/dns4/relay example/tcp/1']],
    ['a letter beyond ASCII', ['/dns4/ré/tcp/1']],
    ['too long', [`/${'x'.repeat(federationLimits.relayAddressBytesMax)}`]],
    ['nothing but a stroke', ['/']],
  ];
  for (const [name, relays] of wrong) {
    assert.equal(reason(signed([1, root.publicKey, name, relays])), 'malformed', name);
    const value = { siteKey: root.publicKey, name, relays };
    assert.throws(() => encodeSiteCard(crypto, value, root), RangeError, name);
  }
  assert.throws(() => encodeSiteCard(crypto, card, stranger), RangeError);
});
