import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { BundleKind, toBase64url } from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { generate, type Packet, parser } from 'mqtt-packet';
import { uplinkLimits, upstreamLimits } from '../../src/uplinks/limits.ts';
import { parseBrokerAddress } from '../../src/uplinks/mqtt/address.ts';
import type { MqttUplink } from '../../src/uplinks/mqtt/mqtt-uplink.ts';
import { Presence } from '../../src/uplinks/mqtt/presence.ts';
import { Refs } from '../../src/uplinks/mqtt/refs.ts';
import { crypto, type SiteNode } from './site-node.ts';
import { generalTopic, topics, UpstreamWorld } from './upstream-world.ts';

/** A broker of our making, and a gateway that connects to it. */
class Trap {
  readonly world = new UpstreamWorld();
  readonly box: SiteNode = this.world.newBox(1);
  readonly server: Server;
  readonly sockets: Socket[] = [];
  acknowledged = 0;
  uplink!: MqttUplink;

  constructor(onConnection: (trap: Trap, socket: Socket) => void) {
    this.server = createServer((socket) => {
      this.sockets.push(socket);
      socket.on('error', () => {});
      onConnection(this, socket);
    });
  }

  async start(): Promise<void> {
    await this.world.start();
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as { port: number };
    this.uplink = this.world.newUplink(this.box, { port });
    this.uplink.start({
      onUp: () => {},
      onDown: () => {},
      onBundle: () => {},
      onSeen: (_id, onKept) => onKept(),
    });
  }

  async close(): Promise<void> {
    await this.world.close();
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

async function trapped(
  onConnection: (trap: Trap, socket: Socket) => void,
  run: (trap: Trap) => Promise<void>,
): Promise<void> {
  const trap = new Trap(onConnection);
  await trap.start();
  try {
    await run(trap);
  } finally {
    await trap.close();
  }
}

/** Answers as a broker does, then does what the test wants once the gateway has subscribed. */
function broker(onSubscribed: (socket: Socket) => void): (trap: Trap, socket: Socket) => void {
  return (trap, socket) => {
    const reader = parser();
    const send = (packet: Packet) => socket.write(generate(packet));
    reader.on('packet', (packet: Packet) => {
      const { cmd, messageId = 0 } = packet;
      if (cmd === 'connect') send({ cmd: 'connack', returnCode: 0, sessionPresent: false });
      if (cmd === 'puback') trap.acknowledged += 1;
      if (cmd === 'publish') send({ cmd: 'puback', messageId });
      if (cmd !== 'subscribe') return;
      send({ cmd: 'suback', messageId, granted: packet.subscriptions.map(() => 1) });
      onSubscribed(socket);
    });
    socket.on('data', (chunk: Buffer) => reader.parse(chunk));
  };
}

function message(payload: string | Buffer, messageId: number, topic = generalTopic): Buffer {
  return generate({ cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false });
}

describe('hostile upstream', () => {
  test('declares 256 MiB: cut before anything is buffered', () =>
    trapped(
      broker((socket) => socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3]))),
      async ({ world, uplink }) => {
        await world.until(() => uplink.status().state === 'down');
        assert.match(uplink.status().problem, /not MQTT/);
      },
    ));

  test('sends what no broker sends: cut', async () => {
    const random = new SeededRandom(1);
    const lines = [
      Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      Buffer.from(random.bytes(64)),
      generate({ cmd: 'pingreq' }),
      Buffer.from([0x20, 0x02, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00]),
      Buffer.from([0xf0, 0x00]),
    ];
    for (const line of lines) {
      await trapped(
        (_trap, socket) => socket.write(line),
        async ({ world, uplink }) => {
          await world.until(() => uplink.status().state === 'down');
          assert.notEqual(uplink.status().problem, '');
        },
      );
    }
  });

  test('never answers: given up after a time, tried again after a growing one', () =>
    trapped(
      () => {},
      async ({ world, uplink }) => {
        const from = world.clock.monotonicMs();
        await world.until(() => uplink.status().state === 'down');
        assert.ok(world.clock.monotonicMs() - from >= upstreamLimits.connectMsMax);
        assert.match(uplink.status().problem, /does not answer/);
      },
    ));

  test('floods: what is written is bounded by the rate, what waits by a number', () =>
    trapped(
      broker((socket) => {
        for (let i = 1; i <= 5_000; i += 1) socket.write(message(`flood ${i}`, i));
      }),
      async ({ world, box, uplink }) => {
        await world.until(() => uplink.status().received >= upstreamLimits.intakePerMinute);
        await world.pass(20_000);
        const written = box.node.ofKind(BundleKind.message, 5_000).length;
        assert.ok(written <= 1.5 * upstreamLimits.intakePerMinute + 10, `${written} written`);
      },
    ));

  test('sends any JSON, topic and size: only what is text is written, all is acknowledged', () =>
    trapped(
      broker((socket) => {
        const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
        const payloads = [
          '{',
          '[]',
          '{"text":null}',
          '{"__proto__":{"text":"x"}}',
          `{"text":${deep}}`,
        ];
        const id = toBase64url(new Uint8Array(32));
        payloads.push(`{"id":"${id}","author":{"key":"x"}}`, '{"id":"x","author":{}}', '\u0000');
        payloads.push(`{"text":"${'y'.repeat(20_000)}"}`, '{"text":"\\ud800"}');
        let number = 1;
        for (const payload of payloads) socket.write(message(payload, number++));
        socket.write(message(Buffer.from([0xff, 0xfe]), number++));
        socket.write(message('elsewhere', number++, 'muster/harbour/channels/other/messages'));
        socket.write(message('elsewhere', number++, 'a/b'));
      }),
      async (trap) => {
        await trap.world.until(() => trap.acknowledged === 13);
        await trap.world.pass(1_000);
        // What does not begin with a brace is text: the array and the lone control character.
        assert.equal(trap.box.node.ofKind(BundleKind.message, 100).length, 2);
      },
    ));

  test('claims a thousand gateways: who serves waits for a bounded time', () => {
    const random = new SeededRandom(2);
    const presence = new Presence(topics, new Uint8Array(32).fill(0xff));
    for (let i = 0; i < 1_000; i += 1) {
      const name = toBase64url(random.bytes(32));
      assert.equal(presence.onMessage(`${topics}/gateways/${name}`, Uint8Array.of(1)), true);
    }
    presence.onMessage(`${topics}/gateways/../x`, Uint8Array.of(1));
    assert.equal(presence.rank, upstreamLimits.gatewaysMax - 1);
    const waitMs = presence.rank * upstreamLimits.holdBackMs;
    assert.ok(waitMs < uplinkLimits.retryDelayMsMax, `${waitMs} ms`);
  });
});

describe('references of outside messages', () => {
  const refs = () => new Refs(crypto);
  const open = { topic: generalTopic, id: undefined, payload: new Uint8Array([1, 2]) };

  test('equal texts without id are told apart, and a repeat is not', () => {
    const known = refs();
    const one = known.deliver(open, false, 0);
    const two = known.deliver(open, false, 0);
    const again = known.deliver(open, true, 0);
    assert.notDeepEqual(one.ref, two.ref);
    assert.deepEqual(again.ref, two.ref);
  });

  test('another gateway that took it in counts, for a time, unless the message has an id', () => {
    const [first, second] = [refs(), refs()];
    const taken = first.deliver(open, false, 0);
    second.saw(taken.ref, { own: false, atMs: 0 });
    assert.equal(second.isWritten(second.deliver(open, false, 1_000)), true);
    const late = refs();
    late.saw(taken.ref, { own: false, atMs: 0 });
    const muchLater = upstreamLimits.repeatMs + 1;
    assert.equal(late.isWritten(late.deliver(open, false, muchLater)), false);
    const named = { ...open, id: 'n-1' };
    late.saw(first.deliver(named, false, 0).ref, { own: false, atMs: 0 });
    assert.equal(late.isWritten(late.deliver(named, false, muchLater)), true);
  });

  test('after a restart its own are known: a repeat is not written, an equal text is', () => {
    const before = refs();
    const { ref } = before.deliver(open, false, 0);
    const after = refs();
    after.saw(ref, { own: true, atMs: -5 });
    assert.equal(after.isWritten(after.deliver(open, true, 0)), true);
    assert.equal(after.isWritten(after.deliver(open, false, 0)), false);
  });
});

describe('address of a broker', () => {
  test('schemes, ports and paths are read; credentials and the rest are refused', () => {
    const good = parseBrokerAddress('wss://broker.example/mqtt?x=1');
    assert.deepEqual(good.ok && good.value, {
      scheme: 'wss',
      host: 'broker.example',
      port: 443,
      path: '/mqtt?x=1',
    });
    const six = parseBrokerAddress('mqtt://[2001:db8::1]');
    assert.deepEqual(six.ok && [six.value.host, six.value.port], ['2001:db8::1', 1883]);
    const refusals = [
      '',
      'broker',
      'http://x',
      'mqtt://',
      'mqtt://u:p@x',
      `mqtt://${'x'.repeat(300)}`,
    ];
    for (const text of refusals) assert.equal(parseBrokerAddress(text).ok, false, text);
  });
});
