import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createMemoryLogger } from '@muster/core/testing';
import { channelLimits } from '../../../src/transport-ble/stream/limits.ts';
import { acceptBleStream, openBleStream } from '../../../src/transport-ble/stream/open.ts';
import {
  calmAir,
  calmChannel,
  type MemoryChannels,
} from '../../../src/transport-ble/testing/index.ts';
import { radioPair, type StreamEnd, type StreamPair, streamPair } from './stream-pair.ts';

/** Sends so many bytes as fast as the stream takes them. */
function pour(end: StreamEnd, bytes: number, chunkBytes = 1_000): void {
  let left = bytes;
  end.onDrainDo = () => {
    while (left > 0) {
      const chunk = new Uint8Array(Math.min(left, chunkBytes));
      left -= chunk.length;
      if (!end.stream.send(chunk)) return;
    }
  };
  end.onDrainDo();
}

/** Bytes a second of what arrives, once it runs. */
async function rate(pair: StreamPair, bytes: number): Promise<number> {
  const { a, b, clock } = pair;
  a.start();
  b.start();
  const startMs = clock.monotonicMs();
  pour(a, bytes);
  await pair.until(() => b.receivedBytes === bytes);
  return (bytes * 1_000) / (clock.monotonicMs() - startMs);
}

const { gatt } = calmAir();

test('GATT is used to 0.95 of what it carries, heads and acknowledgements cost 1.5 %', async () => {
  const pair = await streamPair(1);
  const bytesPerSecond = await rate(pair, 600_000);
  assert.ok(bytesPerSecond > 0.95 * gatt.bytesPerSecond, `${bytesPerSecond}`);
  const { bytesSent, payloadBytesSent, resent } = pair.a.stream.counts;
  const overhead = (bytesSent + pair.b.stream.counts.bytesSent) / payloadBytesSent;
  assert.ok(overhead < 1.015, `${overhead}`);
  assert.equal(resent, 0);
});

test('a fast GATT with a long round trip is used as well, and so is a channel', async () => {
  const fast = { ...gatt, bytesPerSecond: 150_000, latencyMs: 27 };
  const byGatt = await rate(await streamPair(1, { gatt: fast }), 2_000_000);
  assert.ok(byGatt > 0.9 * fast.bytesPerSecond, `${byGatt}`);
  const l2cap = { ...calmChannel(), bytesPerSecond: 440_000 };
  const pair = await streamPair(1, { l2cap });
  const byChannel = await rate(pair, 5_000_000);
  assert.equal(pair.b.stream.carrier, 'l2cap');
  assert.ok(byChannel > 0.9 * l2cap.bytesPerSecond, `${byChannel}`);
});

test('many small writes of one turn go out as few packets', async () => {
  const pair = await streamPair(1);
  pair.a.start();
  pair.b.start();
  for (let i = 0; i < 100; i += 1) pair.a.stream.send(Uint8Array.of(i));
  await pair.until(() => pair.b.receivedBytes === 100);
  assert.equal(pair.b.chunks.length, 1);
});

test('on a slow link little waits below the lanes', async () => {
  const pair = await streamPair(1, { gatt: { ...gatt, bytesPerSecond: 20_000 } });
  const { a, b, clock } = pair;
  a.start();
  b.start();
  pour(a, 1_000_000);
  await pair.advance(20_000);
  a.onDrainDo = () => {};
  const sentMs = clock.monotonicMs();
  const before = a.stream.counts.payloadBytesSent;
  a.stream.send(Uint8Array.of(1));
  await pair.until(
    () => b.receivedBytes > before && a.stream.counts.payloadBytesSent === b.receivedBytes,
  );
  assert.ok(clock.monotonicMs() - sentMs < 900, `${clock.monotonicMs() - sentMs} ms`);
});

test('two lost notifications in a hundred are made good', async () => {
  const pair = await streamPair(1, { gatt: { ...gatt, loss: 0.02 } });
  const { a, b } = pair;
  a.start();
  b.start();
  pour(b, 300_000);
  await pair.until(() => a.receivedBytes === 300_000, 120_000);
  assert.ok(b.stream.counts.resent < 60, `${b.stream.counts.resent}`);
});

test('a channel that dies is replaced, and nobody above sees it', async () => {
  const pair = await streamPair(1, { l2cap: calmChannel() });
  const { a, b, link } = pair;
  const carriers: string[] = [];
  a.stream.onCarrier = () => carriers.push(a.stream.carrier);
  a.start();
  b.start();
  pour(a, 3_000_000);
  pour(b, 3_000_000);
  for (let i = 0; i < 3; i += 1) {
    await pair.until(() => a.stream.carrier === 'l2cap' && b.stream.carrier === 'l2cap');
    await pair.advance(300);
    link.cutChannels(...([[], ['out'], ['back']] as const)[i]!);
    await pair.until(() => a.stream.carrier === 'gatt' && b.stream.carrier === 'gatt', 5_000);
  }
  await pair.until(() => a.receivedBytes + b.receivedBytes === 6_000_000);
  assert.deepEqual(carriers.slice(0, 6), ['l2cap', 'gatt', 'l2cap', 'gatt', 'l2cap', 'gatt']);
  assert.deepEqual([...a.reasons, ...b.reasons], []);
});

test('a link that is cut at any byte ends both streams', async () => {
  for (let bytes = 1; bytes < 6_000; bytes += 61) {
    const pair = await streamPair(1, { l2cap: bytes % 2 === 0 ? calmChannel() : undefined });
    const { a, b, link } = pair;
    link.cutAfterBytes(bytes);
    a.start();
    b.start();
    pour(a, 20_000);
    b.stream.send(new Uint8Array(500));
    await pair.until(() => a.reasons.length + b.reasons.length === 2, 20_000);
    assert.deepEqual([...a.reasons, ...b.reasons], ['connection-lost', 'connection-lost']);
    assert.ok(b.receivedBytes <= bytes && a.receivedBytes <= 500);
  }
});

test('a channel that is dead at one end, which could not say so, ends no stream', async () => {
  for (const [end, sizes] of [
    ['out', [1_000, 1_000]],
    ['back', [1_000, 1_000]],
    ['out', [1_000, 0]],
    ['back', [0, 1_000]],
  ] as const) {
    const pair = await streamPair(1, { l2cap: calmChannel() });
    const { a, b, link } = pair;
    a.start();
    b.start();
    await pair.until(() => a.stream.carrier === 'l2cap' && b.stream.carrier === 'l2cap');
    link.silence(end);
    link.cutChannels(end);
    await pair.advance(200);
    link.unsilence();
    a.stream.send(new Uint8Array(sizes[0]));
    b.stream.send(new Uint8Array(sizes[1]));
    await pair.until(() => a.receivedBytes === sizes[1] && b.receivedBytes === sizes[0], 10_000);
    await pair.advance(60_000);
    assert.deepEqual([...a.reasons, ...b.reasons], []);
    assert.equal(a.stream.carrier, b.stream.carrier);
  }
});

test('without a helper at either end it stays with GATT', async () => {
  const pair = await streamPair(1, { l2cap: calmChannel() });
  const { a, b, link } = pair;
  await pair.until(() => a.stream.carrier === 'l2cap');
  (link.peripheral.channels as MemoryChannels).isAway = true;
  link.cutChannels();
  a.start();
  b.start();
  pour(a, 1_000_000);
  await pair.until(() => b.receivedBytes === 1_000_000);
  assert.equal(a.stream.carrier, 'gatt');
});

test('a helper that was away for an hour is used again', async () => {
  const pair = await streamPair(1, { l2cap: calmChannel() });
  const { a, b, link } = pair;
  await pair.until(() => a.stream.carrier === 'l2cap');
  a.start();
  b.start();
  const channels = link.peripheral.channels as MemoryChannels;
  channels.isAway = true;
  link.cutChannels();
  await pair.advance(60 * 60_000, 1_000);
  assert.equal(a.stream.carrier, 'gatt');
  channels.isAway = false;
  await pair.advance(channelLimits.restMs + channelLimits.joinMs, 500);
  assert.deepEqual([a.stream.carrier, b.stream.carrier], ['l2cap', 'l2cap']);
});

test('a neighbour that falls silent is noticed within 10 s, whichever way it is', async () => {
  for (const ways of [['out'], ['back'], ['out', 'back']] as const) {
    for (const busy of [false, true]) {
      const pair = await streamPair(1, { l2cap: calmChannel() });
      const { a, b, clock, link } = pair;
      a.start();
      b.start();
      await pair.advance(20_000);
      assert.deepEqual([...a.reasons, ...b.reasons], []);
      if (busy) pour(a, 10_000_000);
      await pair.advance(500);
      link.silence(...ways);
      const atMs = clock.monotonicMs();
      await pair.until(() => a.reasons.length + b.reasons.length === 2);
      assert.ok(clock.monotonicMs() - atMs <= 10_000, `${ways} ${clock.monotonicMs() - atMs}`);
    }
  }
});

test('an idle stream costs a question and an answer in three seconds', async () => {
  const pair = await streamPair(1);
  pair.a.start();
  pair.b.start();
  await pair.advance(300_000, 100);
  const packets = pair.a.stream.counts.packetsSent + pair.b.stream.counts.packetsSent;
  assert.ok(packets <= 450, `${packets}`);
  assert.ok(pair.a.stream.rttMs! < 60);
});

test('what was taken before close arrives, from a full stream and from a drop', async () => {
  for (const bytes of [0, 1, 30_000]) {
    const pair = await streamPair(1);
    const { a, b } = pair;
    a.start();
    b.start();
    a.stream.send(new Uint8Array(bytes));
    a.stream.close('done here');
    a.stream.close('again');
    assert.equal(a.stream.send(Uint8Array.of(1)), false);
    b.stream.send(Uint8Array.of(1));
    await pair.until(() => a.reasons.length + b.reasons.length === 2, 5_000);
    assert.deepEqual([a.reasons, b.reasons], [['done here'], ['closed-by-peer']]);
    assert.deepEqual([a.receivedBytes, b.receivedBytes], [0, bytes]);
  }
});

test('a stream that ended before it is started hands over what came, then says why', async () => {
  const pair = await streamPair(1);
  const { a, b } = pair;
  a.start();
  a.stream.send(new Uint8Array(1_000));
  await pair.advance(1_000);
  pair.link.cut();
  await pair.advance(1_000);
  b.start();
  await pair.advance(100);
  assert.deepEqual([b.receivedBytes, b.reasons], [1_000, ['connection-lost']]);
});

test('a greeting that is lost is said again; without one there is no stream', async () => {
  const lossy = await radioPair(2, { gatt: { ...gatt, loss: 0.6 } });
  const rest = { clock: lossy.clock, random: lossy.random, logger: createMemoryLogger() };
  const signal = new AbortController().signal;
  const met = Promise.all([
    openBleStream({ ...rest, connection: lossy.out, purpose: 'mesh', door: undefined, signal }),
    acceptBleStream({
      ...rest,
      connection: lossy.back,
      purposes: ['mesh'],
      door: undefined,
      signal,
    }),
  ]);
  let outcome: string | undefined;
  met.then(
    () => {
      outcome = 'met';
    },
    (error) => {
      outcome = error.code;
    },
  );
  await lossy.until(() => outcome !== undefined, 10_000);
  assert.equal(outcome, 'met');
});

for (const [what, code] of [
  ['another purpose', 'refused'],
  ['nobody answers', 'timeout'],
  ['the signal', 'aborted'],
  ['no greeting at all', 'malformed'],
  ['the connection ends', 'gone'],
] as const) {
  test(`no stream: ${what}`, async () => {
    const pair = await radioPair(1);
    const attempt = new AbortController();
    const { signal } = attempt;
    const rest = { clock: pair.clock, random: pair.random, logger: createMemoryLogger(), signal };
    let seen: string | undefined;
    acceptBleStream({ ...rest, connection: pair.back, purposes: ['mesh'], door: undefined }).then(
      () => {},
      (error) => {
        seen = error.code;
      },
    );
    if (what === 'another purpose') {
      openBleStream({ ...rest, connection: pair.out, purpose: 'claim', door: undefined }).then(
        () => {},
        () => {},
      );
    }
    if (what === 'no greeting at all') pair.out.gatt.send(Uint8Array.of(1, 2, 3));
    if (what === 'the signal') attempt.abort();
    if (what === 'the connection ends') pair.out.close();
    await pair.until(() => seen !== undefined, 10_000);
    assert.equal(seen, code);
    assert.equal(pair.radio.links.length, 0);
  });
}
