/**
 * A broker under load until it is killed: publishes of QoS 1 and 2 to a session that is away, and
 * retained ones. What is acknowledged goes to standard output in one write. Arguments: path and
 * prefix.
 */
import { writeSync } from 'node:fs';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { createSqlitePersistence } from '../../../../src/mqtt/persistence/index.ts';
import { publish } from './packets.ts';

const [path, prefix] = process.argv.slice(2);
const logger = createMemoryLogger();
/** So that nothing goes at a bound. */
const limits = {
  queuedPerSessionMax: 1_000_000,
  queuedBytesPerSessionMax: 2 ** 40,
  queuedBytesMax: 2 ** 40,
  incomingPerClientMax: 65_535,
};
const store = createSqlitePersistence({ path: path!, clock: new FakeClock(), logger, limits });
await store.setup({ id: `broker ${prefix}`, clients: {} });
const publisher = { id: 'publisher' };
await store.addSubscriptions({ id: 'away' }, [{ topic: 'load/#', qos: 2 }]);

async function publishOne(no: number): Promise<void> {
  const name = `${prefix}.${no}`;
  const payload = Buffer.from(name);
  if (no % 10 === 0) {
    await store.storeRetained(publish(`kept/${no % 100}`, { payload, retain: true }));
    writeSync(1, `kept ${no % 100} ${name}\n`);
    return;
  }
  const qos = no % 2 === 0 ? 2 : 1;
  const packet = publish(`load/${no}`, { payload, qos, messageId: 1 + (no % 5_000) });
  if (qos === 2) await store.incomingStorePacket(publisher, packet);
  await store.outgoingEnqueueCombi(await store.subscriptionsByTopic(packet.topic), packet);
  writeSync(1, `${qos === 2 ? `twice ${packet.messageId}` : 'once 0'} ${name}\n`);
  if (no % 4 === 0) await store.incomingDelPacket(publisher, packet);
}

let no = 0;
async function loop(): Promise<void> {
  for (;;) await publishOne(no++);
}
for (let i = 0; i < 20; i++) void loop();
// Nothing else keeps the process alive between two commits.
setInterval(() => {}, 1_000);
