/** Messages through the real broker with the `mqtt` client: QoS, sessions, wills, retained. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextMessage } from '../support/next-message.ts';
import { realBroker } from '../support/real-broker.ts';

test('delivers at QoS 0, 1 and 2', async (context) => {
  const { connect } = await realBroker(context);
  const reader = await connect();
  const writer = await connect();
  await reader.subscribeAsync('rooms/#', { qos: 2 });
  for (const qos of [0, 1, 2] as const) {
    const message = nextMessage(reader);
    await writer.publishAsync('rooms/hall', `at ${qos}`, { qos });
    const { topic, text, packet } = await message;
    assert.deepEqual([topic, text, packet.qos], ['rooms/hall', `at ${qos}`, qos]);
  }
});
