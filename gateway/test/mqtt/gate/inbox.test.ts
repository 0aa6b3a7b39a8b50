/** Packets cut by their header: whole, dribbled, gathered, too large, and never well formed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '@muster/core/testing';
import { type Frame, Inbox } from '../../../src/mqtt/gate/inbox.ts';

const lengthMax = 65_536;

function packet(length: number, first = 0x30): Buffer {
  const header = [first];
  for (let left = length; ; left >>= 7) {
    header.push(left < 128 ? left : (left & 127) | 128);
    if (left < 128) break;
  }
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, length & 255)]);
}

function bodyOf(frame: Frame): Buffer {
  return frame.bytes.subarray(frame.start, frame.end);
}

test('gives the same packets however the bytes come', () => {
  const seed = 411;
  const random = new SeededRandom(seed);
  const lengths = [0, 1, 127, 128, 300, 16_383, 16_384, 65_536, 2];
  const bytes = Buffer.concat(lengths.map((length) => packet(length)));
  for (let run = 0; run < 50; run++) {
    const inbox = new Inbox();
    const seen: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const step = 1 + ((random.bytes(2)[0]! * 257 + random.bytes(1)[0]!) % (1 + run * 700));
      // A copy: the socket may use its own buffer again.
      inbox.push(Buffer.from(bytes.subarray(at, at + step)));
      at += step;
      for (;;) {
        const frame = inbox.next(lengthMax);
        if (frame === undefined) break;
        assert.ok(typeof frame !== 'string', `seed ${seed}: ${frame}`);
        const body = bodyOf(frame);
        assert.ok(body.every((byte) => byte === (body.length & 255)));
        seen.push(body.length);
      }
    }
    assert.deepEqual(seen, lengths, `seed ${seed}`);
    assert.equal(inbox.waitingBytes, 0);
  }
});

test('a length over the cap is a fault before a byte of it came', () => {
  for (const header of ['30ffffff7f', '30818004']) {
    const inbox = new Inbox();
    inbox.push(Buffer.from(header, 'hex'));
    assert.equal(inbox.next(lengthMax), 'packet-too-large', header);
  }
});

test('headers that MQTT does not know are faults', () => {
  const cases: [string, string][] = [
    ['00', 'type'],
    ['f000', 'type'],
    ['1100', 'flags'],
    ['8000', 'flags'],
    ['6000', 'flags'],
    ['c100', 'flags'],
    ['30808000', 'length'],
    ['308000', 'length'],
    ['3080808080', 'length'],
  ];
  for (const [hex, fault] of cases) {
    const inbox = new Inbox();
    inbox.push(Buffer.from(hex, 'hex'));
    assert.equal(inbox.next(lengthMax), fault, hex);
  }
});
