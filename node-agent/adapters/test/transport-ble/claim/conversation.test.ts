/** A member's caller and a blank box's listener, with streams over a radio in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClaimCallAnswer, ClaimCaller } from '../../../src/transport-ble/claim/caller.ts';
import { claimStreamLimits } from '../../../src/transport-ble/claim/limits.ts';
import { listenForClaims } from '../../../src/transport-ble/claim/listener.ts';
import {
  type ClaimAnswer,
  type ClaimRequest,
  encodeClaimRequest,
} from '../../../src/transport-ble/claim/messages.ts';
import { type StreamPair, streamPair } from '../stream/stream-pair.ts';

const claimId = new Uint8Array(8).fill(1);
const session = new Uint8Array(8).fill(2);
const asking = (...message: number[]): ClaimRequest => ({
  ...{ claimId, session },
  message: Uint8Array.from(message),
});

/** A caller whose streams lead to listeners; each is over a radio of its own. */
async function meeting(take: (request: ClaimRequest) => Promise<ClaimAnswer>) {
  const pairs: StreamPair[] = [];
  const first = await streamPair(71);
  const { clock } = first;
  const spare = [first];
  const caller = new ClaimCaller({
    clock,
    async open() {
      const pair = spare.shift();
      if (pair === undefined) throw new Error('nobody is near');
      pairs.push(pair);
      listenForClaims(pair.b.stream, { clock: pair.clock, take });
      return pair.a.stream;
    },
  });
  const settle = async (posted: Promise<ClaimCallAnswer>): Promise<ClaimCallAnswer> => {
    let answer: ClaimCallAnswer | undefined;
    void posted.then((value) => {
      answer = value;
    });
    for (let i = 0; i < 6_000 && answer === undefined; i++) {
      for (const pair of new Set([first, ...pairs])) await pair.advance(10);
    }
    assert.ok(answer, 'no answer within a minute');
    return answer;
  };
  return { caller, pairs, spare, settle, first };
}

test('questions are answered one after the other over one stream, long ones too', async () => {
  const { caller, pairs, settle } = await meeting(async ({ message }) => ({
    kind: 'message',
    message: message.toReversed(),
  }));
  const posted = [asking(1, 2, 3), asking(4, 5), { ...asking(), message: new Uint8Array(20_000) }];
  const answers = posted.map((request) => caller.post(request));
  assert.deepEqual(await settle(answers[0]!), { kind: 'message', message: Uint8Array.of(3, 2, 1) });
  assert.deepEqual(await settle(answers[1]!), { kind: 'message', message: Uint8Array.of(5, 4) });
  assert.deepEqual(await settle(answers[2]!), { kind: 'message', message: new Uint8Array(20_000) });
  assert.equal(pairs.length, 1);
});

test('each kind of answer comes through, and who refuses is left', async () => {
  const answers: ClaimAnswer[] = [
    { kind: 'later' },
    { kind: 'busy' },
    { kind: 'ended' },
    { kind: 'used', claimants: ['Hafen', ''] },
    { kind: 'unknown' },
  ];
  const left = [...answers];
  const { caller, pairs, spare, settle } = await meeting(async () => left.shift()!);
  for (const seed of [81, 82, 83]) spare.push(await streamPair(seed));
  for (const answer of answers) assert.deepEqual(await settle(caller.post(asking(9))), answer);
  assert.equal(pairs.length, 4);
  assert.deepEqual(
    pairs.map(({ a }) => a.stream.send(new Uint8Array(1))),
    [false, false, false, false],
  );
});

test('a stream that was lost is opened again, and the same octets are asked again', async () => {
  const asked: number[] = [];
  const { caller, pairs, spare, settle, first } = await meeting(async ({ message }) => {
    asked.push(message[0]!);
    return { kind: 'later' };
  });
  assert.equal((await settle(caller.post(asking(7)))).kind, 'later');
  spare.push(await streamPair(72));
  const again = caller.post(asking(8));
  first.link.cut();
  assert.equal((await settle(again)).kind, 'later');
  assert.equal(pairs.length, 2);
  assert.equal(asked.at(-1), 8);
});

test('nobody near, or nobody any more: unreachable, in bounded time', async () => {
  const { caller, spare, settle, first } = await meeting(async () => ({ kind: 'later' }));
  spare.length = 0;
  assert.equal((await settle(caller.post(asking(1)))).kind, 'unreachable');
  spare.push(first);
  assert.equal((await settle(caller.post(asking(1)))).kind, 'later');
  first.link.cut();
  assert.equal((await settle(caller.post(asking(2)))).kind, 'unreachable');
});

test('an answer that does not come ends the stream', async () => {
  const { caller, settle, first } = await meeting(() => new Promise(() => {}));
  const beganMs = first.clock.monotonicMs();
  assert.equal((await settle(caller.post(asking(1)))).kind, 'unreachable');
  const tookMs = first.clock.monotonicMs() - beganMs;
  const { answerMsMax } = claimStreamLimits;
  assert.ok(tookMs >= answerMsMax && tookMs < answerMsMax + 5_000, `${tookMs} ms`);
});

/** A stranger's stream to a listener; how long until it is sent away. */
async function stranger(
  say: (pair: StreamPair) => void,
  take = async (): Promise<ClaimAnswer> => ({ kind: 'busy' }),
) {
  const pair = await streamPair(73);
  listenForClaims(pair.b.stream, { clock: pair.clock, take });
  pair.a.start();
  const beganMs = pair.clock.monotonicMs();
  say(pair);
  await pair.until(() => pair.a.reasons.length > 0, 600_000);
  return pair.clock.monotonicMs() - beganMs;
}

test('whoever says nothing, too little or too much is sent away', async () => {
  const { firstRequestMsMax, answerMsMax, idleMsMax } = claimStreamLimits;
  const graceMs = 5_000;
  const within = (tookMs: number, dueMs: number) =>
    assert.ok(tookMs >= dueMs - graceMs && tookMs < dueMs + graceMs, `${tookMs}, not ${dueMs}`);
  within(await stranger(() => {}), firstRequestMsMax);
  within(await stranger(({ a }) => a.stream.send(new Uint8Array(9))), answerMsMax);
  const ask = ({ a }: StreamPair): unknown => a.stream.send(encodeClaimRequest(asking(1)));
  within(await stranger(ask), idleMsMax);
  within(await stranger(ask, async () => ({ kind: 'unknown' })), 0);
  const twice = Uint8Array.from([...encodeClaimRequest(asking(1)), 0]);
  within(await stranger(({ a }) => a.stream.send(twice)), 0);
  const forEver = (): Promise<ClaimAnswer> => new Promise(() => {});
  const impatient = async (pair: StreamPair): Promise<void> => {
    pair.a.stream.send(encodeClaimRequest(asking(1)));
    await pair.advance(2_000);
    pair.a.stream.send(encodeClaimRequest(asking(2)));
  };
  within(await stranger((pair) => void impatient(pair), forEver), 2_000);
});
