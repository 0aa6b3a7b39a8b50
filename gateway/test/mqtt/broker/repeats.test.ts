/** QoS 2 messages that come again before the first one was answered: once is once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import mqttPacket from 'mqtt-packet';
import type { ClientPublish, PublishVerdict } from '../../../src/mqtt/hooks.ts';
import { RawClient } from '../support/raw-client.ts';
import { realBroker } from '../support/real-broker.ts';

const publish = (messageId: number, payload: string, topic = 'rooms/hall') =>
  mqttPacket.generate({
    ...{ cmd: 'publish', topic, payload, qos: 2, messageId, dup: false, retain: false },
  });

test('three times in one write is delivered once and answered each time', async (context) => {
  const real = await realBroker(context);
  const reader = await real.connect();
  await reader.subscribeAsync('rooms/#', { qos: 2 });
  const seen: string[] = [];
  const last = new Promise<void>((resolve) => {
    reader.on('message', (topic, payload) => {
      seen.push(String(payload));
      if (topic === 'rooms/end') resolve();
    });
  });
  const client = await RawClient.admitted(context, real);
  const once = publish(5, 'once');
  client.send(Buffer.concat([once, publish(6, 'other'), once, once]));
  const packets = await client.answered(1 + 4);
  assert.deepEqual(
    packets.slice(1).map(({ cmd, messageId }) => `${cmd} ${messageId}`),
    ['pubrec 5', 'pubrec 6', 'pubrec 5', 'pubrec 5'],
  );
  client.send(publish(7, 'end', 'rooms/end'));
  await last;
  assert.deepEqual(seen, ['once', 'other', 'end']);
  assert.equal(real.broker.counters().published, 3);
});

for (const first of ['taken', 'refused'] as const) {
  test(`a repeat on the next connection waits for the first, ${first}`, async (context) => {
    const asked: ((verdict: PublishVerdict) => void)[] = [];
    const onPublish = (_publish: ClientPublish, done: (typeof asked)[number]) => asked.push(done);
    const real = await realBroker(context, { hooks: { onPublish } });
    const client = await RawClient.admitted(context, real, { clean: false });
    client.send(publish(9, 'once'));
    while (asked.length === 0) await new Promise(setImmediate);
    client.socket.destroy();
    const again = await RawClient.admitted(context, real, { clean: false });
    again.send(publish(9, 'once'));
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    assert.deepEqual([asked.length, again.packets.length], [1, 1]);
    asked[0]!(first === 'taken' ? 'taken' : { refused: 'not now' });
    if (first === 'refused') {
      while (asked.length === 1) await new Promise(setImmediate);
      asked[1]!('taken');
    }
    const [, pubrec] = await again.answered(2);
    assert.deepEqual([pubrec?.cmd, pubrec?.messageId], ['pubrec', 9]);
  });
}
