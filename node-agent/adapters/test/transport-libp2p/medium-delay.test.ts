import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Link } from '@muster/core';
import { addressOf, makeWorld } from './two-media.ts';

/** As GATT between two small boxes. */
const slow = { bytesPerSecond: 20_000, latencyMs: 30, windowBytes: 4096 };
const bulkMark = 0xb0;
const urgentMark = 0xa0;

/** Sends bulk without end; what is urgent goes before it, at the next frame. */
class Sender {
  readonly #link: Link;
  #isFull = false;
  #urgent: Uint8Array[] = [];

  constructor(link: Link) {
    this.#link = link;
  }

  pump(): void {
    this.#isFull = false;
    while (!this.#isFull) {
      const frame = this.#urgent.shift() ?? new Uint8Array(2048).fill(bulkMark);
      this.#isFull = !this.#link.send(frame);
    }
  }

  urgent(): void {
    this.#urgent.push(new Uint8Array(300).fill(urgentMark));
  }
}

test('what is urgent overtakes bulk on a slow medium within a second', async (context) => {
  const world = await makeWorld(slow);
  context.after(() => world.stop());
  const { low, high, clock } = world;
  const arrivals: number[] = [];
  let bulkBytes = 0;
  low.medium.host!.dial(addressOf.high).catch(() => {});
  await world.until('linked', () => low.seen.length === 1 && high.seen.length === 1, 5000);
  const sender = new Sender(low.links[0]!);
  low.onDrainDo = () => sender.pump();
  high.onFrameDo = (frame) => {
    if (frame[0] === urgentMark) arrivals.push(clock.monotonicMs());
    else bulkBytes += frame.length;
  };
  sender.pump();
  await world.pass(3000);
  const sentMs: number[] = [];
  const startMs = clock.monotonicMs();
  const startBytes = bulkBytes;
  for (let i = 0; i < 20; i += 1) {
    sentMs.push(clock.monotonicMs());
    sender.urgent();
    await world.pass(1025 + 37 * i);
  }
  assert.equal(arrivals.length, sentMs.length);
  const delays = arrivals.map((atMs, i) => atMs - sentMs[i]!).sort((a, b) => a - b);
  const bytesPerSecond = ((bulkBytes - startBytes) / (clock.monotonicMs() - startMs)) * 1000;
  context.diagnostic(
    `bulk at ${Math.round(bytesPerSecond)} of ${slow.bytesPerSecond} bytes/s; urgent after ` +
      `${delays[delays.length >> 1]} ms, ${delays.at(-1)} ms at the worst`,
  );
  assert.ok(delays.at(-1)! < 1000);
  assert.ok(bytesPerSecond > 0.8 * slow.bytesPerSecond, 'bulk keeps the medium busy');
});
