/** The gateway, whole: an agent with broker and uplinks, as its admin and its devices see it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { configOf, getJson } from '@muster/agent';
import { choosePorts } from '../src/mqtt/free-ports.ts';
import { type Credential, Device } from './support/device.ts';
import { type RunningGateway, startGateway } from './support/real-gateway.ts';

const addKitchen = (gateway: RunningGateway): Promise<Credential> =>
  gateway.ask<Credential>('mqtt.client.add', { name: 'kitchen' });

test('a device writes and reads a channel, also over TLS', async (t) => {
  const gateway = await startGateway(t);
  const credential = await addKitchen(gateway);
  const reader = await Device.connect(t, credential, { scheme: 'mqtts' });
  await reader.subscribe(credential.topic);
  const writer = await Device.connect(t, credential);
  await writer.publish(credential.topic, 'the soup is ready');
  assert.deepEqual(await reader.until(1), ['the soup is ready']);
});

test('a device that was away gets each message once, over a restart of the gateway', async (t) => {
  const first = await startGateway(t);
  const credential = await addKitchen(first);
  const early = await Device.connect(t, credential, { session: 'panel' });
  await early.subscribe(credential.topic);
  await early.client.endAsync();
  await (await Device.connect(t, credential)).publish(credential.topic, 'one');
  await first.stop();
  const second = await startGateway(t, { folder: first.folder });
  const { urls } = await second.ask<Credential>('mqtt.started');
  await (await Device.connect(t, { ...credential, urls })).publish(credential.topic, 'two');
  const late = await Device.connect(t, { ...credential, urls }, { session: 'panel' });
  await late.until(2);
  await late.publish(credential.topic, 'three');
  assert.deepEqual(await late.until(3), ['one', 'two', 'three']);
});

test('a revoked device is cut off and does not come back', async (t) => {
  const gateway = await startGateway(t);
  const credential = await addKitchen(gateway);
  const device = await Device.connect(t, credential);
  const closed = new Promise<void>((resolve) => device.client.once('close', resolve));
  await gateway.ask('mqtt.client.revoke', { name: 'kitchen' });
  await closed;
  await assert.rejects(Device.connect(t, credential), { message: /Bad username or password/ });
  const unknown = gateway.ask('mqtt.client.revoke', { name: 'kitchen' });
  await assert.rejects(unknown, { code: 'mqtt-client-unknown' });
});

test('the credential to try is the same at each start, until its admin revokes it', async (t) => {
  interface Started {
    readonly client?: { readonly password: string };
  }
  const gateway = await startGateway(t);
  const started = (from: RunningGateway) => from.ask<Started>('mqtt.started', { tryClient: true });
  const { client } = await started(gateway);
  await gateway.stop();
  const again = await startGateway(t, { folder: gateway.folder });
  assert.deepEqual((await started(again)).client, client);
  await again.ask('mqtt.client.revoke', { name: 'try' });
  assert.equal((await started(again)).client, undefined);
});

test('status and metrics tell of broker and uplinks, and hold no secret', async (t) => {
  const gateway = await startGateway(t);
  const { password } = await addKitchen(gateway);
  const status = await getJson(`http://127.0.0.1:${gateway.port}`, '/api/v1/status');
  const { extensions } = status.json as { extensions: { gateway: { mqtt: { clients: number } } } };
  assert.equal(extensions.gateway.mqtt.clients, 0);
  assert.ok(!JSON.stringify(status.json).includes(password));
});

test('a usual port that is taken is left for the next one; a chosen one is an error', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const free = { mqttHost: '127.0.0.1', mqttTlsPort: 0, mqttWebSocketPort: 0 };
  const chosen = choosePorts(configOf({ ...free, mqttPort: port }));
  await assert.rejects(chosen, { code: 'port-taken' });
  const usual = configOf({ ...free, mqttPort: port });
  const { ports, moved } = await choosePorts(usual, configOf({ mqttPort: port }));
  assert.equal(moved[0]?.from, port);
  assert.equal(moved[0]?.to, ports.mqttPort);
  assert.notEqual(ports.mqttPort, port);
});
