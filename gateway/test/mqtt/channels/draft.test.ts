/** What clients may publish, and what each slip is called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '@muster/core';
import { readDraft } from '../../../src/mqtt/channels/draft.ts';

const plain = { lane: Lane.normal, stayLocal: false };
const read = (text: string) => readDraft(Buffer.from(text));
const faultOf = (text: string) => {
  const draft = read(text);
  return draft.ok ? undefined : draft.reason;
};

test('any text is the message itself', () => {
  for (const text of ['21.5', ' {"text":"x"}', '[1]', '"x"', 'null', 'a\0b\n']) {
    assert.deepEqual(read(text), { ok: true, value: { ...plain, text } });
  }
});

test('JSON says more', () => {
  assert.deepEqual(read('{"text":"hot","name":"Oven","lane":"bulk","stayLocal":true,"id":"7"}'), {
    ok: true,
    value: { text: 'hot', name: 'Oven', lane: Lane.bulk, stayLocal: true, id: '7' },
  });
  assert.deepEqual(read('{"text":"hot"}'), { ok: true, value: { ...plain, text: 'hot' } });
});

test('a received message is known by its author', () => {
  const draft = read('{"id":"abc","channel":"general","author":{"name":"Ada"},"text":"x"}');
  assert.deepEqual(draft, { ok: true, value: { receivedId: 'abc' } });
});

test('each slip has a name', () => {
  assert.equal(faultOf(''), 'empty');
  assert.equal(faultOf('{"text":""}'), 'empty');
  assert.equal(faultOf('{text:"x"}'), 'not-json');
  assert.equal(faultOf('{"text":"x"} '.slice(0, -2)), 'not-json');
  assert.equal(faultOf('{}'), 'member-wrong');
  assert.equal(faultOf('{"text":1}'), 'member-wrong');
  assert.equal(faultOf('{"text":"x","nmae":"y"}'), 'member-unknown');
  assert.equal(faultOf('{"text":"x","__proto__":{}}'), 'member-unknown');
  assert.equal(faultOf('{"text":"x","author":{}}'), 'member-unknown');
  assert.equal(faultOf('{"text":"x","name":""}'), 'member-wrong');
  assert.equal(faultOf('{"text":"x","name":null}'), 'member-wrong');
  assert.equal(faultOf(`{"text":"x","name":"${'ü'.repeat(33)}"}`), 'member-wrong');
  assert.equal(faultOf(`{"text":"x","id":"${'x'.repeat(65)}"}`), 'member-wrong');
  assert.equal(faultOf('{"text":"x","id":7}'), 'member-wrong');
  assert.equal(faultOf('{"text":"x","stayLocal":"yes"}'), 'member-wrong');
  assert.equal(faultOf('{"text":"x","lane":"urgent"}'), 'lane-wrong');
  assert.equal(faultOf('{"text":"x","lane":"toString"}'), 'lane-wrong');
});

test('half a surrogate pair cannot be signed as text', () => {
  assert.equal(faultOf('{"text":"\\ud800"}'), 'member-wrong');
  assert.equal(faultOf('{"text":"x","name":"\\udfff"}'), 'member-wrong');
});

test('bytes that are no text', () => {
  const draft = readDraft(Uint8Array.of(0x7b, 0xff));
  assert.deepEqual(draft, { ok: false, reason: 'not-utf8' });
});
