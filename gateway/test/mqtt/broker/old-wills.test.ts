/** Wills of clients that were connected when an earlier broker died: published, or dropped. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PublishPacket } from 'aedes';
import { Acl, type AclOptions } from '../../../src/mqtt/broker/acl.ts';
import { AnsweringBroker } from '../../../src/mqtt/broker/answering-broker.ts';
import { Grants } from '../../../src/mqtt/clients/grants.ts';
import type { PublishVerdict } from '../../../src/mqtt/hooks.ts';
import { mqttLimits } from '../../../src/mqtt/limits.ts';

async function published(clientId: string, verdict: PublishVerdict): Promise<string[]> {
  const member = { name: 'lamp', grants: new Grants({ read: [], write: ['rooms/#'] }) };
  const parts = {
    clients: { member: (name: string) => (name === 'lamp' ? member : undefined) },
    hooks: {
      onPublish: (_publish: object, done: (verdict: PublishVerdict) => void) => done(verdict),
    },
    limits: mqttLimits,
  };
  const acl = new Acl(parts as unknown as AclOptions);
  const broker = new AnsweringBroker({ concurrency: 0 });
  await broker.listen();
  const topics: string[] = [];
  broker.on('publish', ({ topic }) => topics.push(topic));
  const payload = Buffer.from('gone');
  const will = { cmd: 'publish', topic: 'rooms/x', payload, qos: 1, clientId } as never;
  // As aedes does it: both steps must succeed, or it never comes to the next will.
  await new Promise<void>((resolve, reject) => {
    acl.publish(broker, { client: null, packet: will }, (error) => {
      if (error) reject(error);
      else broker.publish(will as PublishPacket, () => resolve());
    });
  });
  await new Promise<void>((resolve) => broker.close(resolve));
  return topics;
}

test('an old will is published once where its credential still may', async () => {
  assert.deepEqual(await published('lamp/1', 'forward'), ['rooms/x']);
  assert.deepEqual(await published('lamp/1', 'taken'), []);
});

test('an old will that may not be is dropped, and is no error', async () => {
  assert.deepEqual(await published('revoked/1', 'forward'), []);
  assert.deepEqual(await published('lamp/1', { refused: 'too long' }), []);
});
