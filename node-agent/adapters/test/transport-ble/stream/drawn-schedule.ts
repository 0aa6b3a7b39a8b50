/**
 * A drawn life of a stream on a MemoryRadio: an air, what both ends write, what happens to the
 * carriers; and what must hold whatever it was. For tests.
 */
import { strict as assert } from 'node:assert';
import { chance, fraction, intBelow, pick, SeededRandom } from '@muster/core/testing';
import { type AirShape, calmAir } from '../../../src/transport-ble/testing/index.ts';
import { type StreamEnd, type StreamPair, streamPair } from './stream-pair.ts';

const schedulesMs = 20_000;
/** Longer than anything that a stream waits for, give-up by stalling included. */
const healMs = 60_000;

function between(random: SeededRandom, least: number, most: number): number {
  return least + intBelow(random, most - least + 1);
}

export function drawnAir(random: SeededRandom): Partial<AirShape> {
  const loss = pick(random, [0, 0, 0, 0.01, 0.1]);
  const gatt = {
    bytesPerSecond: between(random, 5_000, 60_000),
    latencyMs: between(random, 1, 80),
    maxPacketBytes: pick(random, [495, 495, 244, 100]),
    windowPackets: between(random, 1, 8),
    reorderPackets: pick(random, [0, 0, 1, 4, 16]),
    loss,
  };
  const l2cap = {
    bytesPerSecond: between(random, 20_000, 500_000),
    latencyMs: between(random, 1, 40),
    maxPacketBytes: pick(random, [2_048, 4_096, 512, 64]),
    windowPackets: between(random, 1, 8),
    reorderPackets: 0,
    loss: 0,
  };
  const notificationsMax = pick(random, [64, 64, 8]);
  return { ...calmAir(), gatt, l2cap: chance(random, 0.6) ? l2cap : undefined, notificationsMax };
}

/** One end writes these bytes, some at once, some later, as the stream takes them. */
class Writer {
  readonly bytes: Uint8Array;
  readonly #end: StreamEnd;
  readonly #other: StreamEnd;
  readonly #random: SeededRandom;
  /** Handed in so far; the other end may have no more than this. */
  written = 0;
  #checked = 0;

  constructor(end: StreamEnd, other: StreamEnd, random: SeededRandom) {
    this.#end = end;
    this.#other = other;
    this.#random = random;
    this.bytes = random.bytes(pick(random, [0, 1, 500, 5_000, 50_000, 50_000]));
    end.onDrainDo = () => this.write();
    other.onBytesDo = (bytes) => this.#check(bytes);
  }

  write(): void {
    while (this.written < this.bytes.length) {
      const size = pick(this.#random, [1, 20, 300, 3_000]);
      const chunk = this.bytes.slice(this.written, this.written + size);
      this.written += chunk.length;
      if (!this.#end.stream.send(chunk)) return;
      if (chance(this.#random, 0.02)) return;
    }
  }

  get isWhole(): boolean {
    return this.#checked === this.bytes.length;
  }

  #check(bytes: Uint8Array): void {
    const expected = this.bytes.subarray(this.#checked, this.#checked + bytes.length);
    assert.ok(this.#checked + bytes.length <= this.written, 'more than was written');
    assert.ok(Buffer.from(bytes).equals(expected), `other bytes at ${this.#checked}`);
    this.#checked += bytes.length;
    assert.equal(this.#checked, this.#other.receivedBytes);
  }
}

type Event = (pair: StreamPair, random: SeededRandom) => void;

/** The stream lives through these, whatever the air is like. */
const harmless: readonly Event[] = [
  ({ link }) => link.cutChannels(),
  ({ link }, random) => link.cutChannels(pick(random, ['out', 'back'])),
  ({ doors }, random) => {
    for (const door of doors) if (chance(random, 0.3)) door.stop();
  },
];

/** Through these perhaps. */
const silences: readonly Event[] = [
  ({ link }, random) => link.silence(pick(random, ['out', 'back'])),
  ({ link }) => link.silence('out', 'back'),
];

const final: readonly Event[] = [
  ({ link }) => link.cut(),
  ({ link }, random) => link.cutAfterBytes(intBelow(random, 20_000)),
  ({ a, b }, random) => pick(random, [a, b]).stream.close('enough'),
  ({ a, b }) => {
    a.stream.close('a first');
    b.stream.close('b first');
  },
];

export interface Outcome {
  readonly end: 'whole' | 'closed';
  readonly reasons: readonly string[];
  readonly carriers: readonly string[];
}

/** Throws where something does not hold that must. */
export async function runSchedule(seed: number): Promise<Outcome> {
  const random = new SeededRandom(seed);
  const pair = await streamPair(seed, drawnAir(random)).catch((error: Error) => error);
  // Greetings can be lost too often; then nobody has a stream.
  if (pair instanceof Error) return { end: 'closed', reasons: [pair.message], carriers: [] };
  const { a, b, clock, radio, link } = pair;
  const writers = [new Writer(a, b, random), new Writer(b, a, random)];
  const carriers = new Set([a.stream.carrier]);
  for (const { stream } of [a, b]) stream.onCarrier = () => carriers.add(stream.carrier);
  for (const end of [a, b]) clock.after(intBelow(random, 300), () => end.start());
  const mustLive = drawEvents(pair, random);
  const isDone = (): boolean =>
    (writers.every(({ isWhole }) => isWhole) && a.reasons.length + b.reasons.length === 0) ||
    a.reasons.length + b.reasons.length === 2;
  const endMs = clock.monotonicMs() + schedulesMs;
  while (clock.monotonicMs() < endMs && a.reasons.length + b.reasons.length < 2) {
    for (const writer of writers) if (chance(random, 0.3)) writer.write();
    await pair.advance(50, 50);
  }
  link.unsilence();
  radio.air.gatt.loss = 0;
  for (let left = healMs; left > 0 && !isDone(); left -= 50) {
    for (const writer of writers) writer.write();
    await pair.advance(50, 50);
  }
  assert.ok(isDone(), `${a.reasons} ${b.reasons} ${a.receivedBytes} ${b.receivedBytes}`);
  const reasons = [...a.reasons, ...b.reasons];
  if (mustLive) assert.deepEqual(reasons, [], 'nothing happened that ends a stream');
  if (reasons.length === 0) await closeBoth(pair, mustLive);
  await mustRest(pair);
  const end = reasons.length === 0 ? 'whole' : 'closed';
  return { end, reasons, carriers: [...carriers] };
}

/** True when nothing is drawn that may end the stream. */
function drawEvents(pair: StreamPair, random: SeededRandom): boolean {
  const { clock, link } = pair;
  const some = (events: readonly Event[], most: number): number => {
    const count = intBelow(random, most + 1);
    for (let i = 0; i < count; i += 1) {
      clock.after(fraction(random) * schedulesMs, () => pick(random, events)(pair, random));
    }
    return count;
  };
  some(harmless, 6);
  const silent = chance(random, 0.5) ? some(silences, 3) : 0;
  for (let i = 0; i < silent * 3; i += 1) {
    clock.after(fraction(random) * schedulesMs, () => link.unsilence());
  }
  return silent + (chance(random, 0.4) ? some(final, 1) : 0) === 0;
}

async function closeBoth(pair: StreamPair, mustLive: boolean): Promise<void> {
  // Both ends agree by then what became of a channel.
  await pair.advance(12_000, 50);
  pair.a.stream.close('done');
  await pair.until(() => pair.a.reasons.length + pair.b.reasons.length === 2, 20_000);
  if (!mustLive) return;
  assert.deepEqual([...pair.a.reasons, ...pair.b.reasons], ['done', 'closed-by-peer']);
}

/** Nothing runs any more, but the beacon of the box that advertises. */
async function mustRest({ clock, radio, advance }: StreamPair): Promise<void> {
  await advance(70_000, 5_000);
  assert.equal(radio.links.length, 0);
  assert.ok(clock.waiting <= 3, `${clock.waiting} timers`);
}
