/** MQTT over WebSocket (RFC 6455): the handshake, the frames, and pages that have no business. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import mqtt from 'mqtt-packet';
import { RawClient } from '../raw-client.ts';
import { type Arena, mustCut, type RigCase } from '../rig-case.ts';

const opText = 1;
const opBinary = 2;

function open(arena: Arena): RawClient {
  const options = { host: '127.0.0.1', port: arena.target.ports.webSocket };
  return arena.keep(new RawClient(connect({ ...options, localAddress: '127.0.0.2' })));
}

function handshake(arena: Arena, differing: Readonly<Record<string, string>> = {}): Buffer {
  const headers = {
    Host: `127.0.0.1:${arena.target.ports.webSocket}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': 'mqtt',
    ...differing,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`GET / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
}

/** A masked frame, the mask zero; `declared` when the length is a lie. */
function frame(op: number, payload: Buffer, declared = payload.length): Buffer {
  const head = Buffer.alloc(14);
  head[0] = 0x80 | op;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(declared), 2);
  return Buffer.concat([head, payload]);
}

async function status(client: RawClient): Promise<number> {
  const until = performance.now() + 5_000;
  while (performance.now() < until && !client.isClosed) {
    if (client.firstBytes.includes('\r\n\r\n')) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return Number(/^HTTP\/1\.1 (\d+)/.exec(client.firstBytes.toString('latin1'))?.[1] ?? 0);
}

const refused = (name: string, differing: Readonly<Record<string, string>>): RigCase => ({
  name,
  run: async (arena) => {
    const client = open(arena).send(handshake(arena, differing));
    const code = await status(client);
    assert.notEqual(code, 101, 'was let in');
    return code === 0 ? 'cut' : `HTTP ${code}`;
  },
});

async function upgraded(arena: Arena): Promise<RawClient> {
  const client = open(arena).send(handshake(arena));
  assert.equal(await status(client), 101);
  return client;
}

const cutFrame = (name: string, bytes: (arena: Arena) => Buffer): RigCase => ({
  name,
  run: async (arena) => mustCut(await upgraded(arena), bytes(arena)),
});

async function served(arena: Arena): Promise<string> {
  const client = await upgraded(arena);
  const seen = client.firstBytes.length;
  client.send(frame(opBinary, mqtt.generate(arena.connect())));
  const until = performance.now() + 5_000;
  while (client.firstBytes.length === seen && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // An unmasked binary frame with a CONNACK of code 0.
  assert.deepEqual([...client.firstBytes.subarray(seen)], [0x82, 4, 0x20, 2, 0, 0]);
  return 'CONNACK 0';
}

export const webSocketCases: readonly RigCase[] = [
  { name: 'WebSocket client, rightful', run: served },
  {
    name: 'WebSocket port, garbage',
    run: (arena) => mustCut(open(arena), Buffer.from('\u0001\u0002 no such thing\r\n\r\n')),
  },
  { name: 'WebSocket port, silence', run: (arena) => mustCut(open(arena)) },
  {
    name: 'WebSocket port, endless headers',
    run: (arena) => {
      const line = `X: ${'x'.repeat(60_000)}\r\n`;
      return mustCut(open(arena), Buffer.from(`GET / HTTP/1.1\r\n${line.repeat(4)}`));
    },
  },
  {
    name: 'WebSocket port, plain GET',
    run: async (arena) => {
      const client = open(arena).send(Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'));
      const code = await status(client);
      assert.notEqual(code, 101);
      assert.notEqual(code, 200);
      return `HTTP ${code}`;
    },
  },
  refused('WebSocket without subprotocol mqtt', { 'Sec-WebSocket-Protocol': 'chat' }),
  refused('WebSocket of a foreign Origin', { Origin: 'https://evil.example' }),
  refused('WebSocket of Origin null', { Origin: 'null' }),
  refused('WebSocket of a foreign Host', { Host: 'evil.example', Origin: 'http://evil.example' }),
  cutFrame('WebSocket frame of 1 GiB', () => frame(opBinary, Buffer.alloc(1_000), 2 ** 30)),
  cutFrame('WebSocket frame of 2^63', () => {
    const bytes = frame(opBinary, Buffer.alloc(10));
    bytes[2] = 0xff;
    return bytes;
  }),
  cutFrame('WebSocket text frame', (arena) => frame(opText, mqtt.generate(arena.connect()))),
  cutFrame('WebSocket frame without a mask', () => Buffer.from([0x82, 2, 0xc0, 0])),
  cutFrame('WebSocket, garbage in a frame', () => frame(opBinary, Buffer.from([0xff, 0xff]))),
  { name: 'WebSocket, no CONNECT', run: async (arena) => mustCut(await upgraded(arena)) },
];
