/** Messages of claims by Bluetooth that take longer than any asker waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimCallAnswer } from '@muster/adapters/transport-ble/claim';
import { FakeClock } from '@muster/core/testing';
import { PatientPost } from '../../src/bluetooth/patient-post.ts';

const request = (octet: number) => ({
  claimId: new Uint8Array(8),
  session: new Uint8Array(8),
  message: Uint8Array.of(octet),
});

function stage() {
  const clock = new FakeClock();
  const asked: PromiseWithResolvers<ClaimCallAnswer>[] = [];
  const posts = new PatientPost({
    clock,
    post() {
      const answer = Promise.withResolvers<ClaimCallAnswer>();
      asked.push(answer);
      return answer.promise;
    },
  });
  return { clock, asked, posts };
}

test('a slow answer is "later" until it is there; then it is given once', async () => {
  const { clock, asked, posts } = stage();
  for (let i = 0; i < 3; i++) {
    const answer = posts.ask(request(1));
    clock.advance(9_000);
    assert.deepEqual(await answer, { kind: 'later' });
  }
  assert.equal(asked.length, 1);
  asked[0]!.resolve({ kind: 'unreachable' });
  assert.deepEqual(await posts.ask(request(1)), { kind: 'unreachable' });
  assert.equal(clock.waiting, 0);
  const again = posts.ask(request(1));
  assert.equal(asked.length, 2);
  asked[1]!.resolve({ kind: 'busy' });
  assert.deepEqual(await again, { kind: 'busy' });
});

test('another message does not wait for the one before', async () => {
  const { asked, posts } = stage();
  void posts.ask(request(1));
  const second = posts.ask(request(2));
  asked[1]!.resolve({ kind: 'ended' });
  assert.deepEqual(await second, { kind: 'ended' });
});
