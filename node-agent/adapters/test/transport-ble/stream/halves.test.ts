import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { intBelow, SeededRandom, shuffled } from '@muster/core/testing';
import { carrierLimits, windowLimits } from '../../../src/transport-ble/stream/limits.ts';
import {
  fromWireOffset,
  offsetSpan,
  toWireOffset,
} from '../../../src/transport-ble/stream/offsets.ts';
import { ReceiveHalf } from '../../../src/transport-ble/stream/receive-half.ts';
import { SendHalf } from '../../../src/transport-ble/stream/send-half.ts';

const gatt = { limits: carrierLimits.gatt, payloadBytesMax: 488 };
const l2cap = { limits: carrierLimits.l2cap, payloadBytesMax: 2_000 };

test('a number on the wire is the nearest one', () => {
  for (const near of [0, 1, 1_000, offsetSpan - 1, offsetSpan, 3 * offsetSpan + 5, 2 ** 40]) {
    for (const away of [0, 1, 64 * 1024, offsetSpan / 2 - 1, -1, -offsetSpan / 2 + 1]) {
      if (near + away >= 0) {
        assert.equal(fromWireOffset(toWireOffset(near + away), near), near + away);
      }
    }
  }
  assert.ok(fromWireOffset(offsetSpan - 1, 0) < 0);
});

test('a stream runs over the end of the numbers', () => {
  const first = offsetSpan - 3_000;
  const sending = new SendHalf(first);
  let received = 0;
  const receiving = new ReceiveHalf((bytes) => {
    received += bytes.length;
  }, first);
  receiving.open();
  sending.add(new Uint8Array(20_000));
  sending.finish();
  for (let nowMs = 0; !sending.isDone; nowMs += 10) {
    const segment = sending.next(gatt, nowMs);
    if (segment === undefined) throw new Error('it stands still');
    const { start, end, isLast } = segment;
    receiving.receive(toWireOffset(start), new Uint8Array(end - start), isLast);
    assert.equal(sending.acknowledge(receiving.acknowledged, nowMs), 'progress');
  }
  assert.equal(received, 20_000);
  assert.ok(receiving.isFinished);
});

test('pieces that overlap are held up to a window of bytes, and the stream goes on', () => {
  let received = 0;
  const receiving = new ReceiveHalf((bytes) => {
    received += bytes.length;
  });
  receiving.open();
  const longest = 4_089;
  for (let start = 128; start > 0; start -= 1) {
    receiving.receive(start, new Uint8Array(longest), false);
    assert.ok(receiving.heldBytes <= windowLimits.receiveBytes);
  }
  assert.equal(receiving.receive(0, new Uint8Array(1 + longest), false), 'delivered');
  assert.deepEqual([received, receiving.heldBytes], [128 + longest, 0]);
});

test('what was cut for a channel is cut again for GATT when the channel dies', () => {
  const sending = new SendHalf();
  const content = new SeededRandom(5).bytes(7_000);
  sending.add(content);
  const cut = (way: typeof gatt) => {
    const pieces: (readonly [number, Uint8Array])[] = [];
    for (let segment = sending.next(way, 0); segment; segment = sending.next(way, 0)) {
      const bytes = new Uint8Array(segment.end - segment.start);
      sending.copy(segment, bytes, 0);
      pieces.push([segment.start, bytes]);
    }
    return pieces;
  };
  const first = cut(l2cap);
  assert.deepEqual(
    first.map(([, bytes]) => bytes.length),
    [2_000, 2_000, 2_000, 1_000],
  );
  assert.equal(sending.acknowledge(2_000, 1), 'progress');
  sending.loseWay(l2cap);
  const again = cut(gatt);
  assert.ok(again.every(([, { length }]) => length <= 488));
  assert.equal(again[0]![0], 2_000);
  const whole = Buffer.concat(again.map(([, bytes]) => bytes));
  assert.ok(whole.equals(content.subarray(2_000)));
});

test('pieces in any order, doubled and cut at will, come out once and in order', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = new SeededRandom(seed);
    const content = random.bytes(1 + intBelow(random, 3_000));
    const out: Uint8Array[] = [];
    const receiving = new ReceiveHalf((bytes) => out.push(bytes));
    if (seed % 2 === 0) receiving.open();
    const pieces: [number, number][] = [];
    for (const pass of [1, 2]) {
      for (let at = 0; at < content.length; ) {
        const end = Math.min(content.length, at + 1 + intBelow(random, 100 * pass));
        pieces.push([at, end]);
        at = end;
      }
    }
    for (let round = 0; round < 4 && !receiving.isFinished; round += 1) {
      if (round === 1) receiving.open();
      for (const [at, end] of shuffled(random, pieces)) {
        receiving.receive(at, content.subarray(at, end), end === content.length);
      }
    }
    assert.ok(Buffer.concat(out).equals(content), `seed ${seed}`);
    assert.ok(receiving.isFinished, `seed ${seed}`);
    assert.equal(receiving.acknowledged, content.length + 1);
  }
});

test('numbers that nobody may send give the stream up, and nothing comes out', () => {
  const out: Uint8Array[] = [];
  const receiving = new ReceiveHalf((bytes) => out.push(bytes));
  receiving.open();
  const one = Uint8Array.of(1);
  assert.equal(receiving.receive(windowLimits.receiveBytes, one, false), 'window');
  assert.equal(receiving.receive(offsetSpan - 1, one, false), 'window');
  assert.equal(receiving.receive(10, one, true), 'held');
  assert.equal(receiving.receive(10, Uint8Array.of(1, 2), false), 'misplaced');
  assert.equal(receiving.receive(3, one, true), 'misplaced');
  assert.equal(out.length, 0);
  assert.equal(new SendHalf().acknowledge(1, 0), 'acknowledged-unsent');
});

test('held pieces are bounded by number', () => {
  const receiving = new ReceiveHalf(() => {});
  const outcomes = Array.from({ length: 300 }, (_, at) =>
    receiving.receive(1 + at * 2, Uint8Array.of(1), false),
  );
  assert.equal(outcomes.filter((one) => one === 'held').length, windowLimits.piecesMax);
  assert.ok(outcomes.slice(windowLimits.piecesMax).every((one) => one === 'dropped'));
});

test('a small lost packet goes again though the window is full of later ones', () => {
  const sending = new SendHalf();
  sending.add(new Uint8Array(20));
  sending.next(gatt, 0);
  sending.add(new Uint8Array(60_000));
  while (sending.next(gatt, 0) !== undefined);
  sending.due(sending.dueMs, true);
  const again = sending.next(gatt, 2_000);
  assert.deepEqual([again?.start, again?.end, again?.isAgain], [0, 20, true]);
});

test('the window grows while it is full and calm, and shrinks where bytes wait in queues', () => {
  const under = (roundTripMs: number): number => {
    const sending = new SendHalf();
    sending.add(new Uint8Array(12_000_000));
    let most = 0;
    for (let round = 0; round < 200; round += 1) {
      const nowMs = round * roundTripMs;
      let last = 0;
      let packets = 0;
      for (let one = sending.next(l2cap, nowMs); one; one = sending.next(l2cap, nowMs)) {
        last = one.end;
        packets += 1;
      }
      most = packets * l2cap.payloadBytesMax;
      sending.acknowledge(toWireOffset(last), nowMs + roundTripMs);
    }
    return most;
  };
  assert.ok(under(50) >= windowLimits.mostBytes, `${under(50)}`);
  const calm = under(600);
  assert.ok(calm >= windowLimits.calmBytes && calm <= windowLimits.calmBytes + 2_000, `${calm}`);
});
