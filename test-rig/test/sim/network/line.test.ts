/** What a line does when ways are blocked, clogged, mangled, boxes vanish and streams half open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys, laid, silenceMsMax, silenceMsMin } from './laid-line.ts';

test('delay and bandwidth add up, and streams share the bandwidth', () => {
  const { clock, a, b, dial } = laid({ bytesPerSecond: 1_000 });
  const second = dial();
  a.send(1, 100);
  second.a.send(2, 50);
  clock.advance(1_000);
  assert.deepEqual([b.atMs, second.b.atMs], [[110], [160]]);
});

test('loss and replay cost bytes and time, by the seed, and nothing else', () => {
  const frames = 2_000;
  const run = () => {
    const { clock, line, a, b, faults } = laid({ loss: 0.3, replay: 0.4, reorder: 0.2 });
    for (let i = 0; i < frames; i++) {
      a.send(i % 256, 1_000);
      clock.advance(100);
    }
    clock.advance(60_000);
    assert.deepEqual(
      b.numbers,
      Array.from({ length: frames }, (_, i) => i % 256),
    );
    return { counts: line.counts, faults, atMs: b.atMs };
  };
  const { counts, faults, atMs } = run();
  assert.equal(counts.bytesSent, 1_000 * frames);
  assert.equal(counts.bytesOnWire, 1_000 * (frames + counts.packetsLost + counts.packetsReplayed));
  // The mean number of losses before a packet comes through is loss / (1 - loss).
  assert.ok(Math.abs(counts.packetsLost / frames - 0.3 / 0.7) < 0.06);
  assert.ok(Math.abs(counts.packetsReplayed / frames - 0.4) < 0.05);
  assert.ok(Math.abs(counts.packetsReordered / frames - 0.2) < 0.05);
  assert.deepEqual(faults, {
    'packet-lost': counts.packetsLost,
    'packet-replayed': counts.packetsReplayed,
    'packet-reordered': counts.packetsReordered,
  });
  assert.deepEqual(run().atMs, atMs);
});

test('a packet lost once comes 200 ms later, lost twice 600 ms later', () => {
  const { clock, a, b } = laid({ loss: 0.5 });
  for (let i = 0; i < 400; i++) {
    a.send(0);
    clock.advance(30_000);
  }
  const lateMs = b.atMs.map((ms, i) => Math.round(ms - i * 30_000 - 10));
  assert.deepEqual([...new Set(lateMs)].sort((x, y) => x - y).slice(0, 4), [0, 200, 600, 1_400]);
});

test('a shape outside its bounds is a bug', () => {
  for (const shape of [{ loss: 0.51 }, { loss: -1 }, { replay: 0.7 }, { loss: Number.NaN }]) {
    assert.throws(() => laid(shape), RangeError);
  }
});

test('a short block delays: what it swallowed is sent again, and what is sent within it', () => {
  const { clock, line, a, b, faults } = laid();
  a.send(1);
  clock.advance(5);
  line.block('ab');
  a.send(2);
  b.send(9);
  clock.advance(5_000);
  assert.deepEqual([b.numbers, a.numbers], [[], [9]]);
  line.unblock('ab');
  clock.advance(silenceMsMax);
  assert.deepEqual(b.numbers, [1, 2]);
  // Tries after 0, 200, 600, 1400 and 3000 ms were lost; the one after 6200 ms came through.
  assert.deepEqual(b.atMs, [6_210, 6_210]);
  assert.deepEqual(faults, { 'packet-lost': 5 });
  assert.deepEqual([a.reasons, b.reasons], [[], []]);
});

test('blocked for long: each end gives up in its own time, and the open way works', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { clock, line, a, b } = laid({}, seed);
    line.block('ab');
    let closedMs: number | undefined;
    while (a.reasons.length + b.reasons.length < 2 && clock.runNext()) {
      closedMs ??= clock.monotonicMs();
    }
    assert.ok(closedMs! >= silenceMsMin && clock.monotonicMs() <= silenceMsMax);
    // When b gives up first, a gets its reset over the open way.
    const expected = a.reasons[0] === 'reset' ? ['reset', 'silent'] : ['silent', 'silent'];
    assert.deepEqual([...a.reasons, ...b.reasons], expected, `seed ${seed}`);
    assert.equal(line.dial(keys), undefined);
    assert.equal(clock.waiting, 0);
  }
});

test('while acknowledgements are lost, what is delivered still fills the window', () => {
  const { clock, line, a, b } = laid();
  line.block('ba');
  let sent = 0;
  while (a.send(1, 4_096)) {
    sent += 1;
    clock.advance(50);
  }
  assert.equal(sent, 15);
  assert.equal(b.frames.length, 15);
  assert.equal(a.drains, 0);
  line.unblock('ba');
  clock.advance(100);
  assert.equal(a.drains, 1);
  assert.equal(b.frames.length, 16);
});

test('in a clog packets wait and none is lost; one that lasts ends the streams', () => {
  const { clock, line, a, b, faults } = laid();
  line.clog('ab');
  a.send(1);
  clock.advance(5_000);
  line.unclog('ab');
  clock.advance(0);
  assert.deepEqual([b.numbers, b.atMs], [[1], [5_000]]);
  line.clog('ba');
  a.send(2);
  clock.advance(silenceMsMax);
  assert.deepEqual(b.numbers, [1, 2]);
  assert.equal(a.reasons.length + b.reasons.length, 2);
  assert.deepEqual(faults, {});
});

test('half open after a block: the next frame on the old stream is answered by a reset', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { clock, line, a, b, dial } = laid({}, seed);
    line.block('ab');
    while (a.reasons.length + b.reasons.length === 0) clock.runNext();
    line.unblock('ab');
    if (a.reasons.length === 0) continue;
    // Only a gave up: its reset was lost, and b knows nothing.
    const fresh = dial();
    fresh.a.send(3);
    clock.advance(100);
    assert.deepEqual([fresh.b.numbers, b.reasons, line.streamsAt('b')], [[3], [], 2]);
    const nowMs = clock.monotonicMs();
    b.send(4);
    clock.advance(19);
    assert.deepEqual(b.reasons, []);
    clock.runUntil(nowMs + 20);
    assert.deepEqual([b.reasons, line.streamsAt('b')], [['reset'], 1]);
  }
});

test('an old end that sends nothing falls silent in its own time, beside the new stream', () => {
  const { clock, line, b, dial } = laid();
  line.vanish('a');
  clock.advance(1_000);
  const fresh = dial();
  clock.advance(silenceMsMin - 1_001);
  assert.deepEqual(b.reasons, []);
  clock.advance(silenceMsMax);
  assert.deepEqual([b.reasons, fresh.b.reasons], [['silent'], []]);
  assert.equal(clock.waiting, 0);
});

test('a box without power is called no more, and is back with the next dial', () => {
  const { clock, line, a, b, dial } = laid();
  b.send(1);
  line.vanish('a');
  b.send(2);
  clock.advance(5_000);
  assert.deepEqual([a.numbers, a.reasons, b.reasons], [[], [], []]);
  dial();
  clock.advance(20);
  // It had sent into the dark: the box that came back knows no such stream.
  assert.deepEqual([a.reasons, b.reasons], [[], ['reset']]);
});

test('a pulled wire ends both ends within the notice, and loses what is on it', () => {
  const { clock, line, a, b } = laid();
  a.send(1);
  line.part(2_000);
  b.send(2);
  clock.advance(2_000);
  assert.deepEqual([a.numbers, b.numbers], [[], []]);
  assert.deepEqual([a.reasons, b.reasons], [['cut'], ['cut']]);
  assert.equal(clock.waiting, 0);
  assert.ok(line.dial(keys));
});

test('mangled frames: every kind happens, is counted, and is never empty or too long', () => {
  const { clock, line, a, b, faults } = laid();
  line.mangle('ab', 0.3);
  const count = 5_000;
  for (let i = 0; i < count; i++) {
    a.send(i % 256, 20);
    b.send(i % 256, 20);
    clock.advance(20);
  }
  const { framesMangled, mangled } = line.counts;
  assert.ok(Math.abs(framesMangled / count - 0.3) < 0.03);
  assert.equal(faults['frame-mangled'], framesMangled);
  for (const [kind, times] of Object.entries(mangled)) assert.ok(times > 150, kind);
  assert.ok(b.frames.every((frame) => frame.length >= 1 && frame.length <= 20));
  assert.ok(Math.abs(b.frames.length - (count - mangled.drop + mangled.repeat)) <= 1);
  // The other way keeps its promise, and this one does again.
  assert.equal(a.frames.length, count);
  line.mangle('ab', 0);
  clock.advance(100);
  b.frames.length = 0;
  for (let i = 0; i < 100; i++) a.send(i);
  clock.advance(100);
  assert.deepEqual(
    b.numbers,
    Array.from({ length: 100 }, (_, i) => i),
  );
});
