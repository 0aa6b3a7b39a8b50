import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Link } from '../../src/ports/link.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { linkContract } from '../../src/testing/link-contract.ts';
import { createMemoryWire, type MemoryWireOptions } from '../../src/testing/memory-link.ts';
import { SeededRandom } from '../../src/testing/seeded-random.ts';

const keyA = new Uint8Array(32).fill(1);
const keyB = new Uint8Array(32).fill(2);
const shapes: Record<string, Partial<MemoryWireOptions>> = {
  'bare memory link': {},
  'slow memory link': { delayMs: 40, jitterMs: 30, bytesPerSecond: 100_000 },
  'memory link like a radio': { maxFrameBytes: 512, windowBytes: 4096, costClass: 'radio' },
};

for (const [name, shape] of Object.entries(shapes)) {
  const make = async () => {
    const clock = new FakeClock();
    const { a, b } = createMemoryWire(clock, { keyA, keyB, ...shape });
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) assert.ok(clock.runNext(), 'nothing more will happen');
    };
    const settle = async (): Promise<void> => clock.advance(10_000);
    return { a, b, keyA, keyB, until, settle, stop: async () => {} };
  };
  linkContract({ name, make }, { test, assert });
}

function listen(link: Link, clock: FakeClock) {
  const heard = { frames: [] as number[][], atMs: [] as number[], reasons: [] as string[] };
  link.start({
    onFrame(frame) {
      heard.frames.push([...frame]);
      heard.atMs.push(clock.monotonicMs());
    },
    onDrain() {},
    onClose: (reason) => heard.reasons.push(reason),
  });
  return heard;
}

function wired(options: Partial<MemoryWireOptions> = {}) {
  const clock = new FakeClock();
  const wire = createMemoryWire(clock, { keyA, keyB, ...options });
  return { clock, wire, onA: listen(wire.a, clock), onB: listen(wire.b, clock) };
}

test('delay and bandwidth add up', () => {
  const { clock, wire, onB } = wired({ delayMs: 10, bytesPerSecond: 1000 });
  wire.a.send(new Uint8Array(100));
  wire.a.send(new Uint8Array(50));
  clock.advance(1000);
  assert.deepEqual(onB.atMs, [110, 160]);
  assert.deepEqual(wire.aToB.counts, {
    framesSent: 2,
    bytesSent: 150,
    framesDelivered: 2,
    bytesDelivered: 150,
  });
});

test('jitter delays but never reorders, and the seed decides it', () => {
  const run = (): number[] => {
    const random = new SeededRandom(3);
    const { clock, wire, onB } = wired({ delayMs: 5, jitterMs: 50, random });
    for (let i = 0; i < 100; i += 1) wire.a.send(new Uint8Array([i]));
    clock.advance(60);
    assert.deepEqual(
      onB.frames.map((frame) => frame[0]),
      Array.from({ length: 100 }, (_, i) => i),
    );
    return onB.atMs;
  };
  const atMs = run();
  assert.ok(atMs[0]! >= 5 && atMs[0]! < 55);
  assert.deepEqual(run(), atMs);
});

test('each way can be paused by itself', () => {
  const { clock, wire, onA, onB } = wired();
  wire.pauseAtoB();
  wire.a.send(new Uint8Array([1]));
  wire.b.send(new Uint8Array([2]));
  clock.advance(60_000);
  assert.deepEqual([onA.frames, onB.frames], [[[2]], []]);
  wire.pauseBtoA();
  wire.b.send(new Uint8Array([3]));
  clock.advance(1000);
  wire.resume();
  clock.advance(1);
  assert.deepEqual([onA.frames, onB.frames], [[[2], [3]], [[1]]]);
});

test('a cut loses what is on the way and tells both ends, at once or after a while', () => {
  for (const noticeMs of [0, 15_000]) {
    const { clock, wire, onA, onB } = wired({ delayMs: 10 });
    wire.a.send(new Uint8Array([1]));
    clock.advance(5);
    wire.a.send(new Uint8Array([2]));
    clock.advance(5);
    wire.cut({ noticeMs });
    clock.advance(noticeMs);
    assert.deepEqual(onB.frames, [[1]]);
    assert.deepEqual([onA.reasons, onB.reasons], [['cut'], ['cut']]);
    wire.b.send(new Uint8Array([3]));
    clock.advance(1000);
    assert.deepEqual(onA.frames, []);
  }
});

test('an end that vanished is told nothing; the other notices later', () => {
  const { clock, wire, onA, onB } = wired();
  wire.b.send(new Uint8Array([1]));
  wire.cut({ vanished: 'a', noticeMs: 12_000, reason: 'silent' });
  clock.advance(11_999);
  assert.deepEqual([onA.reasons, onB.reasons], [[], []]);
  clock.advance(1);
  assert.deepEqual([onA.reasons, onB.reasons, onA.frames], [[], ['silent'], []]);
});

test('frames can be corrupted and invented', () => {
  const { clock, wire, onB } = wired();
  wire.aToB.corruptNext();
  wire.a.send(new Uint8Array(8));
  wire.a.send(new Uint8Array(8));
  wire.aToB.inject(new Uint8Array([9]));
  wire.aToB.inject(new Uint8Array(wire.a.maxFrameBytes + 1));
  clock.advance(1);
  const bits = (frame: number[]): number => frame.filter((byte) => byte !== 0).length;
  assert.deepEqual(onB.frames.slice(0, 2).map(bits), [1, 0]);
  assert.deepEqual(onB.frames[2], [9]);
  assert.deepEqual(onB.reasons, ['frame-size']);
});
