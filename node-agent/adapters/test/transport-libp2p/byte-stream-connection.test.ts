import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageStreamDirection } from '@libp2p/interface';
import { multiaddr } from '@multiformats/multiaddr';
import type { ByteStream, ByteStreamHandlers } from '@muster/core';
import { ByteStreamConnection } from '../../src/transport-libp2p/byte-stream-connection.ts';
import { silentLogger } from '../../src/transport-libp2p/quiet-node.ts';

const question = new TextEncoder().encode('\x13/multistream/1.0.0\n\x07/noise\n');

function connected(direction: MessageStreamDirection) {
  const sent: Uint8Array[] = [];
  const closed: string[] = [];
  const heard: number[] = [];
  let below: ByteStreamHandlers | undefined;
  const stream: ByteStream = {
    address: 'r-000000000001',
    initiator: direction === 'outbound',
    start(handlers) {
      below = handlers;
    },
    send(bytes) {
      sent.push(bytes);
      return sent.length % 2 === 1;
    },
    close: (reason) => closed.push(reason),
  };
  const connection = new ByteStreamConnection({
    stream,
    direction,
    remoteAddr: multiaddr('/memory/1'),
    log: silentLogger.forComponent('test'),
  });
  connection.addEventListener('message', (event) => heard.push(...event.data.subarray()));
  return { connection, sent, closed, heard, below: below! };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a dialler goes on before the other end has agreed on Noise', async () => {
  const { connection, sent, heard, below, closed } = connected('outbound');
  connection.send(question);
  await turn();
  assert.deepEqual(heard, [...question]);
  connection.send(Uint8Array.of(1, 2, 3));
  below.onDrain();
  assert.equal(sent.length, 2);
  // The answer comes in pieces, the last one with what follows it.
  below.onBytes(question.slice(0, 5));
  below.onBytes(question.slice(5, 20));
  below.onBytes(Uint8Array.of(...question.slice(20), 7, 8));
  below.onBytes(Uint8Array.of(9));
  assert.deepEqual(heard.slice(question.length), [7, 8, 9]);
  assert.deepEqual(closed, []);
});

test('another answer than that closes the stream', async () => {
  const { connection, heard, below, closed } = connected('outbound');
  connection.send(question);
  await turn();
  below.onBytes(Uint8Array.of(...question.slice(0, 20), 0x03));
  assert.equal(closed.length, 1);
  assert.equal(connection.status, 'aborted');
  assert.equal(heard.length, question.length, 'nothing of it went up');
});

test('who is called answers for itself, and other beginnings wait for their answer', async () => {
  const called = connected('inbound');
  called.connection.send(question);
  const other = connected('outbound');
  other.connection.send(Uint8Array.of(0x13, ...question.slice(1, 20)));
  await turn();
  assert.deepEqual([called.heard, other.heard], [[], []]);
  called.below.onBytes(question);
  assert.deepEqual(called.heard, [...question]);
});

test('what the stream does not take waits for its drain', async () => {
  const { connection, sent, below } = connected('inbound');
  assert.equal(connection.send(Uint8Array.of(1)), true);
  assert.equal(connection.send(Uint8Array.of(2)), false);
  connection.send(Uint8Array.of(3));
  await turn();
  assert.equal(sent.length, 2);
  below.onDrain();
  await turn();
  assert.deepEqual(sent.at(-1), Uint8Array.of(3));
});

test('a stream that ends without a word was lost; a closed one is closed once', async () => {
  const lost = connected('inbound');
  lost.below.onClose('out of reach');
  assert.equal(lost.connection.status, 'aborted');
  const shut = connected('inbound');
  await shut.connection.close();
  shut.below.onClose('closed');
  assert.equal(shut.connection.status, 'closed');
  assert.deepEqual(shut.closed, ['closed']);
});
