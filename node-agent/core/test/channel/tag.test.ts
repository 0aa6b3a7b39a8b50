import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  channelTag,
  concat,
  privateLabel,
  profileTag,
  siteChannelTag,
  siteIdOf,
  utf8,
} from '../../src/index.ts';
import { crypto, keyPair } from '../support/crypto.ts';
import { guest, root, site, stranger } from '../support/site.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const origin = { site, creator: guest.publicKey, label: utf8('lost and found') };

test('a tag is the hash of domain, site, creator and label', () => {
  const expected = crypto.blake2b(
    16,
    concat(latin1('muster/1/channel\0'), site, guest.publicKey, latin1('lost and found')),
  );
  assert.deepEqual(channelTag(crypto, origin), expected);
});

test('nobody else has a channel under the same tag: site, creator and name all count', () => {
  const tag = channelTag(crypto, origin);
  const others = [
    { ...origin, creator: stranger.publicKey },
    { ...origin, site: siteIdOf(crypto, stranger.publicKey) },
    { ...origin, label: utf8('Lost and found') },
  ];
  for (const other of others) assert.notDeepEqual(channelTag(crypto, other), tag);
});

test("the site's own channels have the root key as creator", () => {
  const general = channelTag(crypto, { site, creator: root.publicKey, label: utf8('general') });
  assert.deepEqual(siteChannelTag(crypto, root.publicKey, 'general'), general);
});

test('a private channel is named by the hash of its key', () => {
  const key = new Uint8Array(32).fill(7);
  assert.deepEqual(
    privateLabel(crypto, key),
    crypto.blake2b(32, latin1('muster/1/channel-key\0'), key),
  );
});

test('profiles have a tag of their own in each site', () => {
  assert.deepEqual(
    profileTag(crypto, site),
    crypto.blake2b(16, latin1('muster/1/profiles\0'), site),
  );
  const other = siteIdOf(crypto, keyPair(8).publicKey);
  assert.notDeepEqual(profileTag(crypto, other), profileTag(crypto, site));
});
