import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BodyKind, isBodyKind } from '../../../src/replication/iblt/bodies.ts';
import type { ReconcileAnswer } from '../../../src/replication/iblt/exchange.ts';
import { ReconcileInitiator } from '../../../src/replication/iblt/reconcile-initiator.ts';
import { ReconcileResponder } from '../../../src/replication/iblt/reconcile-responder.ts';
import { SeededRandom } from '../../../src/testing/seeded-random.ts';
import { truncated } from '../../support/mutations.ts';
import { play, type Sent } from './play.ts';
import { idSets, type SetPair } from './sets.ts';

const key = new Uint8Array(16).fill(3);
const maxBodyBytes = 512;
const reasons = ['malformed', 'unexpected', 'peer-lies'];

function halves({ a, b }: SetPair) {
  const initiator = new ReconcileInitiator({ ids: a, key, maxBodyBytes });
  const responder = new ReconcileResponder({ ids: b, key, maxBodyBytes });
  return { initiator, responder };
}

/** The half that gets body `at` of an exchange, having got all that it got before. */
function receiverOf(sets: SetPair, sent: readonly Sent[], at: number) {
  const { initiator, responder } = halves(sets);
  const { toResponder } = sent[at]!;
  if (!toResponder) initiator.start();
  const receiver = toResponder ? responder : initiator;
  for (const earlier of sent.slice(0, at)) {
    if (earlier.toResponder === toResponder) assert.ok(receiver.receive(earlier.body).ok);
  }
  return { receiver, items: (toResponder ? sets.b : sets.a).length / 32 };
}

/** A typed refusal, or a step that names only items which exist. */
function assertTame(answer: ReconcileAnswer, items: number): void {
  if (!answer.ok) {
    assert.ok(reasons.includes(answer.reason));
    return;
  }
  assert.ok(answer.value.send.every((body) => body.length <= maxBodyBytes));
  const push = answer.value.outcome?.push ?? new Uint32Array(0);
  assert.ok(push.every((index, i) => index < items && (i === 0 || index > push[i - 1]!)));
}

/** One bit turned in each byte. */
function* flipped(bytes: Uint8Array, random: SeededRandom): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    yield bytes.with(at, bytes[at]! ^ (1 << (random.uint32() & 7)));
  }
}

const exchanges = {
  'first symbols are enough': { common: 60, onlyA: 3, onlyB: 2 },
  'a sketch and more symbols': { common: 400, onlyA: 30, onlyB: 25 },
  'the initiator lists at once': { common: 20, onlyA: 10, onlyB: 200 },
  'the initiator is asked to list': { common: 10, onlyA: 60, onlyB: 150 },
  'the responder lists': { common: 10, onlyA: 300, onlyB: 50 },
};

for (const [seed, [name, sizes]] of Object.entries(exchanges).entries()) {
  test(`damaged at every byte: ${name}`, () => {
    const random = new SeededRandom(seed);
    const sets = idSets(random, sizes);
    const { sent } = play(sets, { key, maxBodyBytes });
    for (const [at, { body }] of sent.entries()) {
      for (const cut of truncated(body)) {
        const { receiver } = receiverOf(sets, sent, at);
        const answer = receiver.receive(cut);
        // A cut between two elements of a series looks like a shorter body; START has no length.
        const whole = answer.ok && (body[0] === BodyKind.start || !answer.value.outcome);
        assert.ok(whole || (!answer.ok && reasons.includes(answer.reason)));
      }
      for (const damaged of flipped(body, random)) {
        const { receiver, items } = receiverOf(sets, sent, at);
        assertTame(receiver.receive(damaged), items);
      }
    }
  });
}

test('a body that is empty or of no kind is malformed, one out of place is unexpected', () => {
  const sets = idSets(new SeededRandom(9), { common: 100, onlyA: 0, onlyB: 0 });
  for (let kind = 0; kind < 256; kind++) {
    const { initiator, responder } = halves(sets);
    const expected = { ok: false, reason: isBodyKind(kind) ? 'unexpected' : 'malformed' };
    assert.deepEqual(initiator.receive(Uint8Array.of(kind, 0)), expected, 'before start');
    if (kind === BodyKind.start || kind === BodyKind.list) continue;
    assert.deepEqual(responder.receive(Uint8Array.of(kind, 0)), expected);
  }
  const { responder } = halves(sets);
  assert.deepEqual(responder.receive(new Uint8Array(0)), { ok: false, reason: 'malformed' });
});

test('after an outcome or a refusal every body is unexpected', () => {
  const sets = idSets(new SeededRandom(10), { common: 90, onlyA: 1, onlyB: 1 });
  const { sent } = play(sets, { key, maxBodyBytes });
  for (const at of sent.keys()) {
    const { receiver } = receiverOf(sets, sent, at);
    const { body } = sent[at]!;
    assert.ok(receiver.receive(body).ok);
    assert.deepEqual(receiver.receive(body), { ok: false, reason: 'unexpected' });
    const { receiver: other } = receiverOf(sets, sent, at);
    assert.equal(other.receive(body.subarray(0, 1)).ok, false);
    assert.deepEqual(other.receive(body), { ok: false, reason: 'unexpected' });
  }
});

test('random bodies of every kind', () => {
  const bodies = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 9 }), fc.uint8Array({ maxLength: 600 }))
      .map(([kind, rest]) => Uint8Array.of(kind, ...rest)),
    { minLength: 1, maxLength: 6 },
  );
  const sets = idSets(new SeededRandom(11), { common: 80, onlyA: 5, onlyB: 5 });
  fc.assert(
    fc.property(bodies, (drawn) => {
      const { initiator, responder } = halves(sets);
      initiator.start();
      for (const body of drawn) {
        assertTame(initiator.receive(body), 85);
        assertTame(responder.receive(body), 85);
      }
    }),
    { numRuns: 2_000 },
  );
});
