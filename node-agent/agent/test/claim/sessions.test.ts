/** Sessions of the claim endpoint in virtual time: who waits, who is forgotten, who is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '@muster/core/testing';
import { claimHttpLimits } from '../../src/claim/limits.ts';
import { ClaimSessions, type SinkAnswer } from '../../src/claim/sessions.ts';

const { answerMsMax, idleMs, sessionsMax, sessionRate, sessionMsMax } = claimHttpLimits;

function name(number: number): string {
  return number.toString(16).padStart(16, '0');
}

/** Sessions whose sink answers when the test says so. */
function setUp() {
  const clock = new FakeClock();
  const sessions = new ClaimSessions(clock);
  const asked: { readonly session: string; readonly answer: (value: SinkAnswer) => void }[] = [];
  const sink = {
    onMessage: (session: string) =>
      new Promise<SinkAnswer>((answer) => {
        asked.push({ session, answer });
      }),
  };
  const take = (session: number, text: string, address = '10.0.0.1') =>
    sessions.take(
      { id: 'c', sink },
      { session: name(session), address, message: Buffer.from(text) },
    );
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return { clock, asked, take, settled };
}

const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

test('whoever asks again meanwhile gets the answer, and the sink is asked once', async () => {
  const { clock, asked, take, settled } = setUp();
  const first = take(1, 'm1');
  await settled();
  clock.advance(answerMsMax);
  assert.equal(await first, 'later');
  const [second, third] = [take(1, 'm1'), take(1, 'm1')];
  assert.equal(await take(1, 'm3'), 'later', 'nothing else before that is answered');
  await settled();
  assert.equal(asked.length, 1);
  asked[0]!.answer(octets('m2'));
  assert.deepEqual([await second, await third], [octets('m2'), octets('m2')]);
  // The answer was lost: the sink, which remembers, is asked again.
  const again = take(1, 'm1');
  await settled();
  asked[1]!.answer(octets('m2'));
  assert.deepEqual(await again, octets('m2'));
});

test('a late answer is there when it is asked for', async () => {
  const { clock, asked, take, settled } = setUp();
  const first = take(1, 'm1');
  await settled();
  clock.advance(answerMsMax);
  await first;
  asked[0]!.answer(octets('m2'));
  assert.deepEqual(await take(1, 'm1'), octets('m2'));
  assert.equal(asked.length, 1);
});

test('so many sessions at once; who is idle makes room, who asks keeps its place', async () => {
  const { clock, take, settled } = setUp();
  for (let i = 0; i < sessionsMax; i++) void take(i, 'm1');
  await settled();
  assert.equal(await take(100, 'm1'), 'busy');
  clock.advance(idleMs);
  void take(0, 'm1');
  await settled();
  const newcomer = take(100, 'm1');
  await settled();
  assert.equal(await Promise.race([newcomer, 'taken']), 'taken');
  void take(0, 'm1');
  await settled();
  // The places of the six that have not asked since.
  for (let i = 0; i < sessionsMax - 2; i++) void take(200 + i, 'm1');
  await settled();
  assert.equal(await take(300, 'm1'), 'busy');
});

test('a session that ended gives its place back', async () => {
  const { asked, take, settled } = setUp();
  for (let i = 0; i < 3 * sessionsMax; i++) {
    const answer = take(i, 'm1');
    await settled();
    asked[i]!.answer(i % 2 ? 'ended' : { claimants: ['x'] });
    assert.notEqual(await answer, 'busy');
  }
});

test('one address begins so many an hour; another is not hindered', async () => {
  const { clock, asked, take, settled } = setUp();
  let begun = 0;
  const begin = async (address: string): Promise<boolean> => {
    const answer = take(begun++, 'm1', address);
    await settled();
    asked.at(-1)?.answer('ended');
    return (await answer) !== 'busy';
  };
  for (let i = 0; i < sessionRate.burst; i++) assert.ok(await begin('10.0.0.1'));
  assert.ok(!(await begin('10.0.0.1')));
  assert.ok(await begin('10.0.0.2'));
  clock.advance(60_000);
  assert.ok(await begin('10.0.0.1'), 'about one a minute comes back');
});

test('what is not asked for long is forgotten; a sink that fails ends its session', async () => {
  const { clock, asked, take, settled } = setUp();
  void take(1, 'm1');
  await settled();
  clock.advance(sessionMsMax);
  void take(2, 'm1');
  void take(1, 'm1');
  await settled();
  assert.equal(asked.length, 3, 'session 1 began anew');
  const sessions = new ClaimSessions(clock);
  const sink = { onMessage: () => Promise.reject(new Error('bug')) };
  const message = { session: name(1), address: 'a', message: octets('m1') };
  assert.equal(await sessions.take({ id: 'c', sink }, message), 'ended');
});
