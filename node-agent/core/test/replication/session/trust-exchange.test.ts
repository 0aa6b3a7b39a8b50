/** Documents of the site between neighbours: all of what is lacking, nothing else, and bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../../src/bytes/index.ts';
import type { SiteDocument } from '../../../src/replication/host.ts';
import { messageLimits, trustBudget } from '../../../src/replication/limits.ts';
import { MessageType } from '../../../src/replication/messages/message-type.ts';
import {
  decodeTrustSummary,
  encodeTrustDocument,
  encodeTrustSummary,
} from '../../../src/replication/messages/trust-message.ts';
import { Hamlet, type House, PlayedEnd } from '../hamlet.ts';

const nameOf = ({ kind, issuer }: SiteDocument) => `${kind}/${toHex(issuer)}`;

/** A document of some issuer; its bytes say which, so that the hosts here need no signatures. */
function documentOf(issuer: number, revision: number, length = 100, kind = 1): SiteDocument {
  const wire = new Uint8Array(length).fill(revision);
  wire.set([kind, issuer, revision]);
  const hash = new Uint8Array(8).fill(revision);
  return { kind, issuer: new Uint8Array(32).fill(issuer), revision, wire, hash };
}

function give(house: House, ...documents: readonly SiteDocument[]): void {
  for (const document of documents) house.host.documents.set(nameOf(document), document);
}

/** Takes what it is told if it is newer, and tells it on, as a node does. */
function learn(house: House): Uint8Array[] {
  const told: Uint8Array[] = [];
  house.host.learns = (wire) => {
    told.push(wire.slice());
    const document = documentOf(wire[1]!, wire[2]!, wire.length, wire[0]);
    const known = house.host.documents.get(nameOf(document));
    if (known && known.revision >= document.revision) return;
    give(house, document);
    house.forwarder.tellDocument(document);
  };
  return told;
}

const revisions = (house: House) =>
  [...house.host.documents.values()].map((d) => `${nameOf(d).slice(0, 4)}:${d.revision}`).sort();

test('each tells what the other lacks, over frames of 20 bytes too', () => {
  for (const maxFrameBytes of [20, 244, 65_536]) {
    const hamlet = new Hamlet(61);
    const [a, b] = hamlet.houses(2) as [House, House];
    const [toA, toB] = [learn(a), learn(b)];
    give(a, documentOf(1, 3), documentOf(2, 1, 20_000), documentOf(3, 1), documentOf(3, 1, 50, 2));
    give(b, documentOf(1, 2), documentOf(3, 1), documentOf(4, 1));
    hamlet.link(a, b, { maxFrameBytes });
    hamlet.clock.advance(8_000);
    assert.deepEqual(revisions(a), revisions(b));
    assert.equal(revisions(a).length, 5);
    assert.equal(toB.length, 3, 'and not what it has');
    assert.ok(toA.length <= 2);
  }
});

test('a change goes round the mesh at once, and rests', () => {
  const hamlet = new Hamlet(62);
  const houses = hamlet.houses(5);
  const told = houses.map(learn);
  for (const [i, house] of houses.entries()) hamlet.link(house, houses[(i + 1) % 5]!);
  hamlet.clock.advance(2_000);
  const news = documentOf(1, 7);
  give(houses[0]!, news);
  houses[0]!.forwarder.tellDocument(news);
  hamlet.clock.advance(100);
  for (const house of houses) assert.deepEqual(revisions(house), ['1/01:7']);
  hamlet.clock.advance(600_000);
  const count = told.reduce((sum, { length }) => sum + length, 0);
  assert.ok(count <= 6, `told ${count} times`);
});

test('too many are dropped, and told again with a later comparison', () => {
  const hamlet = new Hamlet(63);
  const [a, b] = hamlet.houses(2) as [House, House];
  const told = learn(b);
  hamlet.link(a, b);
  hamlet.clock.advance(1_000);
  for (let i = 1; i <= 150; i++) {
    const news = documentOf(1, i);
    give(a, news);
    a.forwarder.tellDocument(news);
    hamlet.clock.advance(10);
  }
  assert.ok(told.length <= trustBudget.burst + 2);
  assert.equal(b.forwarder.neighbours().length, 1);
  assert.notEqual(b.host.documents.get(nameOf(documentOf(1, 1)))?.revision, 150);
  hamlet.clock.advance(70_000);
  assert.deepEqual(revisions(b), ['1/01:150']);
});

function playedNeighbour(seed: number, greet = true) {
  const hamlet = new Hamlet(seed);
  const house = hamlet.house('honest');
  const sample = hamlet.site.node('played');
  const wire = hamlet.wireOf(sample.key.publicKey, house.key, { delayMs: 1 });
  house.forwarder.addLink(wire.b);
  const played = new PlayedEnd(wire.a);
  if (greet) played.greet(sample.certificate);
  hamlet.clock.advance(50);
  return { hamlet, house, played };
}

test('what cannot be read, or has no place, ends the session', () => {
  const item = documentOf(1, 1);
  const summary = encodeTrustSummary({ isQuestion: true, items: [item] });
  const many = encodeTrustSummary({ isQuestion: true, items: Array(97).fill(item) });
  const tooLong = new Uint8Array(messageLimits.trustDocumentBytesMax + 1);
  const cases: [string, number, Uint8Array][] = [
    ['a summary cut off', 0, summary.subarray(0, -1)],
    ['neither question nor answer', 0, Uint8Array.of(MessageType.trustSummary, 2)],
    ['no kind of summary', 0, Uint8Array.of(MessageType.trustSummary)],
    ['more than there can be', 0, many],
    ['a summary on another stream', 2, summary],
    ['a document on another stream', 0, encodeTrustDocument(item.wire)],
    ['an empty document', 1, Uint8Array.of(MessageType.trustDocument)],
    ['a document too long', 1, encodeTrustDocument(tooLong)],
  ];
  for (const [what, stream, message] of cases) {
    const { hamlet, house, played } = playedNeighbour(64);
    if (message.length < 4_000) played.send(stream, message);
    else played.sendLong(stream, message);
    hamlet.clock.advance(50);
    assert.deepEqual(house.forwarder.closed, { malformed: 1 }, what);
  }
  const { hamlet, house, played } = playedNeighbour(64, false);
  played.send(0, summary);
  hamlet.clock.advance(50);
  assert.deepEqual(house.forwarder.closed, { malformed: 1 });
  assert.deepEqual(played.frames, [], 'nor is anybody told anything before the hello');
});

test('kinds of later versions are passed over, and questions answered', () => {
  const { hamlet, house, played } = playedNeighbour(65);
  give(house, documentOf(1, 1));
  const items = [documentOf(1, 1, 10, 200), documentOf(9, 1, 10, 201)];
  played.send(0, encodeTrustSummary({ isQuestion: true, items }));
  hamlet.clock.advance(50);
  const summaries = played.frames.filter(
    (frame) => frame[0] === 8 && frame[1] === MessageType.trustSummary,
  );
  const answer = decodeTrustSummary(summaries[0]!.subarray(1));
  assert.equal(answer?.isQuestion, false);
  assert.deepEqual(
    answer?.items.map(({ kind, revision }) => [kind, revision]),
    [[1, 1]],
  );
  assert.deepEqual(played.types(1), [MessageType.trustDocument]);
});
