import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ChannelKind,
  type ChannelLink,
  channelTag,
  decodeChannelLink,
  encodeCbor,
  encodeChannelLink,
  fromBase64url,
  nameLimits,
  privateLabel,
  tagOfLink,
  toBase64url,
  utf8,
} from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor } from '../support/mutations.ts';
import { guest, site } from '../support/site.ts';

const creator = guest.publicKey;
const none = new Uint8Array(0);
const key = new Uint8Array(32).fill(7);
const open: ChannelLink = { kind: ChannelKind.public, creator, name: 'lost and found', key: none };
const hidden: ChannelLink = { kind: ChannelKind.private, creator, name: 'the quiet room', key };

test('links of every kind come back from their code', () => {
  const news: ChannelLink = { ...open, kind: ChannelKind.announcement };
  for (const link of [open, hidden, news, { ...hidden, name: '' }]) {
    assert.deepEqual(decodeChannelLink(encodeChannelLink(link)), link);
  }
});

test('the longest link fits', () => {
  const longest = { ...hidden, name: 'ü'.repeat(nameLimits.nameBytesMax / 2) };
  assert.deepEqual(decodeChannelLink(encodeChannelLink(longest)), longest);
});

test('a link leads to the tag of its channel', () => {
  const label = utf8(open.name);
  assert.deepEqual(tagOfLink(crypto, site, open), channelTag(crypto, { site, creator, label }));
  const byKey = channelTag(crypto, { site, creator, label: privateLabel(crypto, key) });
  assert.deepEqual(tagOfLink(crypto, site, hidden), byKey);
  // The name of a private channel is a label for people and plays no part in finding it.
  assert.deepEqual(tagOfLink(crypto, site, { ...hidden, name: 'other' }), byKey);
});

test('what is not exactly a link is none', () => {
  const code = (...items: Parameters<typeof encodeCbor>[0][]): string =>
    toBase64url(encodeCbor(items));
  assert.ok(decodeChannelLink(code(1, 0, creator, 'name', none)));
  const wrong = {
    'another version': code(2, 0, creator, 'name', none),
    'an unknown kind': code(1, 3, creator, 'name', none),
    'a short creator': code(1, 0, new Uint8Array(31), 'name', none),
    'a long name': code(1, 0, creator, 'x'.repeat(65), none),
    'no name': code(1, 0, creator, '', none),
    'an open channel with a key': code(1, 0, creator, 'name', key),
    'announcements with a key': code(1, 2, creator, 'name', key),
    'a private channel without a key': code(1, 1, creator, 'name', none),
    'half a key': code(1, 1, creator, 'name', new Uint8Array(16)),
    'something after it': code(1, 0, creator, 'name', none, 1),
    'padding behind it': `${code(1, 0, creator, 'name', none)}=`,
    'a space in it': ` ${code(1, 0, creator, 'name', none)}`,
    'nothing at all': '',
    'a megabyte': 'A'.repeat(1_000_000),
  };
  for (const [what, text] of Object.entries(wrong)) {
    assert.equal(decodeChannelLink(text), undefined, what);
  }
  for (const [what, bytes] of Object.entries(hostileCbor)) {
    assert.equal(decodeChannelLink(toBase64url(bytes)), undefined, what);
  }
});

test('one link has one code: every change is refused or leads elsewhere by its own code', () => {
  const bytes = fromBase64url(encodeChannelLink(hidden))!;
  for (const changed of [...bitFlips(bytes), ...byteChanges(bytes)]) {
    const code = toBase64url(changed);
    const link = decodeChannelLink(code);
    if (link) assert.equal(encodeChannelLink(link), code);
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      const link = decodeChannelLink(text);
      if (link) assert.equal(encodeChannelLink(link), text);
    }),
  );
});
