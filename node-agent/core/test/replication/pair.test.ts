/** Two nodes on a wire: their sets become equal, whatever it does, and nothing comes twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import type { SampleAuthor, SampleBundle } from '../../src/testing/sample-site.ts';
import { intBelow, pick, SeededRandom } from '../../src/testing/seeded-random.ts';
import { Hamlet, type House, tampered, type WireOptions } from './hamlet.ts';

const settleMs = 20_000;

function write(hamlet: Hamlet, author: SampleAuthor, large = 0.02): SampleBundle {
  const { random } = hamlet;
  const isLarge = intBelow(random, 1000) < 1000 * large;
  const length = isLarge ? 5_000 + intBelow(random, 27_000) : intBelow(random, 600);
  const lane = pick(random, [Lane.urgent, Lane.normal, Lane.normal, Lane.normal, Lane.bulk]);
  const payload = random.bytes(lane === Lane.urgent ? Math.min(length, 2000) : length);
  return author.write('', { payload, lane, hopLimit: 15 });
}

function assertEqualSets(houses: readonly House[], count: number, what: string): void {
  for (const house of houses) {
    const ids = house.host.heldIds();
    assert.equal(ids.length, count, what);
    assert.ok(ids.join() === houses[0]!.host.heldIds().join(), what);
  }
}

test('random sets become equal over wires of any shape, and nothing is sent twice', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const hamlet = new Hamlet(seed);
    const { random } = hamlet;
    const [a, b] = hamlet.houses(2) as [House, House];
    const authors = Array.from({ length: 1 + intBelow(random, 12) }, () => hamlet.author());
    const count = intBelow(random, 250);
    for (let i = 0; i < count; i++) {
      const bundle = write(hamlet, pick(random, authors));
      const where = pick(random, [[a], [b], [a, b]]);
      for (const house of where) house.put(bundle);
    }
    hamlet.clock.advance(100);
    const options: WireOptions = {
      delayMs: intBelow(random, 200),
      jitterMs: intBelow(random, 50),
      bytesPerSecond: pick(random, [40_000, 1_000_000, Number.POSITIVE_INFINITY]),
      windowBytes: pick(random, [3_000, 64_000]),
      maxFrameBytes: pick(random, [20, 182, 4_096, 65_536]),
    };
    hamlet.link(a, b, options);
    hamlet.clock.advance(50_000);
    assertEqualSets([a, b], count, `seed ${seed}, ${JSON.stringify(options)}`);
    assert.equal(a.total('duplicatesReceived') + b.total('duplicatesReceived'), 0, `seed ${seed}`);
    const states = [a, b].map((house) => house.forwarder.neighbours()[0]!.state);
    assert.deepEqual(states, ['live', 'live'], `seed ${seed}`);
  }
});

/** A short exchange in both directions: two bundles each from before, two each while linked. */
function script(seed: number) {
  const hamlet = new Hamlet(seed);
  const [a, b] = hamlet.houses(2) as [House, House];
  const authors = [hamlet.author(), hamlet.author()];
  const put = (): void => {
    [a, b].forEach((house, i) => {
      for (const lane of [Lane.normal, Lane.bulk]) {
        house.put(authors[i]!.write('some words', { lane, hopLimit: 15 }));
      }
    });
  };
  put();
  hamlet.clock.advance(100);
  return { hamlet, a, b, put };
}

test('a cut after any frame of an exchange loses nothing and brings nothing twice', () => {
  const whole = script(41);
  const wire = whole.hamlet.link(whole.a, whole.b);
  whole.hamlet.clock.advance(30);
  whole.put();
  whole.hamlet.clock.advance(settleMs);
  const frames = wire.aToB.counts.framesSent + wire.bToA.counts.framesSent;
  assert.ok(frames > 20);
  for (let cutAt = 0; cutAt <= frames; cutAt++) {
    const { hamlet, a, b, put } = script(41);
    const cutWire = hamlet.wire(a, b);
    let seen = 0;
    const counting = (frame: Uint8Array): Uint8Array => {
      seen += 1;
      if (seen === cutAt) cutWire.cut();
      return frame;
    };
    a.forwarder.addLink(tampered(cutWire.a, counting));
    b.forwarder.addLink(tampered(cutWire.b, counting));
    hamlet.clock.advance(30);
    put();
    hamlet.clock.advance(settleMs);
    if (seen < cutAt) break;
    cutWire.cut();
    hamlet.clock.advance(100);
    hamlet.link(a, b);
    hamlet.clock.advance(settleMs);
    assertEqualSets([a, b], 8, `cut at ${cutAt}`);
    const came = a.host.refused.seen ?? b.host.refused.seen ?? 0;
    assert.equal(came, 0, `cut at ${cutAt}: something came twice`);
  }
});

test('a wrong bit in any byte ends in a typed reason or a refusal; a new link mends all', () => {
  const { site, random } = new Hamlet(42);
  const nodes = [site.node('a'), site.node('b')] as const;
  const author = site.author(2);
  const bundles = [author.write('one'), author.write('two')];
  /** Runs the exchange with bit `bit` of frame `number` to b turned; frames and bytes seen. */
  const run = (number: number, bit: number) => {
    const hamlet = new Hamlet(42, site);
    const [a, b] = nodes.map((node) => hamlet.house(node)) as [House, House];
    a.put(bundles[0]!);
    hamlet.clock.advance(10);
    const wire = hamlet.wire(a, b);
    const sizes: number[] = [];
    a.forwarder.addLink(wire.a);
    b.forwarder.addLink(
      tampered(wire.b, (frame, at) => {
        sizes.push(frame.length);
        const changed = frame.slice();
        if (at === number) changed[bit >> 3]! ^= 1 << (bit & 7);
        return changed;
      }),
    );
    hamlet.clock.advance(1000);
    a.put(bundles[1]!);
    hamlet.clock.advance(1000);
    return { hamlet, a, b, wire, sizes };
  };
  const { sizes } = run(-1, 0);
  let ended = 0;
  for (let number = 0; number < sizes.length; number++) {
    for (let at = 0; at < sizes[number]!; at++) {
      const bit = 8 * at + intBelow(random, 8);
      const what = `frame ${number}, bit ${bit}`;
      const { hamlet, a, b, wire } = run(number, bit);
      const reasons = Object.keys({ ...a.forwarder.closed, ...b.forwarder.closed });
      ended += reasons.length > 0 ? 1 : 0;
      for (const id of b.host.heldIds()) assert.ok(a.host.heldIds().includes(id), what);
      wire.cut();
      hamlet.clock.advance(60_000);
      hamlet.link(a, b);
      hamlet.clock.advance(settleMs);
      assertEqualSets([a, b], 2, what);
    }
  }
  assert.ok(ended > 100);
});

test('a live bundle goes out at once while thousands wait on a slow link', () => {
  const hamlet = new Hamlet(43);
  const [a, b] = hamlet.houses(2) as [House, House];
  const authors = [hamlet.author(), hamlet.author()];
  for (let i = 0; i < 3000; i++) a.put(authors[0]!.write('x'.repeat(280), { hopLimit: 15 }));
  hamlet.clock.advance(100);
  const wire = hamlet.link(a, b, { bytesPerSecond: 125_000, delayMs: 20, windowBytes: 8_192 });
  hamlet.clock.advance(4_000);
  const soFar = b.host.heldIds().length;
  assert.ok(soFar > 300 && soFar < 2_000, `${soFar} came so far`);
  const delays: number[] = [];
  for (let i = 0; i < 20; i++) {
    const bundle = authors[1]!.write('live', { hopLimit: 15 });
    const atMs = hamlet.clock.monotonicMs();
    a.put(bundle);
    hamlet.clock.advance(250);
    delays.push(b.arrivedMs.get(toHex(bundle.id))! - atMs);
  }
  // The link's window and one frame at 125 kB/s, the wire, two disks.
  assert.ok(Math.max(...delays) < 130, `${delays}`);
  hamlet.clock.advance(settleMs);
  assertEqualSets([a, b], 3020, 'in the end');
  const { bytesSent } = wire.aToB.counts;
  const payloads = 3020 * 300;
  assert.ok(bytesSent < 1.3 * payloads, `${bytesSent / payloads}`);
});

test('urgent waits for no more than a frame of a large bulk bundle', () => {
  const hamlet = new Hamlet(44);
  const [a, b] = hamlet.houses(2) as [House, House];
  const author = hamlet.author();
  const radio = { bytesPerSecond: 20_000, delayMs: 10, windowBytes: 1, maxFrameBytes: 512 };
  hamlet.link(a, b, radio);
  hamlet.clock.advance(2_000);
  const bulk = author.write('', { payload: new Uint8Array(32_768), lane: Lane.bulk });
  a.put(bulk);
  hamlet.clock.advance(400);
  const urgent = author.write('help', { lane: Lane.urgent });
  const atMs = hamlet.clock.monotonicMs();
  a.put(urgent);
  hamlet.clock.advance(settleMs);
  const tookMs = b.arrivedMs.get(toHex(urgent.id))! - atMs;
  assert.ok(tookMs < 100, `${tookMs} ms`);
  assert.ok(b.arrivedMs.get(toHex(bulk.id))! > atMs + 1_000);
});

test('a large bundle is offered before it is sent', () => {
  const hamlet = new Hamlet(45);
  const [a, b] = hamlet.houses(2) as [House, House];
  const author = hamlet.author();
  const wire = hamlet.link(a, b);
  hamlet.clock.advance(1_000);
  const large = author.write('', { payload: new Uint8Array(20_000), hopLimit: 15 });
  b.put(large);
  hamlet.clock.advance(10);
  const before = wire.aToB.counts.bytesSent;
  a.put(large);
  hamlet.clock.advance(1_000);
  assertEqualSets([a, b], 1, 'both have it');
  assert.ok(wire.aToB.counts.bytesSent - before < 20_000);
});

test('who has an own bundle on disk is told, also when it came another way', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const hamlet = new Hamlet(seed);
    const [a, b, c] = hamlet.houses(3) as [House, House, House];
    hamlet.link(a, b);
    hamlet.link(b, c);
    hamlet.link(a, c);
    hamlet.clock.advance(2_000);
    const author = hamlet.author();
    for (let i = 0; i < 3; i++) {
      const bundle = author.write(`${i}`);
      a.put(bundle);
      hamlet.clock.advance(1_000);
      const holders = a.host.heldBy.filter(({ id }) => id === toHex(bundle.id));
      const told = holders.map(({ neighbour }) => neighbour).sort();
      assert.deepEqual(told, [toHex(b.key), toHex(c.key)].sort(), `seed ${seed}`);
    }
    assert.deepEqual([b.host.heldBy, c.host.heldBy], [[], []]);
  }
});

test('what a full store refuses comes with a later reconciliation', () => {
  const hamlet = new Hamlet(47);
  const [a, b] = hamlet.houses(2) as [House, House];
  hamlet.link(a, b);
  hamlet.clock.advance(1_000);
  const author = hamlet.author();
  b.host.storeFails = true;
  for (let i = 0; i < 5; i++) a.put(author.write(`${i}`));
  hamlet.clock.advance(70_000);
  assert.equal(b.host.heldIds().length, 0);
  b.host.storeFails = false;
  hamlet.clock.advance(140_000);
  assertEqualSets([a, b], 5, 'in the end');
});

test('equal sets cost next to nothing to compare, again and again', () => {
  const hamlet = new Hamlet(48);
  const [a, b] = hamlet.houses(2) as [House, House];
  const author = hamlet.author();
  for (let i = 0; i < 500; i++) {
    const bundle = author.write(`${i}`);
    a.put(bundle);
    b.put(bundle);
  }
  hamlet.clock.advance(1_000);
  const wire = hamlet.link(a, b);
  hamlet.clock.advance(30_000);
  const before = wire.aToB.counts.bytesSent + wire.bToA.counts.bytesSent;
  hamlet.clock.advance(600_000);
  const bytes = wire.aToB.counts.bytesSent + wire.bToA.counts.bytesSent - before;
  assert.ok(bytes / 10 < 500, `${bytes / 10} bytes a round of three lanes`);
});

test('a bundle seen by chance on both sides at once is not sent back and forth', () => {
  const random = new SeededRandom(49);
  const hamlet = new Hamlet(49);
  const [a, b] = hamlet.houses(2) as [House, House];
  hamlet.link(a, b);
  hamlet.clock.advance(1_000);
  const author = hamlet.author();
  for (let i = 0; i < 50; i++) {
    const bundle = author.write(`${i}`);
    a.put(bundle);
    hamlet.clock.advance(intBelow(random, 10));
    b.put(bundle);
    hamlet.clock.advance(500);
  }
  assertEqualSets([a, b], 50, 'both');
  assert.ok(a.total('bundlesSent') <= 50 && b.total('bundlesSent') <= 50);
});
