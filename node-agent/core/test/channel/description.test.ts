import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ChannelDescription,
  ChannelKind,
  channelTag,
  decodeDescription,
  decodeSealedNames,
  describes,
  encodeDescription,
  encodeSealedNames,
  mayWrite,
  nameLimits,
  roleLimits,
  sealOverheadBytes,
  utf8,
} from '../../src/index.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { bitFlips, byteChanges, hostileCbor, truncated } from '../support/mutations.ts';
import { guest, site, stranger } from '../support/site.ts';

const none = new Uint8Array(0);
const writers = [keyPair(30).publicKey, keyPair(31).publicKey];
const announcement: ChannelDescription = {
  kind: ChannelKind.announcement,
  revision: 3,
  label: utf8('Bühne'),
  topic: 'What is on, and when',
  writers,
  sealed: none,
};
const hidden: ChannelDescription = {
  kind: ChannelKind.private,
  revision: 0,
  label: new Uint8Array(32).fill(0xfe),
  topic: '',
  writers: [],
  sealed: new Uint8Array(60),
};
const open: ChannelDescription = { ...announcement, kind: ChannelKind.public, writers: [] };

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
const openDescription = fc.record(
  {
    kind: fc.constantFrom(ChannelKind.public, ChannelKind.announcement),
    revision: fc.nat(2 ** 31 - 1),
    label: name.map(utf8).filter((label) => label.length <= nameLimits.nameBytesMax),
    topic: fc.string({ maxLength: 80 }),
    writers: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 32 }),
    sealed: fc.constant(none),
  },
  { noNullPrototype: true },
);

test('descriptions of every kind come back', () => {
  for (const sample of [announcement, hidden, open]) {
    assert.deepEqual(decodeDescription(encodeDescription(sample)), sample);
  }
  fc.assert(
    fc.property(openDescription, (drawn) => {
      assert.deepEqual(decodeDescription(encodeDescription(drawn)), drawn);
    }),
  );
});

test('every bit turned or byte changed is refused or is another canonical description', () => {
  for (const sample of [announcement, hidden]) {
    const payload = encodeDescription(sample);
    for (const changed of [...bitFlips(payload), ...byteChanges(payload)]) {
      const decoded = decodeDescription(changed);
      if (decoded) assert.deepEqual(encodeDescription(decoded), changed);
    }
    for (const cut of truncated(payload)) assert.equal(decodeDescription(cut), undefined);
    assert.equal(decodeDescription(Uint8Array.from([...payload, 0])), undefined);
  }
  for (const [what, bytes] of Object.entries(hostileCbor)) {
    assert.equal(decodeDescription(bytes), undefined, what);
    assert.equal(decodeSealedNames(bytes), undefined, what);
  }
});

test('each kind has its own rules, and all have bounds', () => {
  const wrong: Readonly<Record<string, ChannelDescription>> = {
    'no name': { ...open, label: none },
    'a name too long': { ...open, label: new Uint8Array(nameLimits.nameBytesMax + 1).fill(0x61) },
    'a name that is no text': { ...open, label: Uint8Array.of(0xff) },
    'a topic too long': { ...open, topic: 'x'.repeat(nameLimits.topicBytesMax + 1) },
    'sealed names of an open channel': { ...open, sealed: new Uint8Array(60) },
    'too many writers': { ...announcement, writers: Array(33).fill(writers[0]) },
    'a writer of 31 bytes': { ...announcement, writers: [new Uint8Array(31)] },
    'a revision beyond 32 bits': { ...open, revision: 2 ** 32 },
    'a private channel named in the clear': { ...hidden, label: utf8('the quiet room') },
    'a private channel with an open topic': { ...hidden, topic: 'psst' },
    'sealed names too long': { ...hidden, sealed: new Uint8Array(513) },
    'an unknown kind': { ...open, kind: 3 as ChannelKind },
  };
  for (const [what, description] of Object.entries(wrong)) {
    assert.equal(decodeDescription(encodeDescription(description)), undefined, what);
  }
});

test('the longest descriptions fit into a payload of a guest', () => {
  const topic = 'x'.repeat(nameLimits.topicBytesMax);
  const many = Array<Uint8Array>(nameLimits.writersMax).fill(writers[0]!);
  const label = new Uint8Array(nameLimits.nameBytesMax).fill(0x61);
  const longest = { ...announcement, revision: 2 ** 32 - 1, label, topic, writers: many };
  assert.ok(encodeDescription(longest).length <= roleLimits[0].payloadBytesMax);
  const names = encodeSealedNames({ name: 'x'.repeat(nameLimits.nameBytesMax), topic });
  const sealed = new Uint8Array(names.length + sealOverheadBytes);
  assert.ok(decodeDescription(encodeDescription({ ...hidden, sealed })));
});

test('a description belongs under the tag of its author and label alone', () => {
  const creator = guest.publicKey;
  const tag = channelTag(crypto, { site, creator, label: announcement.label });
  assert.ok(describes(crypto, announcement, { site, tag, author: creator }));
  // Neither backdated nor later can a stranger take the name over.
  assert.ok(!describes(crypto, announcement, { site, tag, author: stranger.publicKey }));
  const renamed = { ...announcement, label: utf8('Stage') };
  assert.ok(!describes(crypto, renamed, { site, tag, author: creator }));
  const elsewhere = new Uint8Array(16);
  assert.ok(!describes(crypto, announcement, { site: elsewhere, tag, author: creator }));
});

test('only the creator and the named writers write announcements', () => {
  const creator = guest.publicKey;
  assert.ok(mayWrite(announcement, creator, creator));
  for (const writer of writers) assert.ok(mayWrite(announcement, creator, writer));
  assert.ok(!mayWrite(announcement, creator, stranger.publicKey));
  assert.ok(!mayWrite({ ...announcement, writers: [] }, creator, stranger.publicKey));
  assert.ok(mayWrite(open, creator, stranger.publicKey));
  assert.ok(mayWrite(hidden, creator, stranger.publicKey));
});

test('sealed names come back', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 16 }), fc.string({ maxLength: 64 }), (given, topic) => {
      const names = { name: given, topic };
      assert.deepEqual(decodeSealedNames(encodeSealedNames(names)), names);
    }),
  );
  const long = encodeSealedNames({ name: 'x'.repeat(65), topic: '' });
  assert.equal(decodeSealedNames(long), undefined);
});
