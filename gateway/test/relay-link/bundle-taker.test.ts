/** The side that takes bundles: it sets the pace of offers, and keeps to the window. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DropReason } from '@muster/core';
import { FakeClock } from '@muster/core/testing';
import { BundleTaker, takeAnswerOf } from '../../src/relay-link/bundle-taker.ts';
import { decodeMessage } from '../../src/relay-link/decode-message.ts';
import { questionLimits, windowLimits } from '../../src/relay-link/limits.ts';
import { MessageType, OfferState, Outcome } from '../../src/relay-link/message.ts';
import type { Queued } from '../../src/relay-link/message-pipe.ts';

const none = new Uint8Array(0);
const carried = { signed: none, signature: none, ticket: none, ageMs: 0, hops: 0 };
const ids = Array.from({ length: 64 }, (_, i) => new Uint8Array(32).fill(i));

function takerSaying(state: OfferState, reason?: DropReason) {
  const clock = new FakeClock();
  const answered: number[] = [];
  const taker = new BundleTaker({
    clock,
    pipe: {
      send: (_lane, message: Queued) => {
        const read = typeof message === 'function' ? undefined : decodeMessage(message);
        if (read?.type === MessageType.states) answered.push(read.first);
      },
    },
    decide: () => state,
    take: (_bundle, _id, onAnswer) => {
      if (reason) onAnswer(takeAnswerOf({ ok: false, reason }));
    },
  });
  const offer = (first: number) => taker.onOffer({ type: MessageType.offer, first, lane: 1, ids });
  const bundle = (number: number) =>
    taker.onBundle({ type: MessageType.bundle, number, bundle: carried });
  return { clock, taker, answered, offer, bundle };
}

test('whoever offers more than may be looked at is answered later, not cut', () => {
  const { clock, taker, answered, offer } = takerSaying(OfferState.held);
  let first = 0;
  // As a sender does: a window ahead of the answers.
  const step = () => {
    while (first / 64 - answered.length < 2) {
      assert.ok(offer(first));
      first += 64;
    }
  };
  step();
  const offersMax = questionLimits.offeredIdsBurst / 64 + 2;
  while (answered.length < 1_000) {
    step();
    if (first / 64 > offersMax) clock.advance(100);
  }
  const idsAnswered = answered.length * 64 - questionLimits.offeredIdsBurst;
  const fullMs = (idsAnswered * 60_000) / questionLimits.offeredIdsPerMinute;
  assert.ok(clock.monotonicMs() >= fullMs * 0.9, `${clock.monotonicMs()} ms for ${idsAnswered}`);
  assert.deepEqual(
    answered,
    answered.map((_, i) => 64 * i),
  );
  step();
  taker.stop();
  clock.advance(60_000);
  assert.equal(clock.waiting, 0);
});

test('beyond the window an offer is refused, asked for or not', () => {
  const { offer } = takerSaying(OfferState.send);
  const fitting = windowLimits.unsettledPerLaneMax / 64;
  for (let i = 0; i < fitting; i += 1) assert.ok(offer(64 * i));
  assert.equal(offer(64 * fitting), false);
});

test('whoever brings forged bundles is heard no more, and who brings others is', () => {
  for (const reason of ['signature-wrong', 'ticket-forged', 'not-a-writer'] as const) {
    const { offer, bundle } = takerSaying(OfferState.send, reason);
    assert.ok(offer(0));
    const { forgedMax } = questionLimits;
    for (let number = 0; number < forgedMax; number += 1) assert.ok(bundle(number));
    assert.equal(bundle(forgedMax), reason === 'not-a-writer', reason);
  }
});

test('what the node answers is said in the words of the protocol', () => {
  const id = ids[0]!;
  assert.deepEqual(takeAnswerOf({ ok: true, id, nodes: 1 }), { ok: true });
  const outcomes = [
    ['seen', Outcome.seen],
    ['expired-known', Outcome.seen],
    ['busy', Outcome.later],
    ['store-full', Outcome.later],
    ['quota-neighbour', Outcome.later],
    ['signature-wrong', Outcome.refused],
    ['site-foreign', Outcome.refused],
  ] as const;
  for (const [reason, outcome] of outcomes) {
    assert.deepEqual(takeAnswerOf({ ok: false, reason }), { ok: false, outcome, reason });
  }
});
