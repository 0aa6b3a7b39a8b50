/** Messages over frames: whole and in order within a lane, urgent ones past the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesKey, type Lane } from '@muster/core';
import { createMemoryWire, FakeClock, intBelow, SeededRandom } from '@muster/core/testing';
import { messageLimits, windowLimits } from '../../src/relay-link/limits.ts';
import { MessagePipe } from '../../src/relay-link/message-pipe.ts';

const keys = { keyA: new Uint8Array(32).fill(1), keyB: new Uint8Array(32).fill(2) };

function twoPipes(wireOptions: { bytesPerSecond?: number; maxFrameBytes?: number } = {}) {
  const clock = new FakeClock();
  const wire = createMemoryWire(clock, { ...keys, ...wireOptions });
  const heard: Uint8Array[] = [];
  const reasons: string[] = [];
  const a = new MessagePipe(wire.a, { onMessage: () => {}, onClose: (r) => reasons.push(r) });
  const b = new MessagePipe(wire.b, {
    onMessage: (message) => heard.push(message),
    onClose: (reason) => reasons.push(`b ${reason}`),
  });
  a.start();
  b.start();
  return { clock, wire, a, b, heard, reasons };
}

test('messages of any length arrive whole, once, and in order within their lane', (context) => {
  const seed = 77;
  context.diagnostic(`seed ${seed}`);
  const random = new SeededRandom(seed);
  const { clock, a, heard } = twoPipes({ bytesPerSecond: 50_000, maxFrameBytes: 1_000 });
  const sent = new Map<Lane, string[]>([
    [0, []],
    [1, []],
    [2, []],
  ]);
  for (let i = 0; i < 300; i += 1) {
    const lane = intBelow(random, 3) as Lane;
    const message = random.bytes(2 + intBelow(random, 5_000));
    message[0] = lane;
    sent.get(lane)!.push(bytesKey(message));
    a.send(lane, i % 2 === 0 ? message : () => message);
    clock.advance(intBelow(random, 20));
  }
  clock.advance(60_000);
  for (const [lane, messages] of sent) {
    const arrived = heard.filter((message) => message[0] === lane).map(bytesKey);
    assert.deepEqual(arrived, messages);
  }
});

test('an urgent message waits for the frames on the way and for no more of a bulk one', () => {
  const { clock, a, heard } = twoPipes({ bytesPerSecond: 16_384 });
  for (let i = 0; i < 10; i += 1) a.send(2, new Uint8Array(30_000).fill(2));
  clock.advance(1);
  a.send(0, Uint8Array.of(0));
  clock.advance(6_000);
  const place = heard.findIndex((message) => message[0] === 0);
  // The wire of the test takes 64 KiB at once; behind that it is the next frame.
  assert.ok(place >= 0 && place <= 2, `behind ${place} messages`);
});

test('a message that has nothing to say when its turn comes is left out', () => {
  const { clock, a, heard } = twoPipes();
  a.send(1, () => undefined);
  a.send(1, Uint8Array.of(5));
  clock.advance(1);
  assert.deepEqual(heard, [Uint8Array.of(5)]);
});

test('frames that are none, and a message without end, close the link', () => {
  for (const frame of [Uint8Array.of(3, 1), Uint8Array.of(0), Uint8Array.of(4), Uint8Array.of(9)]) {
    const { clock, wire, reasons } = twoPipes();
    wire.aToB.inject(frame);
    clock.advance(1);
    assert.deepEqual(reasons, ['b malformed', 'closed-by-peer'], String(frame));
  }
  const { clock, wire, heard, reasons } = twoPipes();
  const part = new Uint8Array(16_000);
  for (let bytes = 0; bytes <= messageLimits.messageBytesMax; bytes += 15_999) {
    wire.aToB.inject(part);
  }
  clock.advance(1);
  assert.deepEqual(heard, []);
  assert.equal(reasons[0], 'b malformed');
});

test('a peer that does not read is cut when too much waits', () => {
  const { clock, wire, a, reasons } = twoPipes();
  wire.pauseAtoB();
  for (let i = 0; i < windowLimits.queuedMessagesMax + 100; i += 1)
    a.send(1, new Uint8Array(1_000));
  clock.advance(1);
  assert.equal(reasons[0], 'not-reading');
  a.send(1, new Uint8Array(10));
});

test('a message in more parts than any medium makes ends the link', () => {
  const clock = new FakeClock();
  const reasons: string[] = [];
  const link = createMemoryWire(clock, keys);
  const pipe = new MessagePipe(link.b, { onMessage: () => {}, onClose: (r) => reasons.push(r) });
  pipe.start();
  link.a.start({ onFrame() {}, onDrain() {}, onClose() {} });
  for (let i = 0; i < messageLimits.partsMax; i += 1) link.a.send(Uint8Array.of(1, 7));
  clock.advance(1_000);
  assert.deepEqual(reasons, []);
  link.a.send(Uint8Array.of(1, 7));
  clock.advance(1_000);
  assert.deepEqual(reasons, ['malformed']);
});
