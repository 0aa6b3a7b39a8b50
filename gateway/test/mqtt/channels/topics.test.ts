/** Names as levels of topics, and which topics are channels. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  channelLevel,
  channelOfTopic,
  channelTopic,
  errorsTopic,
  isReserved,
  siteLabel,
  topicLevel,
} from '../../../src/mqtt/channels/topics.ts';
import { isTopic } from '../../../src/mqtt/clients/topic-filter.ts';

test('a site is a host label, never empty', () => {
  assert.equal(siteLabel('Blue Fair 2026'), 'blue-fair-2026');
  assert.equal(siteLabel('Café  Zoë!'), 'cafe-zoe');
  assert.equal(siteLabel('مخيم'), 'site');
  assert.equal(siteLabel(`${'x'.repeat(31)}-y`), 'x'.repeat(31));
});

test('a name can neither end its level nor be a wildcard', () => {
  assert.equal(topicLevel('first aid #1'), 'first aid %231');
  assert.equal(topicLevel('a+b/c@d%e'), 'a%2Bb%2Fc%40d%25e');
  assert.equal(topicLevel('\0\n\u0085'), '%00%0A%C2%85');
  assert.equal(topicLevel('Bühne 🎪'), 'Bühne 🎪');
  assert.equal(topicLevel('__proto__'), '__proto__');
});

test('two names never share a level', () => {
  const names = ['a/b', 'a%2Fb', 'a%252Fb', 'a@b', 'a%40b'];
  assert.equal(new Set(names.map(topicLevel)).size, names.length);
});

test('the longest topics are topics', () => {
  const site = siteLabel('s'.repeat(64));
  for (const name of ['/'.repeat(64), `${'+'.repeat(31)}@${'#'.repeat(32)}`]) {
    assert.ok(isTopic(channelTopic(site, channelLevel(name))), name);
  }
  assert.ok(isTopic(errorsTopic(site, 'c'.repeat(64))));
});

test('only the two topics of a channel of this site name one', () => {
  const named = (topic: string) => channelOfTopic('fair', topic);
  assert.deepEqual(named('muster/fair/channels/general/messages'), {
    level: 'general',
    end: 'messages',
  });
  assert.equal(named('muster/fair/channels/general/urgent')?.end, 'urgent');
  for (const topic of [
    'muster/other/channels/general/messages',
    'muster/fair/channels//messages',
    'muster/fair/channels/general',
    'muster/fair/channels/general/messages/',
    'muster/fair/channels/general/toString',
    'muster/fair/nodes/general/messages',
    'rooms/kitchen',
  ]) {
    assert.equal(named(topic), undefined, topic);
  }
});

test('everything below muster is reserved', () => {
  for (const topic of ['muster', 'muster/', 'muster/x/y']) assert.ok(isReserved(topic));
  for (const topic of ['musterx', 'rooms/muster', 'Muster/x']) assert.ok(!isReserved(topic));
});
