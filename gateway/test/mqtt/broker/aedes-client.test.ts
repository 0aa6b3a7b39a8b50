/** What is reached for inside aedes is there, in the version that is installed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Aedes } from 'aedes';
import { Flusher } from '../../../src/mqtt/broker/flusher.ts';
import { GatheringStream } from '../../../src/mqtt/broker/gathering-stream.ts';
import { unheard, type Wire } from '../../../src/mqtt/broker/wire.ts';
import { mqttLimits } from '../../../src/mqtt/limits.ts';

class RecordingWire implements Wire {
  readonly address = '127.0.0.1';
  readonly written: Buffer[] = [];
  events = unheard;
  takes = true;
  isEnded = false;

  write(bytes: Buffer, onTaken: () => void): void {
    this.written.push(bytes);
    if (this.takes) process.nextTick(onTaken);
  }

  pause(): void {}
  resume(): void {}

  end(): void {
    this.isEnded = true;
  }

  destroy(): void {
    this.isEnded = true;
  }
}

function streamOver(wire: Wire, onTooSlow = () => {}, flusher = new Flusher()): GatheringStream {
  const events = { onTooSlow, onDestroyed() {} };
  return new GatheringStream(wire, { flusher, limits: mqttLimits }, events);
}

test('aedes 1.2 has the members that are reached for', async (context) => {
  const aedes = new Aedes({ concurrency: 0 });
  await aedes.listen();
  context.after(() => aedes.close());
  const { version } = aedes as unknown as { version: string };
  assert.match(version, /^1\.2\./);
  const client = aedes.handle(streamOver(new RecordingWire()) as never);
  const inner = client as unknown as Record<string, unknown>;
  for (const name of ['_nextBatch', '_eos', 'deliver0', 'deliverQoS', 'close', 'waitForDrain']) {
    assert.equal(typeof inner[name], 'function', name);
  }
  const parser = inner._parser as { listeners(event: string): unknown[] };
  assert.equal(parser.listeners('packet').length, 1);
  assert.equal(inner._parsingBatch, 1);
  assert.equal(inner._authorized, false);
  assert.ok(inner._inboundInflight instanceof Set);
  assert.ok(inner._connectTimer);
  assert.equal(Object.getPrototypeOf(inner.duplicates), null);
  await new Promise<void>((resolve) => client.close(resolve));
});

test('writes of one turn are one, in their order', async () => {
  const wire = new RecordingWire();
  const stream = streamOver(wire);
  for (let at = 0; at < 5; at++) stream.write(`${at} `);
  await new Promise(setImmediate);
  assert.deepEqual(wire.written.map(String), ['0 1 2 3 4 ']);
  stream.write('last');
  stream.destroy();
  assert.equal(String(wire.written[1]), 'last');
  assert.ok(wire.isEnded);
  assert.equal(stream.write('too late'), true);
});

test('one write is under way at a time, none over its size, and the bound is told', async () => {
  const wire = new RecordingWire();
  wire.takes = false;
  let isTooSlow = false;
  const stream = streamOver(wire, () => {
    isTooSlow = true;
  });
  const chunk = Buffer.alloc(10_000);
  for (let at = 0; at < 10; at++) stream.write(chunk);
  assert.ok(stream.isFull);
  await new Promise(setImmediate);
  assert.deepEqual(
    wire.written.map(({ length }) => length),
    [60_000],
  );
  while (stream.waitingBytes <= mqttLimits.waitingBytesMax) {
    assert.equal(isTooSlow, false);
    stream.write(chunk);
  }
  assert.ok(isTooSlow);
});

test('readers share a bound, and give back what they held', async () => {
  const flusher = new Flusher();
  const streams = Array.from({ length: 70 }, () => {
    const wire = new RecordingWire();
    wire.takes = false;
    let stream: GatheringStream;
    const made = streamOver(wire, () => stream.cut(), flusher);
    stream = made;
    return made;
  });
  const chunk = Buffer.alloc(100_000);
  for (let round = 0; round < 10; round++) for (const stream of streams) stream.write(chunk);
  await new Promise(setImmediate);
  assert.ok(flusher.waitingBytes <= mqttLimits.waitingBytesInAllMax);
  assert.ok(streams.some(({ destroyed }) => destroyed) && !streams[69]!.destroyed);
  for (const stream of streams) stream.destroy();
  assert.equal(flusher.waitingBytes, 0);
});
