/** channel.json against the core. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ChannelDescription,
  type ChannelKind,
  channelTag,
  decodeChannelLink,
  decodeDescription,
  decodeMessage,
  decodeProfile,
  decodeSealedNames,
  describes,
  encodeChannelLink,
  encodeDescription,
  encodeMessage,
  encodeSealedNames,
  mayWrite,
  openPayload,
  privateLabel,
  profileTag,
  sealPayload,
  siteChannelTag,
  tagOfLink,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bytes, type Cast, load } from './load.ts';

type Row = Readonly<Record<string, string>>;
interface Both<T> {
  readonly valid: readonly T[];
  readonly invalid: readonly Row[];
}
interface DescriptionRow {
  readonly kind: ChannelKind;
  readonly revision: number;
  readonly label: string;
  readonly topic: string;
  readonly writers: readonly string[];
  readonly sealed: string;
  readonly payload: string;
}
interface ChannelFile extends Cast {
  readonly tags: Readonly<
    Record<'channels' | 'siteChannels' | 'privateLabels' | 'profiles', readonly Row[]>
  >;
  readonly seals: Both<Row>;
  readonly messages: Both<Row & { readonly name: string; readonly text: string }> & {
    readonly sealedNames: readonly (Row & { readonly name: string; readonly topic: string })[];
  };
  readonly descriptions: Both<DescriptionRow> & {
    readonly places: readonly (Row & { readonly counts: boolean })[];
    readonly writers: readonly (Row & { readonly mayWrite: boolean })[];
  };
  readonly profiles: Both<Row>;
  readonly links: Both<
    Row & { readonly kind: ChannelKind; readonly name: string; readonly code: string }
  >;
}

const file = load<ChannelFile>('channel.json');
const site = bytes(file.trust.site);

test('tags', () => {
  for (const { site: of, creator, label, tag } of file.tags.channels) {
    const origin = { site: bytes(of), creator: bytes(creator), label: bytes(label) };
    assert.deepEqual(channelTag(crypto, origin), bytes(tag));
  }
  for (const { name, siteKey, tag } of file.tags.siteChannels) {
    assert.deepEqual(siteChannelTag(crypto, bytes(siteKey), name!), bytes(tag));
  }
  for (const { channelKey, label } of file.tags.privateLabels) {
    assert.deepEqual(privateLabel(crypto, bytes(channelKey)), bytes(label));
  }
  for (const { site: of, tag } of file.tags.profiles) {
    assert.deepEqual(profileTag(crypto, bytes(of)), bytes(tag));
  }
});

test('seals', () => {
  const placeOf = (row: Row) => ({
    site: bytes(row.site),
    tag: bytes(row.tag),
    author: bytes(row.author),
    key: bytes(row.channelKey),
  });
  for (const row of file.seals.valid) {
    const place = placeOf(row);
    const random = { bytes: () => bytes(row.nonce) };
    const sealed = sealPayload(crypto, random, { plain: bytes(row.plain), place });
    assert.deepEqual(sealed, bytes(row.sealed));
    assert.deepEqual(openPayload(crypto, sealed, place), bytes(row.plain));
  }
  for (const row of file.seals.invalid) {
    assert.equal(openPayload(crypto, bytes(row.sealed), placeOf(row)), undefined, row.why);
  }
});

test('messages', () => {
  for (const { name, text, payload } of file.messages.valid) {
    assert.deepEqual(decodeMessage(bytes(payload)), { name, text });
    assert.deepEqual(encodeMessage({ name, text }), bytes(payload));
  }
  for (const { why, payload } of file.messages.invalid) {
    assert.equal(decodeMessage(bytes(payload)), undefined, why);
  }
  for (const { name, topic, plain } of file.messages.sealedNames) {
    assert.deepEqual(decodeSealedNames(bytes(plain)), { name, topic });
    assert.deepEqual(encodeSealedNames({ name, topic }), bytes(plain));
  }
});

test('descriptions', () => {
  for (const { label, writers, sealed, payload, ...rest } of file.descriptions.valid) {
    const description: ChannelDescription = {
      ...rest,
      label: bytes(label),
      writers: writers.map(bytes),
      sealed: bytes(sealed),
    };
    assert.deepEqual(decodeDescription(bytes(payload)), description);
    assert.deepEqual(encodeDescription(description), bytes(payload));
  }
  for (const { why, payload } of file.descriptions.invalid) {
    assert.equal(decodeDescription(bytes(payload)), undefined, why);
  }
});

test('where descriptions count, and who may write', () => {
  for (const { why, site: of, tag, author, payload, counts } of file.descriptions.places) {
    const description = decodeDescription(bytes(String(payload)));
    assert.ok(description);
    const place = { site: bytes(of), tag: bytes(tag), author: bytes(author) };
    assert.equal(describes(crypto, description, place), counts, why);
  }
  for (const { creator, author, payload, mayWrite: expected } of file.descriptions.writers) {
    const description = decodeDescription(bytes(String(payload)));
    assert.ok(description);
    assert.equal(mayWrite(description, bytes(creator), bytes(author)), expected);
  }
});

test('profiles', () => {
  for (const { author, name, person, payload } of file.profiles.valid) {
    const decoded = decodeProfile(crypto, bytes(payload), bytes(author));
    assert.deepEqual(decoded, { name, person: bytes(person) });
  }
  for (const { why, author, payload } of file.profiles.invalid) {
    assert.equal(decodeProfile(crypto, bytes(payload), bytes(author)), undefined, why);
  }
});

test('links', () => {
  for (const { kind, creator, name, key, code, tag } of file.links.valid) {
    const link = { kind, creator: bytes(creator), name, key: bytes(key) };
    assert.deepEqual(decodeChannelLink(code), link);
    assert.equal(encodeChannelLink(link), code);
    assert.deepEqual(tagOfLink(crypto, site, link), bytes(tag));
  }
  for (const { why, code } of file.links.invalid) {
    assert.equal(decodeChannelLink(code!), undefined, why);
  }
});
