/**
 * A link must lose nothing; where one does, what waits for an answer ends the session after a
 * while, so that a new one starts afresh, instead of waiting for ever.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import type { Link } from '../../src/ports/link.ts';
import { singleFlag } from '../../src/replication/frames/frame.ts';
import { MessageType } from '../../src/replication/messages/message-type.ts';
import { Hamlet, type House } from './hamlet.ts';

const minuteMs = 60_000;

/** The same link, which loses the first frames sent that are one message of this type. */
function losing(link: Link, type: MessageType, count: number): Link {
  let left = count;
  const { peerKey, initiator, maxFrameBytes, costClass } = link;
  return {
    ...{ peerKey, initiator, maxFrameBytes, costClass },
    start: (handlers) => link.start(handlers),
    close: (reason) => link.close(reason),
    send(frame) {
      const isLost = left > 0 && (frame[0]! & singleFlag) !== 0 && frame[1] === type;
      if (!isLost) return link.send(frame);
      left -= 1;
      return true;
    },
  };
}

interface Loss {
  readonly type: MessageType;
  readonly count: number;
  readonly at: 'a' | 'b';
}

/** Two houses with a bundle each; the first link between them loses something. */
function joined(loss: Loss) {
  const hamlet = new Hamlet(91);
  const [a, b] = hamlet.houses(2) as [House, House];
  // Long ones, which are offered.
  for (const house of [a, b]) {
    house.put(hamlet.author().write('', { payload: new Uint8Array(5_000), lane: Lane.bulk }));
    house.put(hamlet.author().write('short'));
  }
  hamlet.clock.advance(1_000);
  const wire = hamlet.wire(a, b);
  const ends = { a: wire.a, b: wire.b };
  ends[loss.at] = losing(wire[loss.at], loss.type, loss.count);
  a.forwarder.addLink(ends.a);
  b.forwarder.addLink(ends.b);
  return { hamlet, a, b };
}

const losses: readonly Loss[] = [
  { type: MessageType.digest, count: 1, at: 'a' },
  { type: MessageType.digestAnswer, count: 1, at: 'b' },
  { type: MessageType.reconcile, count: 1, at: 'a' },
  { type: MessageType.reconcile, count: 1, at: 'b' },
  { type: MessageType.answer, count: 2, at: 'a' },
  { type: MessageType.answer, count: 2, at: 'b' },
];

for (const loss of losses) {
  const name = Object.entries(MessageType).find(([, type]) => type === loss.type)![0];
  test(`${loss.count} x ${name} of ${loss.at} lost: the session ends, the next heals`, () => {
    const { hamlet, a, b } = joined(loss);
    hamlet.clock.advance(12 * minuteMs);
    const stalled = [a, b].reduce((sum, house) => sum + (house.forwarder.closed.stalled ?? 0), 0);
    assert.equal(stalled, 1);
    assert.deepEqual([a.forwarder.neighbours(), b.forwarder.neighbours()], [[], []]);
    hamlet.link(a, b);
    hamlet.clock.advance(10_000);
    for (const house of [a, b]) assert.equal(house.host.heldIds().length, 4);
  });
}

test('on a link so slow that answers wait behind backlog no session ends', () => {
  const hamlet = new Hamlet(92);
  const [a, b] = hamlet.houses(2) as [House, House];
  for (const house of [a, b]) {
    const author = hamlet.author();
    for (let i = 0; i < 100; i++) {
      house.put(author.write('', { payload: hamlet.random.bytes(20_000), lane: Lane.normal }));
    }
    house.put(author.write('', { payload: new Uint8Array(5_000), lane: Lane.bulk }));
  }
  hamlet.clock.advance(1_000);
  hamlet.link(a, b, { bytesPerSecond: 1_000 });
  hamlet.clock.advance(50 * minuteMs);
  assert.deepEqual([a.forwarder.closed, b.forwarder.closed], [{}, {}]);
  for (const house of [a, b]) assert.equal(house.host.heldIds().length, 202);
});
