import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { MessageStream, Stream } from '@libp2p/interface';
import { careForConnection, onCredit } from '../../src/transport-libp2p/stack-care.ts';

/** What libp2p's connections have of themselves, as far as it is changed. */
interface Raw {
  readonly socket?: Socket;
  readonly websocket?: { close(): void };
  sendData(data: Pieces): { sentBytes: number; canSendMore: boolean };
  sendReset(): void;
}

type Pieces = Iterable<Uint8Array> & { byteLength: number; subarray(): Uint8Array };

function pieces(...sizes: number[]): Pieces {
  const parts = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
  const whole = Buffer.concat(parts);
  return Object.assign([...parts], { byteLength: whole.length, subarray: () => whole });
}

async function socketPair(context: TestContext): Promise<[Socket, Socket]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = createConnection((server.address() as { port: number }).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  context.after(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  near.setNoDelay(true);
  return [near, far];
}

test('an idle connection is kept, and a message is one packet', async (context) => {
  const [near, far] = await socketPair(context);
  near.setTimeout(120_000);
  const raw = { socket: near } as unknown as Raw;
  careForConnection(raw as unknown as MessageStream);
  assert.equal(near.timeout, 0);
  for (const sizes of [
    [2, 375, 16],
    [2, 20_000, 16],
  ]) {
    const data = pieces(...sizes);
    const chunks: Buffer[] = [];
    far.on('data', (chunk) => chunks.push(chunk));
    const { sentBytes } = raw.sendData(data);
    while (Buffer.concat(chunks).length < data.byteLength) await once(far, 'data');
    far.removeAllListeners('data');
    assert.equal(sentBytes, data.byteLength);
    assert.deepEqual(Buffer.concat(chunks), Buffer.from(data.subarray()));
    assert.ok(chunks[0]!.length > 2, 'the length came in a packet of its own');
  }
});

test('a reset closes a WebSocket too', () => {
  let closed = 0;
  const raw = { websocket: { close: () => (closed += 1) } } as unknown as Raw;
  careForConnection(raw as unknown as MessageStream);
  raw.sendReset();
  assert.equal(closed, 1);
});

test('credit from the other end is noticed, and still given', () => {
  const told: unknown[] = [];
  const stream = { handleWindowUpdate: (frame: unknown) => told.push(frame) };
  onCredit(stream as unknown as Stream, () => told.push('alive'));
  stream.handleWindowUpdate('131072 bytes');
  assert.deepEqual(told, ['alive', '131072 bytes']);
  onCredit({} as Stream, () => assert.fail('another version of the library'));
});
