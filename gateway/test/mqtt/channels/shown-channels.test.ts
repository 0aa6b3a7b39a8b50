/** Which channels appear, which never do, and what a client is granted on them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListedChannel } from '@muster/agent';
import { Crossing, type SitePolicy, toBase64url } from '@muster/core';
import { clientGrants } from '../../../src/mqtt/channels/index.ts';
import { type ChannelSources, shownChannels } from '../../../src/mqtt/channels/shown-channels.ts';
import { Grants } from '../../../src/mqtt/clients/grants.ts';

const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const tagOf = (fill: number) => toBase64url(bytes(16, fill));
const listed: ListedChannel[] = [
  { tag: tagOf(1), name: 'general', kind: 'site', topic: '', creator: '' },
  { tag: tagOf(2), name: 'first aid #1', kind: 'site', topic: '', creator: '' },
  { tag: tagOf(3), name: 'crafts', kind: 'public', topic: '', creator: 'a' },
  { tag: tagOf(4), name: 'crafts', kind: 'public', topic: '', creator: 'b' },
  { tag: tagOf(5), name: 'general', kind: 'public', topic: '', creator: 'c' },
  { tag: tagOf(6), name: 'news@harbour', kind: 'public', topic: '', creator: 'd' },
];

const harbour = { siteKey: bytes(32, 9), site: bytes(16, 9), name: 'harbour', relays: [] };
const rule = {
  ...{ tag: bytes(16, 7), name: 'news', home: harbour.site, crossing: Crossing.subscribe },
  ...{ peers: [harbour.site], bundlesPerMinute: 0, bytesPerMinute: 0 },
};
const policy: SitePolicy = { site: bytes(16, 1), revision: 1, pins: [harbour], rules: [rule] };

function shown(names: readonly string[], more: Partial<ChannelSources> = {}) {
  const channels = shownChannels({ names, listed, policy, ...more });
  return [...channels.values()].map(({ level, tag }) => [level, tag[0]]);
}

test("the site's own channels, when none is named", () => {
  assert.deepEqual(shown([]), [
    ['general', 1],
    ['first aid %231', 2],
  ]);
});

test('those that are named; of one name the first listed', () => {
  assert.deepEqual(shown(['crafts', 'general', 'unknown', '__proto__']), [
    ['crafts', 3],
    ['general', 1],
  ]);
});

test("another site's channel by the policy alone, whatever ours are called", () => {
  assert.deepEqual(shown(['news@harbour']), [['news@harbour', 7]]);
  assert.deepEqual(shown(['news@harbour'], { policy: undefined }), []);
  assert.deepEqual(shown(['news@harbour'], { policy: { ...policy, pins: [] } }), []);
  assert.deepEqual(shown(['other@harbour', 'news@', '@harbour', 'news@elsewhere']), []);
});

test('a client is granted its channels, status and its own errors, and nothing else', () => {
  const wish = { site: 'fair', client: 'kitchen', channels: [], readOnly: false, urgent: false };
  const grants = new Grants(clientGrants(wish));
  const messages = 'muster/fair/channels/general/messages';
  assert.ok(grants.maySubscribe(messages) && grants.mayWrite(messages));
  assert.ok(grants.maySubscribe('muster/fair/channels/+/messages'));
  assert.ok(grants.maySubscribe('muster/fair/clients/kitchen/errors'));
  assert.ok(grants.maySubscribe('muster/fair/nodes/+/status'));
  for (const filter of ['#', '+/+', 'muster/#', 'muster/fair/clients/+/errors', '$SYS/#']) {
    assert.ok(!grants.maySubscribe(filter), filter);
  }
  assert.ok(!grants.mayWrite('muster/fair/channels/general/urgent'));
  assert.ok(!grants.mayWrite('muster/fair/nodes/x/status'));
  assert.ok(!grants.mayWrite('rooms/hall'));
});

test('fewer channels, the urgent lane, or only reading', () => {
  const wish = { site: 'fair', client: 'k', channels: ['news@harbour', 'a/b'], urgent: true };
  const both = new Grants(clientGrants({ ...wish, readOnly: false }));
  assert.ok(both.mayWrite('muster/fair/channels/news@harbour/urgent'));
  assert.ok(both.maySubscribe('muster/fair/channels/a%2Fb/messages'));
  assert.ok(!both.maySubscribe('muster/fair/channels/general/messages'));
  assert.deepEqual(clientGrants({ ...wish, readOnly: true }).write, []);
});
