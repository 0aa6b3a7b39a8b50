/** MQTT to channel in virtual time: acknowledged once on disk, repeats known, faults told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BundleKind,
  decodeFields,
  decodeMessage,
  Lane,
  type ReadBundle,
  Scope,
  toBase64url,
} from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import type { OwnPublish } from '../../../src/mqtt/channels/index.ts';
import { channelLimits } from '../../../src/mqtt/channels/limits.ts';
import type { PublishVerdict } from '../../../src/mqtt/hooks.ts';
import {
  ask,
  clientPublish,
  GatewayRig,
  generalTopic,
  label,
  start,
} from './support/gateway-rig.ts';

const urgentTopic = generalTopic.replace(/messages$/, 'urgent');

async function started(rig: GatewayRig, clock: FakeClock) {
  const told: OwnPublish[] = [];
  const bridge = rig.bridge((packet, onDone) => {
    told.push(packet);
    onDone();
  });
  await start(bridge, clock);
  const errors = () =>
    told
      .filter(({ topic }) => topic === `muster/${label}/clients/kitchen/errors`)
      .map(({ payload }) => JSON.parse(payload.toString()));
  return { bridge, told, errors };
}

function held(rig: GatewayRig): ReadBundle[] {
  return rig.node.page({ tag: rig.site.general, kind: BundleKind.message, limit: 200 });
}

function messageOf(bundle: ReadBundle) {
  const fields = decodeFields(bundle.signed);
  assert.ok(fields.ok);
  return { fields: fields.value, message: decodeMessage(fields.value.payload)! };
}

test('a publish is acknowledged when it is on disk, not before', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const verdicts = ask(bridge, clientPublish());
  clock.advance(4);
  assert.deepEqual(verdicts, []);
  clock.advance(1);
  assert.deepEqual(verdicts, ['taken']);
  const [bundle] = held(rig);
  const { fields, message } = messageOf(bundle!);
  assert.deepEqual(bundle!.author, rig.gateway.key.publicKey);
  assert.equal(fields.scope, Scope.anywhere);
  assert.equal(message.text, 'The oven is hot.');
  assert.equal(message.name, 'kitchen');
  assert.equal(message.via?.client, 'kitchen');
});

test('JSON says name, lane and that it stays', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const text = JSON.stringify({ text: 'hot', name: 'Oven', lane: 'bulk', stayLocal: true });
  ask(bridge, clientPublish({ text }));
  clock.advance(5);
  const [bundle] = held(rig);
  const { fields, message } = messageOf(bundle!);
  assert.deepEqual([message.name, message.text], ['Oven', 'hot']);
  assert.deepEqual([fields.lane, fields.scope], [Lane.bulk, Scope.site]);
});

test('the topic that ends in urgent is the urgent lane, and short', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge, errors } = await started(rig, clock);
  const verdicts = ask(bridge, clientPublish({ topic: urgentTopic, text: 'Fire in the kitchen' }));
  clock.advance(5);
  assert.deepEqual(verdicts, ['taken']);
  assert.equal(held(rig)[0]!.lane, Lane.urgent);
  ask(bridge, clientPublish({ topic: urgentTopic, text: 'x'.repeat(2_048) }));
  assert.equal(errors()[0].error, 'too-large');
});

test('two equal messages without DUP are two messages', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const verdicts = ask(bridge, clientPublish());
  ask(bridge, clientPublish(), verdicts);
  clock.advance(20);
  assert.deepEqual(verdicts, ['taken', 'taken']);
  assert.equal(held(rig).length, 2);
});

test('a marked repeat is acknowledged and stored once, before and after the answer', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const verdicts = ask(bridge, clientPublish());
  ask(bridge, clientPublish({ dup: true }), verdicts);
  assert.deepEqual(verdicts, []);
  clock.advance(5);
  ask(bridge, clientPublish({ dup: true }), verdicts);
  assert.deepEqual(verdicts, ['taken', 'taken', 'taken']);
  assert.equal(held(rig).length, 1);
  assert.equal(bridge.counters.repeated, 2);
});

test('marked, with another packet identifier, client id or text: another message', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const dup = true;
  ask(bridge, clientPublish());
  ask(bridge, clientPublish({ dup, messageId: 2 }));
  ask(bridge, clientPublish({ dup, clientId: 'kitchen-2' }));
  ask(bridge, clientPublish({ dup, text: 'The oven is cold.' }));
  ask(bridge, clientPublish({ dup, client: { name: 'hall' } }));
  clock.advance(50);
  assert.equal(held(rig).length, 5);
});

test('the own id of a client tells a repeat, whatever else is in it', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const verdicts = ask(bridge, clientPublish({ text: '{"text":"a","id":"7"}', messageId: 1 }));
  clock.advance(5);
  ask(bridge, clientPublish({ text: '{"text":"b","id":"7"}', messageId: 9 }), verdicts);
  ask(bridge, clientPublish({ text: '{"text":"c","id":"8"}' }), verdicts);
  ask(bridge, clientPublish({ text: '{"text":"d","id":"7"}', client: { name: 'hall' } }), verdicts);
  clock.advance(20);
  assert.deepEqual(verdicts, ['taken', 'taken', 'taken', 'taken']);
  const texts = held(rig).map((bundle) => messageOf(bundle).message.text);
  assert.deepEqual(texts.sort(), ['a', 'c', 'd']);
});

test('a kill between commit and acknowledgement: the repeat is not stored again', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const verdicts = ask(bridge, clientPublish());
  ask(bridge, clientPublish({ text: '{"text":"a","id":"7"}' }), verdicts);
  clock.advance(7);
  assert.equal(verdicts.length, 1);
  rig.crash(clock.fork(), 1);
  const again = await started(rig, clock);
  const later = ask(again.bridge, clientPublish({ dup: true }));
  ask(again.bridge, clientPublish({ text: '{"text":"a","id":"7"}', messageId: 4 }), later);
  clock.advance(20);
  assert.deepEqual(later, ['taken', 'taken']);
  assert.equal(held(rig).length, 2);
});

test('a kill before the commit: the repeat is stored', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const verdicts = ask(bridge, clientPublish());
  rig.crash(clock.fork());
  const again = await started(rig, clock);
  const later = ask(again.bridge, clientPublish({ dup: true }));
  clock.advance(20);
  assert.deepEqual([verdicts, later], [[], ['taken']]);
  assert.equal(held(rig).length, 1);
});

test('a message that was received and is given back is not stored again', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge, told, errors } = await started(rig, clock);
  void rig.say('hello');
  clock.advance(10);
  await new Promise(setImmediate);
  const received = told.find(({ topic }) => topic === generalTopic)!;
  const verdicts = ask(bridge, clientPublish({ payload: received.payload }));
  const { id } = JSON.parse(received.payload.toString());
  ask(bridge, clientPublish({ text: JSON.stringify({ text: 'hello', id }) }), verdicts);
  clock.advance(10);
  assert.deepEqual(verdicts, ['taken', 'taken']);
  assert.equal(held(rig).length, 1);
  const unknown = { id: toBase64url(new Uint8Array(32)), author: {}, text: 'x' };
  ask(bridge, clientPublish({ text: JSON.stringify(unknown) }));
  assert.equal(errors()[0].error, 'received-unknown');
});

test('what is wrong is acknowledged and told on the errors topic', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge, told, errors } = await started(rig, clock);
  const verdicts = ask(bridge, clientPublish({ text: '{"txt":"x"}', messageId: 7 }));
  ask(bridge, clientPublish({ topic: generalTopic.replace('general', 'secret') }), verdicts);
  ask(bridge, clientPublish({ topic: `muster/${label}/nodes/x/status`, retain: true }), verdicts);
  ask(bridge, clientPublish({ text: 'x'.repeat(32_768) }), verdicts);
  assert.deepEqual(verdicts, ['taken', 'taken', 'taken', 'taken']);
  const codes = errors().map(({ error }) => error);
  assert.deepEqual(codes, ['member-unknown', 'topic-unknown', 'topic-unknown', 'too-large']);
  assert.equal(errors()[0].messageId, 7);
  assert.match(errors()[0].message, /^The JSON has a member other/);
  assert.ok(told.every(({ qos, retain }) => qos === 1 && !retain));
  assert.equal(held(rig).length, 0);
});

test('topics that are not below muster pass', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  assert.deepEqual(ask(bridge, clientPublish({ topic: 'rooms/kitchen' })), ['forward']);
});

test('above its rate a client waits, in order, and hears in the end of it', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge, errors } = await started(rig, clock);
  const { burst } = channelLimits.clientRate;
  const verdicts: PublishVerdict[] = [];
  for (let i = 0; i < burst + 15; i++) {
    ask(bridge, clientPublish({ text: `${i}` }), verdicts);
    clock.advance(5);
  }
  assert.equal(verdicts.length, burst);
  clock.advance(9_000);
  assert.ok(verdicts.length >= burst + 8, `${verdicts.length}`);
  clock.advance(2_000);
  const refused = verdicts.filter((verdict) => typeof verdict === 'object');
  assert.equal(verdicts.length, burst + 15);
  assert.ok(refused.length >= 3 && refused.length <= 6, `${refused.length}`);
  assert.ok(errors().every(({ error }) => error === 'too-fast'));
  const texts = rig.node.since({ row: 0, limit: 200 }).map((one) => messageOf(one).message.text);
  assert.deepEqual(
    texts,
    [...texts].sort((a, b) => Number(a) - Number(b)),
  );
  assert.equal(texts.length, burst + 15 - refused.length);
});

test('another client is not kept waiting by a fast one', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const fast: PublishVerdict[] = [];
  for (let i = 0; i < 200; i++) {
    ask(bridge, clientPublish({ text: `${i}` }), fast);
    clock.advance(5);
  }
  const slow = ask(bridge, clientPublish({ client: { name: 'door' } }));
  clock.advance(5);
  assert.deepEqual(slow, ['taken']);
  const { waitingPerClientMax } = channelLimits;
  const tooMany = fast.filter(
    (one) => typeof one === 'object' && one.refused === 'too-many-waiting',
  );
  assert.ok(tooMany.length > 0 && tooMany.length <= 200 - waitingPerClientMax);
});

test('a full disk: not acknowledged, tried until it gives up, told', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge, errors } = await started(rig, clock);
  rig.store.failure = 'io-error';
  const verdicts = ask(bridge, clientPublish());
  clock.advance(9_000);
  assert.deepEqual(verdicts, []);
  clock.advance(2_000);
  assert.deepEqual(verdicts, [{ refused: 'store-failed' }]);
  assert.equal(errors()[0].error, 'store-failed');
  rig.store.failure = undefined;
  const later = ask(bridge, clientPublish({ dup: true }));
  clock.advance(10);
  assert.deepEqual(later, ['taken']);
  assert.equal(held(rig).length, 1);
});

test('whoever waits when the gateway stops is told, and nothing is written any more', async () => {
  const clock = new FakeClock();
  const rig = new GatewayRig(clock);
  const { bridge } = await started(rig, clock);
  const verdicts: PublishVerdict[] = [];
  for (let i = 0; i < 3; i++) ask(bridge, clientPublish({ text: `${i}` }), verdicts);
  bridge.stop();
  const stopping = { refused: 'stopping' };
  assert.deepEqual(verdicts, [stopping, stopping, stopping]);
  clock.advance(20_000);
  assert.equal(verdicts.length, 3);
  assert.ok(held(rig).length <= 1);
});
