/**
 * The worked example of docs/protocol/federation.md, derived from the text of the specification
 * alone: primitives of libsodium and bytes written down here, nothing of the core.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ascii, base32, domain, hash, join, keysOf, sign, text } from '../support/by-hand.ts';
import { load } from './load.ts';

interface File {
  readonly policies: { readonly valid: readonly { readonly wire: string }[] };
  readonly cards: { readonly valid: readonly { readonly text: string }[] };
  readonly policyTags: readonly { readonly tag: string }[];
}

const file = load<File>('federation.json');
const root = keysOf('01');
const harbour = keysOf('67');
const site = hash(16, domain('site'), root.publicKey);
const harbourSite = hash(16, domain('site'), harbour.publicKey);
const relay = ascii('/dns4/relay.example/tcp/7320');
const overWebSocket = ascii('/dns4/relay.example/tcp/7321/ws');

test('the policy of the worked example', () => {
  const news = hash(16, domain('channel'), harbourSite, harbour.publicKey, ascii('news'));
  const pin = join('83 5820', harbour.publicKey, '67', ascii('harbour'), '81 781c', relay);
  const home = join('50', harbourSite);
  const rule = join('87 50', news, '64', ascii('news'), home, '02 81', home, '00 00');
  const signed = join('85 01 50', site, '01 81', pin, '81', rule);
  assert.equal(signed.length, 157);
  const signature = sign(join(domain('site-policy'), signed), root.privateKey);
  const wire = join('82 589d', signed, '5840', signature);
  assert.equal(text(wire), file.policies.valid[0]?.wire);
  assert.equal(text(hash(16, domain('site-policy-tag'), site)), file.policyTags[0]?.tag);
});

test('the card of the worked example', () => {
  const relays = join('82 781c', relay, '781f', overWebSocket);
  const signed = join('84 01 5820', harbour.publicKey, '67', ascii('harbour'), relays);
  assert.equal(signed.length, 108);
  const signature = sign(join(domain('site-card'), signed), harbour.privateKey);
  const wire = join('82 586c', signed, '5840', signature);
  assert.equal(`MUSTER-SITE:1:${base32(wire)}`, file.cards.valid[0]?.text);
});
