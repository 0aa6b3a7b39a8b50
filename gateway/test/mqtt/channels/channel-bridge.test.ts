/** Phones and MQTT clients in one channel, through the real broker with its store on disk. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSystemClock } from '@muster/adapters/clock-system';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { ChannelBridge, ClientWish } from '../../../src/mqtt/channels/index.ts';
import { clientGrants } from '../../../src/mqtt/channels/index.ts';
import type { BrokerHooks } from '../../../src/mqtt/hooks.ts';
import {
  createSqlitePersistence,
  type SqlitePersistence,
} from '../../../src/mqtt/persistence/index.ts';
import { nextMessage } from '../support/next-message.ts';
import { type RealBroker, realBroker } from '../support/real-broker.ts';
import { GatewayRig, generalTopic, label } from './support/gateway-rig.ts';
import { schemaFault } from './support/schema.ts';

const errorsTopic = `muster/${label}/clients/kitchen/errors`;

interface Served {
  readonly real: RealBroker;
  readonly bridge: ChannelBridge;
  readonly persistence: SqlitePersistence;
  /** Connects with a new credential that was granted what a client of that kind gets. */
  member(wish?: Partial<ClientWish>, options?: IClientOptions): Promise<MqttClient>;
  stop(): Promise<void>;
}

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bridge-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function serve(context: TestContext, rig: GatewayRig, folder: string): Promise<Served> {
  const clock = createSystemClock();
  const logger = rig.logger;
  const persistence = createSqlitePersistence({ path: join(folder, 'mqtt.db'), clock, logger });
  let bridge: ChannelBridge | undefined;
  const hooks: BrokerHooks = {
    onPublish: (publish, done) => bridge?.onPublish(publish, done),
  };
  const real = await realBroker(context, { hooks, persistence });
  const { broker, book } = real;
  bridge = rig.bridge((packet, onDone) => broker.publish(packet, onDone), {
    sessions: persistence,
  });
  await bridge.start();
  const stop = async () => {
    bridge?.stop();
    await broker.stop();
    await persistence.destroy();
  };
  context.after(async () => {
    await stop();
    rig.node.stop();
  });
  const member: Served['member'] = async (wish = {}, options = {}) => {
    const { client = 'kitchen' } = wish;
    const all = { site: label, client, channels: [], readOnly: false, urgent: false, ...wish };
    const password = book.add(client, clientGrants(all));
    return real.connect({ username: client, password, ...options });
  };
  return { real, bridge, persistence, member, stop };
}

test('a phone is heard on MQTT, and an MQTT client in the mesh', async (context) => {
  const rig = new GatewayRig(createSystemClock());
  const { member } = await serve(context, rig, folderOf(context));
  const kitchen = await member();
  const [granted] = await kitchen.subscribeAsync(generalTopic, { qos: 1 });
  assert.equal(granted?.qos, 1);
  const fromPhone = nextMessage(kitchen);
  await rig.say('Is anybody at the north gate?');
  const { topic, text, packet } = await fromPhone;
  const json = JSON.parse(text);
  assert.deepEqual([topic, packet.qos, packet.retain], [generalTopic, 1, false]);
  assert.equal(schemaFault('message', json), undefined);
  assert.deepEqual([json.text, json.author.name], ['Is anybody at the north gate?', 'Ada']);
  const own = nextMessage(kitchen);
  await kitchen.publishAsync(generalTopic, '{"text":"Soup is ready","name":"Cook"}', { qos: 1 });
  assert.equal(rig.node.page({ tag: rig.site.general, limit: 9 }).length, 2);
  const { author } = JSON.parse((await own).text);
  assert.deepEqual(
    [author.name, author.role, author.via],
    [...['Cook', 'node'], { client: 'kitchen' }],
  );
  assert.equal(schemaFault('message', JSON.parse((await own).text)), undefined);
});

test('at QoS 2 and 0 a publish is one message too', async (context) => {
  const rig = new GatewayRig(createSystemClock());
  const { member } = await serve(context, rig, folderOf(context));
  const kitchen = await member();
  await kitchen.subscribeAsync(generalTopic, { qos: 2 });
  for (const qos of [2, 0] as const) {
    const message = nextMessage(kitchen);
    await kitchen.publishAsync(generalTopic, `at ${qos}`, { qos });
    assert.equal(JSON.parse((await message).text).text, `at ${qos}`);
  }
  assert.equal(rig.node.page({ tag: rig.site.general, limit: 9 }).length, 2);
});

test('only a client itself reads what was wrong with its publish', async (context) => {
  const rig = new GatewayRig(createSystemClock());
  const { member } = await serve(context, rig, folderOf(context));
  const kitchen = await member();
  const hall = await member({ client: 'hall' });
  await kitchen.subscribeAsync(errorsTopic, { qos: 1 });
  await assert.rejects(hall.subscribeAsync(errorsTopic, { qos: 1 }));
  const report = nextMessage(kitchen);
  await kitchen.publishAsync(generalTopic, '{"txet":"x"}', { qos: 1 });
  const json = JSON.parse((await report).text);
  assert.equal(json.error, 'member-unknown');
  assert.equal(schemaFault('error', json), undefined);
  assert.ok(kitchen.connected);
});

test('the urgent topic is for clients that were granted it', async (context) => {
  const rig = new GatewayRig(createSystemClock());
  const { member } = await serve(context, rig, folderOf(context));
  const urgentTopic = `muster/${label}/channels/general/urgent`;
  const alarm = await member({ client: 'alarm', urgent: true });
  await alarm.publishAsync(urgentTopic, 'Fire in the kitchen', { qos: 1 });
  const [bundle] = rig.node.page({ tag: rig.site.general, limit: 9 });
  assert.equal(bundle?.lane, 0);
  const kitchen = await member();
  const closed = new Promise((resolve) => kitchen.once('close', () => resolve(undefined)));
  kitchen.publish(urgentTopic, 'me too', { qos: 1 });
  await closed;
  assert.equal(rig.node.page({ tag: rig.site.general, limit: 9 }).length, 1);
});

test('what a client writes below muster reaches nobody, nor fakes a status', async (context) => {
  const rig = new GatewayRig(createSystemClock());
  const { real } = await serve(context, rig, folderOf(context));
  const box = await real.connect();
  const heard: string[] = [];
  box.on('message', (topic) => heard.push(topic));
  await box.subscribeAsync(['muster/#', 'rooms/#'], { qos: 1 });
  await box.publishAsync(`muster/${label}/nodes/x/status`, 'lies', { qos: 1, retain: true });
  const last = nextMessage(box);
  await box.publishAsync('rooms/hall', 'plain', { qos: 1 });
  await last;
  assert.deepEqual(heard, [`muster/${label}/clients/box/errors`, 'rooms/hall']);
});

test('a session that was away finds all that came, once, over a restart', async (context) => {
  const rig = new GatewayRig(createSystemClock());
  const folder = folderOf(context);
  const first = await serve(context, rig, folder);
  const session = { clientId: 'recorder', clean: false };
  const recorder = await first.real.connect(session);
  await recorder.subscribeAsync(generalTopic, { qos: 1 });
  await recorder.endAsync();
  await rig.say('while connected to nobody');
  await first.stop();
  await rig.say('while the broker was down');
  const second = await serve(context, rig, folder);
  await rig.say('after it came back');
  // What is live when a session comes back may overtake what waited for it.
  while (second.bridge.counters.published < 2) await new Promise(setImmediate);
  const texts: string[] = [];
  // It listens before it connects: what waits comes right after CONNACK.
  const { broker, passwords } = second.real;
  const url = `mqtt://127.0.0.1:${broker.ports().tcp}`;
  const again = connect(url, { ...session, username: 'box', password: passwords.box });
  context.after(() => again.end(true));
  await new Promise<void>((resolve) => {
    again.on('message', (_topic, payload) => {
      texts.push(JSON.parse(payload.toString()).text);
      if (texts.length === 3) resolve();
    });
  });
  assert.deepEqual(texts, [
    'while connected to nobody',
    'while the broker was down',
    'after it came back',
  ]);
});

test('whenever the power goes, the place in the store and the queues agree', async (context) => {
  const rig = new GatewayRig(createSystemClock());
  const folder = folderOf(context);
  const { real } = await serve(context, rig, folder);
  const recorder = await real.connect({ clientId: 'recorder', clean: false });
  await recorder.subscribeAsync(generalTopic, { qos: 1 });
  await recorder.endAsync();
  for (let i = 0; i < 4; i++) void rig.say(`${i}`);
  const states = new Set<string>();
  for (let turn = 0; turn < 60; turn++) {
    await new Promise(setImmediate);
    if (turn % 4 === 0) states.add(await stateOf(context, rig, folder));
  }
  while (!states.has('4 of 4')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    states.add(await stateOf(context, rig, folder));
  }
  for (const state of states) assert.match(state, /^(\d) of \1$/);
});

/** As a copy of the files shows it: messages queued for the recorder, of messages fed. */
async function stateOf(context: TestContext, rig: GatewayRig, folder: string): Promise<string> {
  const copy = folderOf(context);
  for (const name of ['mqtt.db', 'mqtt.db-wal']) copyFileSync(join(folder, name), join(copy, name));
  const clock = createSystemClock();
  const path = join(copy, 'mqtt.db');
  const persistence = createSqlitePersistence({ path, clock, logger: rig.logger });
  await persistence.setup({ id: 'copy', clients: {} });
  const queued = await persistence.outgoingStream({ id: 'box/recorder' }).toArray();
  const [place] = await persistence.createRetainedStream('$SYS/muster/feed/#').toArray();
  await persistence.destroy();
  return `${queued.length} of ${Number(place.payload.toString())}`;
}
