/** Links that are slow: urgent and small first, bulk only where a neighbour asks for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import { frugalLimits } from '../../src/replication/limits.ts';
import { MessageType } from '../../src/replication/messages/message-type.ts';
import { Hamlet, type House, PlayedEnd } from './hamlet.ts';

const radio = {
  costClass: 'radio',
  bytesPerSecond: 20_000,
  delayMs: 30,
  windowBytes: 4_096,
  maxFrameBytes: 2_048,
} as const;
const roundMs = 70_000;

function states(...houses: readonly House[]): string[] {
  return houses.flatMap((house) => house.forwarder.neighbours().map(({ state }) => state));
}

test('over radio bulk stays where it is, all else goes, and the link counts as settled', () => {
  const hamlet = new Hamlet(301);
  const [a, b] = hamlet.houses(2) as [House, House];
  const author = hamlet.author();
  for (const lane of [Lane.bulk, Lane.normal, Lane.urgent]) a.put(author.write('before', { lane }));
  hamlet.link(a, b, radio);
  hamlet.clock.advance(2_000);
  assert.deepEqual(states(a, b), ['live', 'live']);
  for (const lane of [Lane.bulk, Lane.normal, Lane.urgent]) a.put(author.write('live', { lane }));
  hamlet.clock.advance(3 * roundMs);
  assert.equal(b.host.heldIds().length, 4);
  assert.deepEqual([b.host.liveIds(Lane.bulk).length, states(a, b)], [0, ['live', 'live']]);
});

for (const opens of ['who asks', 'the other end'] as const) {
  test(`who asks for bulk gets it, and the other end does not; ${opens} opened the link`, () => {
    const hamlet = new Hamlet(302);
    const asking = hamlet.house('asking', { bulkOverRadio: true });
    const frugal = hamlet.house('frugal');
    const author = hamlet.author();
    const bulk = () => author.write('', { payload: new Uint8Array(4_000), lane: Lane.bulk });
    frugal.put(bulk());
    asking.put(bulk());
    const ends = opens === 'who asks' ? ([asking, frugal] as const) : ([frugal, asking] as const);
    hamlet.link(...ends, radio);
    hamlet.clock.advance(5_000);
    frugal.put(bulk());
    asking.put(bulk());
    hamlet.clock.advance(3 * roundMs);
    assert.equal(asking.host.heldIds().length, 4);
    assert.equal(frugal.host.heldIds().length, 2);
    assert.deepEqual(states(asking, frugal), ['live', 'live']);
  });
}

test('after days apart small bundles come before large ones, each of its author in order', () => {
  const hamlet = new Hamlet(303);
  const [a, b] = hamlet.houses(2) as [House, House];
  const [author, other] = [hamlet.author(), hamlet.author()];
  const sizes = new Map<string, number>();
  for (let i = 0; i < 240; i++) {
    const payload = new Uint8Array(i % 12 === 0 ? 20_000 : 100);
    const bundle = (i % 2 === 0 ? author : other).write('', { payload, hopLimit: 15 });
    sizes.set(toHex(bundle.id), payload.length);
    a.put(bundle);
  }
  hamlet.link(a, b, radio);
  hamlet.clock.advance(120_000);
  assert.equal(b.host.heldIds().length, 240);
  const order = [...b.arrivedMs].sort((x, y) => x[1] - y[1]).map(([id]) => sizes.get(id)!);
  const small = order.slice(0, 220);
  assert.deepEqual([...new Set(small)], [100]);
});

test('a small bundle does not wait behind large ones that came before it', () => {
  const hamlet = new Hamlet(304);
  const [a, b] = hamlet.houses(2) as [House, House];
  const author = hamlet.author();
  hamlet.link(a, b, radio);
  hamlet.clock.advance(2_000);
  for (let i = 0; i < 40; i++) {
    a.put(author.write('', { payload: new Uint8Array(2_500), hopLimit: 15 }));
  }
  hamlet.clock.advance(1_000);
  const small = hamlet.author().write('short', { hopLimit: 15 });
  const atMs = hamlet.clock.monotonicMs();
  a.put(small);
  hamlet.clock.advance(60_000);
  assert.equal(b.host.heldIds().length, 41);
  // 100 kB of large ones take five seconds.
  const tookMs = b.arrivedMs.get(toHex(small.id))! - atMs;
  assert.ok(tookMs < 700, `${tookMs} ms`);
});

test('an urgent bundle is pushed whatever its size, others only up to a bound', () => {
  const hamlet = new Hamlet(305);
  const [a, b] = hamlet.houses(2) as [House, House];
  const author = hamlet.author();
  const wire = hamlet.link(a, b, radio);
  hamlet.clock.advance(2_000);
  const payload = new Uint8Array(frugalLimits.pushBytesMax + 500);
  const before = wire.bToA.counts.framesSent;
  a.put(author.write('', { payload, lane: Lane.urgent }));
  hamlet.clock.advance(200);
  assert.equal(b.host.heldIds().length, 1);
  // It says that it is held, and was asked nothing.
  assert.equal(wire.bToA.counts.framesSent, before + 1);
  a.put(author.write('', { payload }));
  hamlet.clock.advance(1_000);
  assert.equal(b.host.heldIds().length, 2);
  assert.equal(wire.bToA.counts.framesSent, before + 3, 'it was offered, and asked for');
});

test('a question for bulk with more in it is malformed, and too many spend the budget', () => {
  const hamlet = new Hamlet(306);
  const played = (octets: Uint8Array, times: number) => {
    const house = hamlet.house(`house ${octets.length} ${times}`);
    const stranger = hamlet.site.node(`stranger ${octets.length} ${times}`);
    const keys = [stranger.key.publicKey, house.key] as const;
    const wire = hamlet.wireOf(...keys, { ...radio, bytesPerSecond: Number.POSITIVE_INFINITY });
    house.forwarder.addLink(wire.b);
    const end = new PlayedEnd(wire.a);
    end.greet(stranger.certificate);
    hamlet.clock.advance(100);
    for (let i = 0; i < times; i++) end.send(0, octets);
    hamlet.clock.advance(200);
    return house.forwarder.closed;
  };
  assert.deepEqual(played(Uint8Array.of(MessageType.askBulk, 0), 1), { malformed: 1 });
  assert.deepEqual(played(Uint8Array.of(MessageType.askBulk), 3), {});
  assert.deepEqual(played(Uint8Array.of(MessageType.askBulk), 5_000), { misbehaving: 1 });
});
