/** Raw bytes against the broker: what is cut, what is refused and with which code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import type { IConnectPacket } from 'mqtt-packet';
import mqttPacket from 'mqtt-packet';
import type { GateFault } from '../../../src/mqtt/gate/fault.ts';
import { connectPacket, RawClient } from '../support/raw-client.ts';
import { realBroker } from '../support/real-broker.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const publishTo = (topic: string | Buffer) =>
  mqttPacket.generate({
    ...{ cmd: 'publish', payload: 'x', qos: 0, dup: false, retain: false },
    topic: topic as string,
  });

test('cuts what is no MQTT 3.1.1, and serves on', async (context) => {
  const real = await realBroker(context);
  const faults: [GateFault, Buffer][] = [
    ['packet-too-large', hex('30 ffffff7f')],
    ['packet-too-large', hex('30 818010')],
    ['length', hex('30 80808000')],
    ['type', hex('00 00')],
    ['type', hex('f0 00')],
    ['type', mqttPacket.generate(connectPacket(real))],
    ['type', hex('20 02 0000')],
    ['flags', hex('80 00')],
    ['flags', hex('36 04 0001 61 62')],
    ['flags', hex('38 04 0001 61 62')],
    ['malformed', hex('32 03 0001 61')],
    ['malformed', hex('32 05 0001 61 0000')],
    ['malformed', hex('82 02 0001')],
    ['malformed', hex('82 06 0001 0001 61 03')],
    ['malformed', hex('82 06 0000 0001 61 00')],
    ['malformed', hex('c0 01 00')],
    ['text', hex('30 05 0002 c328 62')],
    ['text', hex('30 05 0002 6100 62')],
    ['text', hex('30 04 0009 6162')],
    ['text', hex('82 07 0001 0002 c328 00')],
    ['topic', publishTo('a/#')],
    ['topic', publishTo('+/a')],
    ['topic', hex('30 03 0000 62')],
    ['topic', publishTo('x'.repeat(257))],
    ['topic', publishTo('x'.repeat(60_000))],
    ['topic', publishTo('a/'.repeat(100))],
    ['topic', hex('82 07 0001 0002 2361 00')],
    ['not-granted', publishTo('$SYS/x')],
  ];
  for (const [fault, bytes] of faults) {
    const before = real.broker.counters().cuts.get(fault) ?? 0;
    const client = await RawClient.admitted(context, real);
    client.send(bytes);
    await client.closed;
    const label = `${fault}: ${bytes.subarray(0, 16).toString('hex')}`;
    assert.equal(real.broker.counters().cuts.get(fault), before + 1, label);
  }
  await real.connect();
});

test('refuses a CONNECT with the code that MQTT has for it', async (context) => {
  const real = await realBroker(context);
  const will = { topic: 'a', payload: Buffer.from('x'), qos: 0, retain: false } as const;
  const sensor = { username: 'sensor', password: Buffer.from(real.passwords.sensor) };
  const cases: [number, Partial<IConnectPacket>][] = [
    [1, { protocolVersion: 5 }],
    [1, { bridgeMode: true } as object],
    [2, { clientId: 'x'.repeat(129) }],
    [4, { username: 'nobody' }],
    [4, { username: '__proto__' }],
    [4, { password: Buffer.from('wrong') }],
    [5, { will: { ...will, payload: Buffer.alloc(4_097) } }],
    [5, { will: { ...will, topic: 'a/#' } }],
    [5, { will: { ...will, topic: '$SYS/a' } }],
    [5, { ...sensor, will: { ...will, topic: 'rooms/hall' } }],
    [0, { ...sensor, will: { ...will, topic: 'rooms/kitchen/door' } }],
    [0, { protocolId: 'MQIsdp', protocolVersion: 3 }],
    [0, { clientId: '' }],
    [0, { clientId: '__proto__' }],
    [0, { clientId: 'constructor' }],
  ];
  for (const [code, options] of cases) {
    const client = await RawClient.open(context, real);
    client.send(connectPacket(real, options));
    const [connack] = await client.answered(1);
    assert.equal((connack as { returnCode?: number }).returnCode, code, JSON.stringify(options));
    if (code > 0) await client.closed;
  }
});

test('an empty id that is to be kept is refused', async (context) => {
  const real = await realBroker(context);
  const client = await RawClient.open(context, real);
  const bytes = mqttPacket.generate(connectPacket(real, { clientId: '' }));
  // Clean session taken out of the flags, which the library would not write.
  bytes[bytes.indexOf('MQTT') + 5]! &= ~2;
  client.send(bytes);
  const [connack] = await client.answered(1);
  assert.equal((connack as { returnCode?: number }).returnCode, 2);
});

test('whoever begins with something else is cut', async (context) => {
  const real = await realBroker(context);
  const first = ['c0 00', '16 03 01 02 00', '47 45 54 20', '10 ff ff ff 7f', '10 81 40'];
  for (const bytes of first) {
    const client = await RawClient.open(context, real);
    client.send(hex(bytes));
    await client.closed;
    assert.deepEqual(client.packets, []);
  }
});

test('a CONNECT that dribbles is cut at its time', async (context) => {
  const clock = new FakeClock();
  const real = await realBroker(context, { clock });
  const client = await RawClient.open(context, real);
  client.send(mqttPacket.generate(connectPacket(real)).subarray(0, 9));
  while (real.broker.counters().connections === 0) await new Promise(setImmediate);
  clock.advance(11_000);
  await client.closed;
  assert.equal(real.broker.counters().cuts.get('connect-late'), 1);
});

test('bytes that make no packet do not keep a client alive', async (context) => {
  const clock = new FakeClock();
  const real = await realBroker(context, { clock });
  const client = await RawClient.admitted(context, real, { keepalive: 2 });
  const isCut = () => real.broker.counters().cuts.has('keepalive');
  client.send(hex('c0 00'));
  await client.answered(2);
  client.send(hex('30 20'));
  for (let second = 0; second < 8 && !isCut(); second++) {
    client.send(hex('00'));
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    clock.advance(1_000);
  }
  assert.ok(isCut());
  await client.closed;
});

test('connections and unfinished CONNECTs of one address are capped', async (context) => {
  const limits = { openingPerAddressMax: 3, connectionsPerAddressMax: 5 };
  const real = await realBroker(context, { limits });
  for (let at = 0; at < 3; at++) await RawClient.open(context, real);
  const fourth = await RawClient.open(context, real);
  await fourth.closed;
  assert.equal(real.broker.counters().turnedAway, 1);
});

test('a client beyond its rate is read more slowly, not cut', async (context) => {
  const clock = new FakeClock();
  const limits = { packetsPerSecond: 10, packetsBurst: 5 };
  const real = await realBroker(context, { clock, limits });
  const client = await RawClient.admitted(context, real);
  client.send(Buffer.concat(Array(20).fill(hex('c0 00'))));
  await client.answered(1 + 5);
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  assert.equal(client.packets.length, 6);
  clock.advance(5_000);
  await client.answered(1 + 10);
  clock.advance(5_000);
  await client.answered(1 + 15);
});
