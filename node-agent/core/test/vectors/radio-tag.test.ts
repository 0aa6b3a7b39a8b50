/** radio-tag.json against the core. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  claimIdOf,
  claimTagOf,
  concat,
  domain,
  isClaimTagOf,
  openRadioTag,
  type RadioKind,
  radioIdOf,
  radioKeyOf,
  sealRadioTag,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bytes, load } from './load.ts';

type Field = 'nodeKey' | 'id' | 'nonce' | 'tag' | 'why' | 'secret' | 'claimId';
type Row = Readonly<Record<Field, string>>;
interface RadioTagFile {
  readonly siteKey: string;
  readonly radioKey: string;
  readonly ids: readonly Row[];
  readonly tags: {
    readonly valid: readonly (Row & { readonly kind: RadioKind })[];
    readonly foreign: readonly Row[];
    readonly malformed: readonly Row[];
  };
  readonly claimTags: readonly Row[];
}

const file = load<RadioTagFile>('radio-tag.json');
const siteKey = bytes(file.siteKey);
const radioKey = bytes(file.radioKey);

test('the key that tags are read with, and the ids of nodes', () => {
  assert.deepEqual(radioKeyOf(crypto, siteKey), radioKey);
  for (const { nodeKey, id } of file.ids) {
    assert.deepEqual(radioIdOf(crypto, siteKey, bytes(nodeKey)), bytes(id));
  }
});

test('tags are made and read', () => {
  for (const row of file.tags.valid) {
    const said = { id: bytes(row.id), kind: row.kind };
    const [nonce, tag] = [bytes(row.nonce), bytes(row.tag)];
    assert.deepEqual(sealRadioTag(crypto, radioKey, said, nonce), tag);
    assert.deepEqual(openRadioTag(crypto, radioKey, tag), { ok: true, value: said });
  }
});

test('a tag by hand, from the words of the page', () => {
  const [row] = file.tags.valid;
  const [nonce, id] = [bytes(row!.nonce), bytes(row!.id)];
  const hash = (name: string, ...parts: Uint8Array[]): Uint8Array =>
    crypto.blake2b(16, concat(domain(name), radioKey, nonce, ...parts));
  const bits = (of: Uint8Array): string =>
    [...of].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const check = bits(hash('radio-check', id, Uint8Array.of(0))).slice(0, 14);
  const plain = `${bits(id)}00${check}`;
  const mask = bits(hash('radio-mask')).slice(0, 40);
  const expected = [...plain].map((bit, i) => (bit === mask[i] ? '0' : '1')).join('');
  assert.equal(bits(bytes(row!.tag).subarray(5)), expected);
});

test('what is foreign and what is malformed', () => {
  for (const reason of ['foreign', 'malformed'] as const) {
    for (const { why, tag } of file.tags[reason]) {
      assert.deepEqual(openRadioTag(crypto, radioKey, bytes(tag)), { ok: false, reason }, why);
    }
  }
});

test('claim tags', () => {
  for (const row of file.claimTags) {
    const [claimId, tag] = [bytes(row.claimId), bytes(row.tag)];
    assert.deepEqual(claimIdOf(crypto, bytes(row.secret)), claimId);
    assert.deepEqual(claimTagOf(crypto, claimId, bytes(row.nonce)), tag);
    assert.equal(isClaimTagOf(crypto, claimId, tag), true);
  }
});
