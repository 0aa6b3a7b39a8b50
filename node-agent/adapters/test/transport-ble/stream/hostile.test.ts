import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createMemoryLogger, intBelow, SeededRandom } from '@muster/core/testing';
import { acceptBleStream } from '../../../src/transport-ble/stream/open.ts';
import { encodePacket, writeDataHead } from '../../../src/transport-ble/stream/packets.ts';
import { calmChannel, PacketListener } from '../../../src/transport-ble/testing/index.ts';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';
import { type RadioPair, radioPair, StreamEnd } from './stream-pair.ts';

const token = new Uint8Array(8).fill(7);
const greeting = encodePacket({ kind: 'greeting', version: 1, purpose: 'mesh', psm: 0, token });
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

interface Stranger {
  readonly pair: RadioPair;
  /** Who writes what it likes. */
  readonly stranger: PacketListener;
  readonly end: StreamEnd;
}

/** A stream of ours whose other end is under the test's hand. */
async function withStranger(air: Parameters<typeof radioPair>[1] = {}): Promise<Stranger> {
  const pair = await radioPair(1, air);
  const stranger = new PacketListener(pair.out.gatt).start();
  const accepted = acceptBleStream({
    ...{ connection: pair.back, purposes: ['mesh'], door: pair.doors[1] },
    ...{ clock: pair.clock, random: pair.random, logger: createMemoryLogger() },
    signal: new AbortController().signal,
  });
  stranger.carrier.send(greeting);
  let end: StreamEnd | undefined;
  accepted.then((stream) => {
    end = new StreamEnd(stream).start();
  });
  await pair.until(() => end !== undefined && stranger.packets.length > 0);
  return { pair, stranger, end: end! };
}

const faults: readonly (readonly [what: string, packet: string, reason: string])[] = [
  ['an unknown kind', '0f00', 'malformed'],
  ['kind 0', '00', 'malformed'],
  ['flags on a control packet', '1301020304', 'malformed'],
  ['the highest bit of data', '8200000061', 'malformed'],
  ['data that is cut off', '020000', 'malformed'],
  ['data of no bytes', '02000000', 'malformed'],
  ['an acknowledgement that is cut off', '030000', 'malformed'],
  ['an acknowledgement with a byte too many', '0300000000', 'malformed'],
  ['an acknowledgement of what was never sent', '03000001', 'acknowledged-unsent'],
  ['one in front of data', '1200000000000561', 'acknowledged-unsent'],
  ['data beyond the window', '0201000061', 'window'],
  ['data before the first byte', '02ffffff61', 'window'],
  ['a join where no channel is', '060707070707070707', 'misplaced'],
  ['another greeting', '01010100ffffffffffffffff', 'misplaced'],
  ['a question without a number', '04', 'malformed'],
  ['a leave with a byte too many', '0700', 'malformed'],
];

for (const [what, packet, reason] of faults) {
  test(`${what} ends the stream: ${reason}`, async () => {
    const { pair, stranger, end } = await withStranger();
    stranger.carrier.send(hex(packet));
    await pair.until(() => end.reasons.length > 0, 5_000);
    assert.deepEqual(end.reasons, [reason]);
    assert.equal(end.receivedBytes, 0);
    assert.equal(pair.radio.links.length, 0);
  });
}

test('two ends of a stream in two places, and bytes behind its end, are misplaced', async () => {
  for (const second of ['2200000061', '0200000261']) {
    const { pair, stranger, end } = await withStranger();
    stranger.carrier.send(hex('2200000161'));
    stranger.carrier.send(hex(second));
    await pair.until(() => end.reasons.length > 0, 5_000);
    assert.deepEqual(end.reasons, ['misplaced']);
  }
});

test('what is replayed changes nothing', async () => {
  const { pair, stranger, end } = await withStranger();
  for (let i = 0; i < 50; i += 1) {
    stranger.carrier.send(hex('020000006162'));
    stranger.carrier.send(hex('0200000263'));
    stranger.carrier.send(greeting);
    stranger.carrier.send(hex('03000000'));
  }
  await pair.advance(3_000);
  assert.equal(Buffer.from(end.received).toString(), 'abc');
  assert.deepEqual(end.reasons, []);
});

test('no packet makes us send more than one, and none more bytes than it has', async () => {
  const { pair, stranger, end } = await withStranger();
  const packets = ['0400', '0200000061', greeting, '03000000', '0700'];
  for (const packet of packets) {
    const sentBefore = { ...end.stream.counts };
    const bytes = typeof packet === 'string' ? hex(packet) : packet;
    for (let i = 0; i < 100; i += 1) stranger.carrier.send(bytes);
    await pair.advance(2_000);
    const sent = end.stream.counts.packetsSent - sentBefore.packetsSent;
    const sentBytes = end.stream.counts.bytesSent - sentBefore.bytesSent;
    assert.ok(sent <= 101 && sentBytes <= 101 * bytes.length, `${bytes[0]}: ${sent} ${sentBytes}`);
  }
});

test('one who reads and never acknowledges is given up, with a window kept at most', async () => {
  const { pair, stranger, end } = await withStranger();
  let taken = 0;
  const chunk = new Uint8Array(1_000);
  for (let more = true; more; taken += 1_000) more = end.stream.send(chunk);
  end.onDrainDo = () => {
    for (let more = true; more; taken += 1_000) more = end.stream.send(chunk);
  };
  for (let i = 0; i < 30; i += 1) {
    stranger.carrier.send(hex('0401'));
    await pair.advance(1_000);
  }
  assert.deepEqual(end.reasons, ['stalled']);
  assert.ok(taken <= 24_000, `${taken}`);
});

test('channels that show no token are few and short-lived, and take none from others', async () => {
  const { pair, end } = await withStranger({ l2cap: calmChannel() });
  const { radio } = pair;
  const from = radio.links[0]!.central;
  const to = radio.links[0]!.peripheralPeer;
  const opened: PacketListener[] = [];
  for (let i = 0; i < 8; i += 1) {
    from.channels!.connect(to, 0x80, new AbortController().signal).then(
      (carrier) => opened.push(new PacketListener(carrier).start()),
      () => {},
    );
  }
  await pair.advance(500);
  assert.equal(opened.filter(({ reasons }) => reasons.length === 0).length, 1);
  const wrong = Uint8Array.of(6, ...new Uint8Array(8).fill(9));
  opened.find(({ reasons }) => reasons.length === 0)!.carrier.send(wrong);
  await pair.advance(500);
  assert.equal(opened.filter(({ reasons }) => reasons.length === 0).length, 0);
  await pair.advance(6_000);
  assert.ok(opened.every(({ reasons }) => reasons.length > 0));
  assert.equal(end.stream.carrier, 'gatt');
});

test('a token that somebody else heard on air opens no channel', async () => {
  const { pair, stranger, end } = await withStranger({ l2cap: calmChannel() });
  const heard = Uint8Array.from([6, ...stranger.packets[0]!.subarray(4, 12)]);
  const to = pair.radio.links[0]!.peripheralPeer;
  const host = pair.radio.host({ name: 'C' });
  await host.start(() => {});
  const { central, channels } = host.adapter();
  const never = new AbortController().signal;
  const connecting = central.connect(to, bleUuids.mesh, never);
  await pair.advance(500);
  await connecting;
  const opening = channels!.connect(to, 0x80, never);
  await pair.advance(500);
  const listener = new PacketListener(await opening).start();
  listener.carrier.send(heard);
  await pair.advance(500);
  assert.equal(listener.reasons.length, 1);
  assert.equal(end.stream.carrier, 'gatt');
  const { channels: own } = pair.radio.links[0]!.central;
  const right = own!.connect(to, 0x80, never);
  await pair.advance(500);
  (await right).send(heard);
  await pair.advance(500);
  assert.equal(end.stream.carrier, 'l2cap');
});

test('random packets: a typed reason or none, and no exception', async () => {
  const reasons = new Set<string>();
  for (let seed = 1; seed <= 150; seed += 1) {
    const random = new SeededRandom(seed);
    const { pair, stranger, end } = await withStranger();
    end.stream.send(random.bytes(intBelow(random, 3_000)));
    for (let i = 0; i < 40 && end.reasons.length === 0; i += 1) {
      const packet = random.bytes(1 + intBelow(random, 30));
      packet[0] = (packet[0]! & 0x70 & (intBelow(random, 2) * 0xff)) | (1 + intBelow(random, 9));
      if (packet[0]! % 16 === 2) {
        const offset = intBelow(random, 3) * 10;
        writeDataHead(packet, { offset, acknowledged: undefined, isLast: false, isUrgent: false });
      }
      stranger.carrier.send(packet);
      await pair.advance(50, 50);
    }
    for (const reason of end.reasons) reasons.add(reason);
  }
  const known = ['malformed', 'misplaced', 'window', 'acknowledged-unsent', 'aborted-by-peer'];
  for (const reason of reasons) assert.ok(known.includes(reason), reason);
  assert.ok(reasons.size >= 3, `${[...reasons]}`);
});
