/** Frames and streams: what is cut is put together again, and the first stream goes first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../../src/bundle/bundle.ts';
import type { Link } from '../../../src/ports/link.ts';
import {
  laneOfStream,
  readFrame,
  singleFlag,
  streamCount,
} from '../../../src/replication/frames/frame.ts';
import { FrameScheduler } from '../../../src/replication/frames/frame-scheduler.ts';
import { StreamAssembler } from '../../../src/replication/frames/stream-assembler.ts';
import { frameLimits } from '../../../src/replication/limits.ts';
import { MessageWriter } from '../../../src/replication/messages/message-writer.ts';
import { FakeClock } from '../../../src/testing/fake-clock.ts';
import { intBelow, pick, SeededRandom } from '../../../src/testing/seeded-random.ts';

/** The sending side of a link whose window a test opens frame by frame. */
class NarrowLink implements Link {
  readonly peerKey = new Uint8Array(32);
  readonly initiator = true;
  readonly costClass = 'lan';
  readonly maxFrameBytes: number;
  readonly frames: Uint8Array[] = [];
  window: number;

  constructor(maxFrameBytes: number, window = Number.POSITIVE_INFINITY) {
    this.maxFrameBytes = maxFrameBytes;
    this.window = window;
  }

  start(): void {}

  send(frame: Uint8Array): boolean {
    assert.ok(frame.length > 0 && frame.length <= this.maxFrameBytes);
    this.frames.push(frame);
    return this.frames.length < this.window;
  }

  close(): void {}
}

function scheduled(link: NarrowLink, clock = new FakeClock()) {
  const queues: Uint8Array[][] = Array.from({ length: streamCount }, () => []);
  const scheduler = new FrameScheduler(link, clock, (stream) => queues[stream]!.shift());
  return { queues, scheduler, clock };
}

function message(fill: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

/** Six assemblers and what they gave, by stream. */
function receiver(messageBytesMax = 50_000) {
  const got: Uint8Array[][] = Array.from({ length: streamCount }, () => []);
  const assemblers = got.map(
    (list) =>
      new StreamAssembler(messageBytesMax, (whole) => {
        list.push(whole.slice());
        return true;
      }),
  );
  const take = (bytes: Uint8Array): boolean => {
    const frame = readFrame(bytes);
    if (frame === undefined) return false;
    const assembler = assemblers[frame.stream]!;
    return frame.single ? assembler.single(frame.body) : assembler.push(frame.body);
  };
  return { got, take };
}

test('any messages on any streams arrive whole and in order, over frames of any size', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new SeededRandom(seed);
    const link = new NarrowLink(pick(random, [20, 21, 60, 182, 4096, 65_536]), 1);
    const { queues, scheduler, clock } = scheduled(link);
    const expected: Uint8Array[][] = queues.map(() => []);
    const { got, take } = receiver();
    for (let i = 0; i < 60; i++) {
      const stream = intBelow(random, streamCount);
      const whole = random.bytes(1 + intBelow(random, pick(random, [3, 200, 9000])));
      queues[stream]!.push(whole);
      expected[stream]!.push(whole);
      scheduler.wake(laneOfStream(stream), intBelow(random, 2) === 0);
      link.window = link.frames.length + intBelow(random, 6);
      scheduler.onDrain();
      if (intBelow(random, 4) === 0) clock.advance(1);
    }
    link.window = Number.POSITIVE_INFINITY;
    scheduler.onDrain();
    for (const frame of link.frames) assert.ok(take(frame), `seed ${seed}`);
    assert.deepEqual(got, expected, `seed ${seed}`);
    assert.equal(scheduler.framesSent, link.frames.length);
  }
});

test('a lone message goes at once and costs one byte', () => {
  const link = new NarrowLink(4096);
  const { queues, scheduler } = scheduled(link);
  queues[2]!.push(message(9, 370));
  scheduler.wake(Lane.normal);
  assert.equal(link.frames.length, 1);
  assert.equal(link.frames[0]!.length, 371);
  assert.equal(link.frames[0]![0], 2 | singleFlag);
});

test('messages of one instant share frames after the first', () => {
  const link = new NarrowLink(65_536);
  const { queues, scheduler, clock } = scheduled(link);
  for (let i = 0; i < 100; i++) {
    queues[2]!.push(message(i, 370));
    scheduler.wake(Lane.normal);
  }
  assert.equal(link.frames.length, 1);
  clock.advance(0);
  const bytes = link.frames.reduce((sum, frame) => sum + frame.length, 0);
  assert.equal(link.frames.length, 1 + Math.ceil((99 * 372) / (frameLimits.frameBytesMax - 1)));
  assert.equal(bytes, 371 + 99 * 372 + link.frames.length - 1);
});

test('urgent passes a long bulk message at the next frame', () => {
  const link = new NarrowLink(4096, 1);
  const { queues, scheduler } = scheduled(link);
  queues[5]!.push(message(5, 33_000));
  scheduler.wake(Lane.bulk);
  assert.equal(link.frames.length, 1);
  queues[0]!.push(message(1, 100));
  scheduler.wake(Lane.urgent, true);
  link.window = 3;
  scheduler.onDrain();
  const streams = link.frames.map((frame) => frame[0]! & 7);
  assert.deepEqual(streams, [5, 0, 5]);
});

test('nothing is pulled and nothing sent while the link has no room, or after the end', () => {
  const link = new NarrowLink(4096, 1);
  const { queues, scheduler, clock } = scheduled(link);
  for (let i = 0; i < 5; i++) queues[1]!.push(message(i, 5000));
  scheduler.wake(Lane.urgent, true);
  scheduler.wake(Lane.urgent, true);
  clock.advance(10);
  assert.equal(link.frames.length, 1);
  assert.equal(queues[1]!.length, 4);
  assert.ok(scheduler.waitingBytes(1) > 0);
  scheduler.stop();
  link.window = 10;
  scheduler.onDrain();
  assert.equal(link.frames.length, 1);
  assert.equal(clock.waiting, 0);
});

test('headers of unknown streams or flags, and frames without a body, are malformed', () => {
  const good = new Set([0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13]);
  for (let header = 0; header < 256; header++) {
    assert.equal(readFrame(Uint8Array.of(header, 1)) !== undefined, good.has(header));
    assert.equal(readFrame(Uint8Array.of(header)), undefined);
  }
  assert.equal(readFrame(new Uint8Array(0)), undefined);
});

test('lengths that are zero, padded or too long are malformed before anything is kept', () => {
  const bad: Record<string, number[]> = {
    zero: [0],
    'padded zero': [128, 0],
    'padded one': [129, 0],
    'longer than allowed': [0xe9, 0x07],
    endless: [255, 255, 255, 255, 255, 255, 255, 255],
  };
  for (const [what, bytes] of Object.entries(bad)) {
    const assembler = new StreamAssembler(1000, () => assert.fail(what));
    assert.equal(assembler.push(Uint8Array.from(bytes)), false, what);
  }
  const exact = new MessageWriter().sized(message(1, 1000)).finish();
  assert.equal(receiver(1000).take(Uint8Array.from([0, ...exact])), true);
  assert.equal(receiver(999).take(Uint8Array.from([0, ...exact])), false);
});

test('a whole message may not come in the middle of another', () => {
  for (const begun of [[200], [200, 1], [200, 1, 7, 7]]) {
    const { take } = receiver();
    assert.equal(take(Uint8Array.from([0, ...begun])), true);
    assert.equal(take(Uint8Array.of(singleFlag, 1, 2, 3)), false);
  }
  const { take } = receiver(10);
  assert.equal(take(Uint8Array.from([singleFlag, ...message(1, 11)])), false);
});

test('a receiver that stops is given nothing more', () => {
  let count = 0;
  const assembler = new StreamAssembler(10, () => {
    count += 1;
    return false;
  });
  assert.equal(assembler.push(Uint8Array.of(1, 7, 1, 8, 1, 9)), false);
  assert.equal(count, 1);
});
