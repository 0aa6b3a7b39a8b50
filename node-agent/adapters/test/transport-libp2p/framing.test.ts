import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { FrameReader, FrameWriter } from '../../src/transport-libp2p/framing.ts';

const maxFrameBytes = 16 * 1024;

function reader() {
  const frames: Uint8Array[] = [];
  const controls: number[] = [];
  const framing = new FrameReader(maxFrameBytes, {
    onFrame: (frame) => frames.push(frame) < 1000,
    onControl: (kind) => controls.push(kind),
  });
  return {
    frames,
    controls,
    push: (...bytes: number[]) => framing.push(new Uint8Array(bytes)),
    framing,
  };
}

test('what is written is read again, however the stream is cut', () => {
  const seed = 5;
  const random = new SeededRandom(seed);
  const writer = new FrameWriter();
  const sent: Uint8Array[] = [];
  for (const size of [1, 127, 128, 375, 16_383, maxFrameBytes]) {
    const frame = random.bytes(size);
    sent.push(frame);
    writer.add(frame);
    writer.addControl(1);
  }
  const { frames, controls, framing } = reader();
  for (let batch = writer.take(5000); batch !== undefined; batch = writer.take(5000)) {
    for (let at = 0; at < batch.length; ) {
      const end = at + 1 + intBelow(random, 700);
      assert.equal(framing.push(batch.subarray(at, end)), undefined, `seed ${seed}`);
      at = end;
    }
  }
  assert.equal(writer.bytes, 0);
  assert.deepEqual(frames, sent);
  assert.deepEqual(
    controls,
    sent.map(() => 1),
  );
});

test('the prefix of a 375-byte frame is two bytes', () => {
  const writer = new FrameWriter();
  writer.add(new Uint8Array(375));
  assert.equal(writer.bytes, 377);
});

test('lengths that are too long or not canonical are refused before allocation', () => {
  assert.equal(reader().push(0x81, 0x80, 0x01), 'frame-size');
  assert.equal(reader().push(0xff, 0xff, 0x7f), 'frame-size');
  assert.equal(reader().push(0xff, 0xff, 0xff, 0xff, 0x7f), 'framing');
  assert.equal(reader().push(0x80, 0x00), 'framing');
  assert.equal(reader().push(0x81, 0x00), 'framing');
  assert.equal(reader().push(0x00, 0x00), 'framing');
  assert.equal(reader().push(0x00, 0x04), 'framing');
});

test('after a fault or a stop nothing more is read', () => {
  const { frames, push } = reader();
  assert.equal(push(0x80, 0x00, 0x01, 0x07), 'framing');
  push(0x01, 0x07);
  assert.equal(frames.length, 0);
  let count = 0;
  const stopping = new FrameReader(maxFrameBytes, {
    onFrame: () => {
      count += 1;
      return false;
    },
    onControl() {},
  });
  stopping.push(new Uint8Array([1, 7, 1, 7]));
  assert.equal(count, 1);
});

test('a frame has memory of its own', () => {
  const { frames, framing } = reader();
  const chunk = new Uint8Array([3, 1, 2, 3]);
  framing.push(chunk);
  chunk.fill(9);
  assert.deepEqual(frames, [new Uint8Array([1, 2, 3])]);
});

test('random bytes never throw', () => {
  const seed = 6;
  const random = new SeededRandom(seed);
  for (let round = 0; round < 2000; round += 1) {
    const { framing } = reader();
    for (let i = 0; i < 5; i += 1) framing.push(random.bytes(intBelow(random, 300)));
  }
});
