/** Strangers, liars and flooders: each ends in its typed reason, and costs no more than allowed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import { BundleEncoder } from '../../src/replication/dictionary/bundle-encoder.ts';
import { dictionarySize } from '../../src/replication/dictionary/dictionary-size.ts';
import { outgoing } from '../../src/replication/dictionary/outgoing.ts';
import { backlogStream, liveStream, singleFlag } from '../../src/replication/frames/frame.ts';
import {
  behaviourLimits,
  dictionaryLimits,
  messageLimits,
  peerBudget,
  sessionLimits,
} from '../../src/replication/limits.ts';
import { type CloseReason, decodeBye } from '../../src/replication/messages/close-reason.ts';
import { encodeHello, makeNonce } from '../../src/replication/messages/hello.ts';
import {
  encodeAnnounce,
  encodeAnswer,
  encodeIdList,
} from '../../src/replication/messages/id-list-message.ts';
import { prefixOf } from '../../src/replication/messages/id-prefix.ts';
import { MessageType } from '../../src/replication/messages/message-type.ts';
import { encodeLinks, encodeNodeLinks } from '../../src/replication/messages/node-links.ts';
import { encodePath } from '../../src/replication/messages/path-message.ts';
import type { SampleBundle, SampleNode } from '../../src/testing/sample-site.ts';
import { SampleSite } from '../../src/testing/sample-site.ts';
import { intBelow, SeededRandom } from '../../src/testing/seeded-random.ts';
import { crypto } from '../support/crypto.ts';
import { Hamlet, type House, PlayedEnd } from './hamlet.ts';

const live = liveStream(Lane.normal);
const backlog = backlogStream(Lane.normal);

/** A house and the end of a link that the test plays, which opened it. */
function stage(seed: number, greet = true) {
  const hamlet = new Hamlet(seed);
  const house = hamlet.house('honest');
  const stranger = hamlet.site.node('stranger');
  const played = playedLink(hamlet, house, stranger);
  if (greet) played.greet(stranger.certificate);
  hamlet.clock.advance(50);
  return { hamlet, house, stranger, played };
}

function playedLink(hamlet: Hamlet, house: House, stranger: SampleNode): PlayedEnd {
  const wire = hamlet.wireOf(stranger.key.publicKey, house.key, { delayMs: 1 });
  house.forwarder.addLink(wire.b);
  return new PlayedEnd(wire.a);
}

function assertEnded(house: House, played: PlayedEnd, reason: CloseReason): void {
  assert.deepEqual(house.forwarder.closed, { [reason]: 1 });
  assert.equal(house.forwarder.neighbours().length, 0);
  const last = played.frames.at(-1);
  assert.equal(last && decodeBye(last.subarray(1)), reason);
  assert.ok(played.closed);
}

/** Ended, and who opened the link learned nothing at all. */
function assertShutOut(house: House, played: PlayedEnd, reason: CloseReason): void {
  assert.deepEqual(house.forwarder.closed, { [reason]: 1 });
  assert.equal(house.forwarder.neighbours().length, 0);
  assert.deepEqual(played.frames, []);
  assert.ok(played.closed);
}

function sent(bundle: SampleBundle) {
  return outgoing({ ...bundle.carried, id: bundle.id, lane: Lane.normal });
}

const encoder = () => {
  const { authorsMax, headersMax } = dictionaryLimits;
  return new BundleEncoder({ authorsMax, headersMax });
};
const noId = new Uint8Array(32);
const pushed = { wantHeld: false, hops: 0, ageMs: 0, mark: 0, tellTicket: true };

test('who says no hello is closed in time, and hears nothing', () => {
  const { hamlet, house, played } = stage(51, false);
  house.put(hamlet.author().write('secret'));
  hamlet.clock.advance(sessionLimits.helloTimeoutMs);
  assertShutOut(house, played, 'hello-timeout');
});

test('certificates of another site, of another key, our own, or none at all get no byte', () => {
  const foreign = new SampleSite(crypto, new SeededRandom(99)).node('foreign');
  const cases: [CloseReason, (house: House, hamlet: Hamlet) => Uint8Array][] = [
    ['certificate-refused', () => foreign.certificate],
    ['certificate-refused', (_, hamlet) => hamlet.site.node('somebody else').certificate],
    ['certificate-refused', (house) => house.sample.certificate],
    ['certificate-refused', () => new Uint8Array(0)],
    ['certificate-refused', () => new Uint8Array(300).fill(0x82)],
  ];
  for (const [reason, certificate] of cases) {
    const { hamlet, house, played } = stage(52, false);
    played.greet(certificate(house, hamlet));
    played.send(live, encodeAnnounce([{ prefix: prefixOf(new Uint8Array(8)), hops: 0 }]));
    hamlet.clock.advance(50);
    assertShutOut(house, played, reason);
  }
});

test('a link to itself ends, and a copy of itself is told to the host', () => {
  const hamlet = new Hamlet(52);
  const house = hamlet.house('honest');
  const loop = hamlet.wireOf(house.key, house.key, { delayMs: 1 });
  house.forwarder.addLink(loop.a);
  house.forwarder.addLink(loop.b);
  hamlet.clock.advance(50);
  assert.ok((house.forwarder.closed['own-key'] ?? 0) > 0);
  assert.deepEqual(house.host.seconds, []);
  const copy = playedLink(hamlet, house, house.sample);
  copy.greet(house.sample.certificate);
  hamlet.clock.advance(50);
  assert.equal(house.forwarder.closed.cloned, 1);
  assert.deepEqual(house.host.seconds, [toHex(house.sample.certificate)]);
});

test('another version is told so; a later one that speaks ours too is welcome', () => {
  const nonce = makeNonce(crypto, new Uint8Array(12));
  const { hamlet, house, played, stranger } = stage(53, false);
  const { certificate } = stranger;
  played.send(0, encodeHello({ versionMin: 2, versionMax: 3, nonce, certificate }));
  hamlet.clock.advance(50);
  assertEnded(house, played, 'version-unknown');
  const second = playedLink(hamlet, house, stranger);
  const later = encodeHello({ versionMin: 1, versionMax: 9, nonce, certificate });
  second.send(0, Uint8Array.from([...later, 1, 2, 3]));
  hamlet.clock.advance(50);
  assert.equal(house.forwarder.neighbours()[0]?.state, 'reconciling');
});

test('anything before the hello, and a second hello, are malformed', () => {
  for (const stream of [0, 1, 2, 3, 4, 5]) {
    const { hamlet, house, played } = stage(54, false);
    played.send(stream, Uint8Array.of(MessageType.prune));
    hamlet.clock.advance(50);
    assertShutOut(house, played, 'malformed');
  }
  const { hamlet, house, played, stranger } = stage(54);
  played.greet(stranger.certificate);
  hamlet.clock.advance(50);
  assertEnded(house, played, 'malformed');
});

test('messages that cannot be read, or have no place, end the session', () => {
  const ids = [prefixOf(new Uint8Array(8))];
  const alone = { node: 1, version: 1, links: '' };
  const cases: [string, CloseReason, number, Uint8Array][] = [
    ['unknown type', 'malformed', live, Uint8Array.of(99)],
    ['type 0', 'malformed', live, Uint8Array.of(0)],
    ['prune with a body', 'malformed', live, Uint8Array.of(MessageType.prune, 0)],
    ['prune of urgent', 'malformed', 0, Uint8Array.of(MessageType.prune)],
    ['graft of urgent', 'malformed', 0, encodeIdList(MessageType.graft, ids)],
    ['announce of urgent', 'malformed', 0, encodeAnnounce([{ prefix: ids[0]!, hops: 1 }])],
    ['answer to nothing', 'malformed', live, encodeAnswer([true])],
    ['empty want', 'malformed', live, Uint8Array.of(MessageType.want)],
    ['odd held', 'malformed', live, Uint8Array.of(MessageType.held, 1, 2, 3)],
    ['path of another', 'malformed', 0, encodePath({ cost: 0, nodes: ids })],
    ['path on another lane', 'malformed', live, encodePath({ cost: 0, nodes: ids })],
    ['undefined author', 'malformed', live, new Uint8Array(200).fill(0xe0)],
    ['list on the backlog stream', 'malformed', backlog, encodeIdList(MessageType.want, ids)],
    ['bye that is too long', 'malformed', 0, Uint8Array.of(MessageType.bye, 1, 1)],
    ['reconciling unheard', 'malformed', live, Uint8Array.of(MessageType.reconcile, 77, 7)],
    ['short digest', 'malformed', live, Uint8Array.of(MessageType.digest, 1, 2)],
    ['unasked verdict', 'peer-lies', live, Uint8Array.of(MessageType.digestAnswer, 1)],
    ['no links at all', 'malformed', live, Uint8Array.of(MessageType.links)],
    ['links on another lane', 'malformed', 4, encodeLinks([encodeNodeLinks(alone)])],
    ['short digest of links', 'malformed', live, Uint8Array.of(MessageType.linksDigest, 1)],
    ['empty near', 'malformed', live, Uint8Array.of(MessageType.near)],
    ['short near answer', 'malformed', live, Uint8Array.of(MessageType.nearAnswer, 1)],
    ['wants first', 'peer-lies', live, Uint8Array.of(MessageType.reconcile, 7, 0)],
  ];
  for (const [what, reason, stream, message] of cases) {
    const { hamlet, house, played } = stage(55);
    played.send(stream, message);
    hamlet.clock.advance(50);
    assert.deepEqual(house.forwarder.closed, { [reason]: 1 }, what);
  }
});

test('random bytes on every stream never throw', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const { hamlet, house, played } = stage(56);
    const random = new SeededRandom(seed);
    for (let i = 0; i < 20 && played.closed === undefined; i++) {
      const message = random.bytes(1 + intBelow(random, 300));
      message[0] = intBelow(random, 3) === 0 ? message[0]! : 1 + intBelow(random, 20);
      played.send(intBelow(random, 6), message);
      hamlet.clock.advance(2);
    }
    const reasons = Object.keys(house.forwarder.closed);
    assert.ok(reasons.length === 1, `seed ${seed}: ${reasons}`);
  }
});

test('bundles that nobody asked for end the session before any is checked', () => {
  const { hamlet, house, played } = stage(57);
  const message = encoder().encode(sent(hamlet.author().write('x')), pushed);
  played.send(backlog, message);
  hamlet.clock.advance(50);
  assertEnded(house, played, 'misbehaving');
  assert.equal(house.host.entries.size, 0);
});

test('forged bundles are counted, and coming back does not clear the count', () => {
  const { hamlet, house, played, stranger } = stage(58);
  const author = hamlet.author();
  const forge = (end: PlayedEnd, count: number): void => {
    const coder = encoder();
    for (let i = 0; i < count; i++) {
      const bundle = sent(author.write(`${i}`));
      const signature = new Uint8Array(64).fill(i);
      const forged = { ...bundle, bundle: { ...bundle.bundle, signature } };
      end.send(live, coder.encode(forged, pushed));
    }
    hamlet.clock.advance(50);
  };
  forge(played, 200);
  assertEnded(house, played, 'misbehaving');
  assert.equal(house.host.refused['signature-wrong'], behaviourLimits.faults.burst);
  const again = playedLink(hamlet, house, stranger);
  hamlet.clock.advance(50);
  assert.ok(again.closed);
  assert.equal(house.forwarder.neighbours().length, 0);
  hamlet.clock.advance(30_000);
  const forgiven = playedLink(hamlet, house, stranger);
  forgiven.greet(stranger.certificate);
  forge(forgiven, 200);
  assert.ok(house.host.refused['signature-wrong']! < behaviourLimits.faults.burst + 10);
  assert.equal(house.host.entries.size, 0);
});

test('who pushes too much is refused, not disconnected, and urgent still passes', () => {
  const { hamlet, house, played } = stage(59);
  const author = hamlet.author();
  const coder = encoder();
  const count = 2 * peerBudget.bundles.burst;
  for (let i = 0; i < count; i++) {
    played.send(live, coder.encode(sent(author.write(`${i}`)), pushed));
  }
  hamlet.clock.advance(20);
  const room = 0.9 * peerBudget.bundles.burst;
  const taken = house.host.entries.size;
  assert.ok(taken >= room && taken < room + 50, `${taken}`);
  assert.equal(house.forwarder.refused['quota-neighbour'], count - taken);
  const urgent = hamlet.author().write('help', { lane: Lane.urgent });
  const item = outgoing({ ...urgent.carried, id: urgent.id, lane: Lane.urgent });
  played.send(liveStream(Lane.urgent), encoder().encode(item, pushed));
  hamlet.clock.advance(20);
  assert.ok(house.host.knows(urgent.id));
  assert.equal(house.forwarder.neighbours().length, 1);
});

test('control messages have a budget too', () => {
  const { hamlet, house, played } = stage(60);
  for (let i = 0; i <= behaviourLimits.control.burst; i++) {
    played.send(live, Uint8Array.of(MessageType.prune));
  }
  hamlet.clock.advance(50);
  assertEnded(house, played, 'misbehaving');
});

test('announcements and offers that are never kept: bounded, and honest ones still come', () => {
  const { hamlet, house, played } = stage(61);
  const { random } = hamlet;
  for (let round = 0; round < 50; round++) {
    const announced = Array.from({ length: messageLimits.idsMax }, () => ({
      prefix: prefixOf(random.bytes(8)),
      hops: 1,
    }));
    played.send(live, encodeAnnounce(announced));
    hamlet.clock.advance(100);
  }
  const other = hamlet.house('other');
  hamlet.link(other, house);
  for (let i = 0; i < 20; i++) other.put(hamlet.author().write(`${i}`));
  hamlet.clock.advance(5_000);
  assert.equal(house.host.heldIds().length, 20);
  const ids = Array.from({ length: 64 }, () => prefixOf(random.bytes(8)));
  for (let i = 0; i < 3; i++) played.send(live, encodeIdList(MessageType.offer, ids));
  hamlet.clock.advance(50);
  // Two are answered at once; asked and never sent, they fill the window and the third may wait.
  const fourth = Array.from({ length: 3 }, () => encodeIdList(MessageType.offer, ids));
  for (const offer of fourth) played.send(live, offer);
  hamlet.clock.advance(50);
  assert.ok(house.forwarder.neighbours().length >= 1);
  hamlet.clock.advance(60_000);
  for (let i = 0; i < 20; i++) other.put(hamlet.author().write(`later ${i}`));
  hamlet.clock.advance(5_000);
  assert.equal(house.host.heldIds().length, 40);
});

test('who announces what it never sends, and is heard of all the time, delays nobody', () => {
  const { hamlet, house, played } = stage(511);
  const author = hamlet.author();
  const other = hamlet.house('other');
  const days = Array.from({ length: 300 }, (_, i) => author.write(`${i}`));
  for (const bundle of days) other.put(bundle);
  const lanes = [Lane.normal, Lane.bulk].map((lane) => {
    const push = new BundleEncoder(dictionarySize(lane));
    const write = () => outgoing({ ...author.write('x', { lane }).carried, id: noId, lane });
    return { stream: liveStream(lane), bundle: () => push.encode(write(), pushed) };
  });
  const ids = () => Array.from({ length: messageLimits.idsMax }, () => hamlet.random.bytes(8));
  for (let round = 0; round < 40; round++) {
    for (const { stream, bundle } of lanes) {
      for (let i = 0; i < 2; i++) {
        const announced = ids().map((id) => ({ prefix: prefixOf(id), hops: 0 }));
        played.send(stream, encodeAnnounce(announced));
      }
      played.send(stream, bundle());
    }
    if (round === 2) hamlet.link(other, house);
    hamlet.clock.advance(500);
  }
  assert.equal(played.closed, undefined);
  const came = days.filter(({ id }) => house.host.knows(id)).length;
  assert.equal(came, days.length);
});

test('who offers more before an answer came breaks the rule', () => {
  const { hamlet, house, played } = stage(62);
  house.host.storeFails = false;
  const { random } = hamlet;
  for (let i = 0; i < 8; i++) {
    const ids = Array.from({ length: 64 }, () => prefixOf(random.bytes(8)));
    played.send(live, encodeIdList(MessageType.offer, ids));
  }
  hamlet.clock.advance(50);
  assertEnded(house, played, 'misbehaving');
});

test('who begins reconciliations without end is closed', () => {
  const { hamlet, house, played } = stage(63);
  // An empty list is the shortest run there is.
  for (let i = 0; i < 10; i++) played.send(live, Uint8Array.of(MessageType.reconcile, 3, 0));
  hamlet.clock.advance(50);
  assertEnded(house, played, 'misbehaving');
});

test('a frame of one byte, an unknown stream, an endless length: malformed', () => {
  for (const frame of [[0], [6, 1], [16 | singleFlag, 1], [2, 255, 255, 255], [2, 0]]) {
    const hamlet = new Hamlet(64);
    const house = hamlet.house('honest');
    const stranger = hamlet.site.node('stranger');
    const wire = hamlet.wireOf(stranger.key.publicKey, house.key, {});
    house.forwarder.addLink(wire.b);
    hamlet.clock.advance(5);
    wire.aToB.inject(Uint8Array.from(frame));
    hamlet.clock.advance(5);
    assert.deepEqual(house.forwarder.closed, { malformed: 1 });
  }
});

test('a neighbour that answers wants with other bundles gains nothing', () => {
  const { hamlet, house, played } = stage(65);
  const author = hamlet.author();
  const [asked, other] = [author.write('asked'), author.write('other')];
  played.send(live, encodeIdList(MessageType.offer, [prefixOf(asked.id)]));
  hamlet.clock.advance(20);
  played.send(backlog, encoder().encode(sent(other), pushed));
  hamlet.clock.advance(20);
  assertEnded(house, played, 'misbehaving');
});

test('a bundle whose ticket never came is asked for by name, and then comes with it', () => {
  const { hamlet, house, played } = stage(66);
  const [ada, bob] = [hamlet.author(), hamlet.author()];
  const coder = new BundleEncoder({ authorsMax: 1, headersMax: 1 });
  const unasked = { ...pushed, tellTicket: false };
  // Ada's first and with it her ticket is lost; Bob takes the only slots.
  coder.encode(sent(ada.write('lost')), unasked);
  played.send(live, coder.encode(sent(bob.write('bob', { tag: new Uint8Array(16) })), unasked));
  const second = ada.write('ada');
  played.send(live, coder.encode(sent(second), unasked));
  hamlet.clock.advance(50);
  assert.equal(house.host.refused['ticket-missing'], 1);
  assert.deepEqual(
    played.types(live).filter((type) => type === MessageType.want),
    [9],
  );
  const again = pushed;
  played.send(backlog, encoder().encode(sent(second), again));
  hamlet.clock.advance(50);
  assert.ok(house.host.knows(second.id));
  assert.deepEqual(house.forwarder.closed, {});
});
