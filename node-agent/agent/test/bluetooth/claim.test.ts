/**
 * A blank box is claimed through a member that is near it, with no network between the two: real
 * agents, real claims, a radio in memory.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSystemClock } from '@muster/adapters/clock-system';
import { MemoryRadio } from '@muster/adapters/transport-ble/testing';
import {
  type Crypto,
  claimIdOf,
  decodeClaimCode,
  fromBase64url,
  toBase64url,
  toHex,
} from '@muster/core';
import { SeededRandom } from '@muster/core/testing';
import { InvitingAdmin, partsOf, type RunningBlank, startBlank } from '../support/blank.ts';
import { startAgent } from '../support/real-agent.ts';
import { TestAdmin } from '../support/test-admin.ts';
import type { TestClient } from '../support/test-client.ts';

const noNetwork = { meshListen: [] };

async function boxAndMember(t: TestContext, boxes = 1) {
  const random = new SeededRandom(21);
  const radio = new MemoryRadio({ clock: createSystemClock(), random, air: { advertiseMs: 100 } });
  const member = await startAgent(t, { config: noNetwork, radio: radio.host({ name: 'member' }) });
  const blanks = [];
  for (let i = 0; i < boxes; i++) {
    blanks.push(await startBlank(t, { radio: radio.host({ name: `blank ${i}` }) }));
  }
  const grace = await new TestAdmin(member).connect(t);
  grace.say({ type: 'nearby-watch' });
  await grace.next('nearby', ({ bluetooth }) => bluetooth.state === 'ready');
  return { radio, member, blanks, grace };
}

/** Sends the message by Bluetooth until it is answered, as pages do. */
async function reach(
  client: TestClient,
  to: { readonly id: string; readonly session: string },
  message: Uint8Array,
): Promise<Uint8Array | { readonly code: string; readonly message: string }> {
  for (let ref = 0; ; ref++) {
    const octets = toBase64url(message);
    const name = `${ref}`;
    client.say({ type: 'claim-reach', ref: name, address: 'bluetooth', ...to, message: octets });
    const answer = await client.next('claim-answer', (frame) => frame.ref === name);
    if (answer.error) return answer.error;
    if (answer.message !== null) return fromBase64url(answer.message)!;
  }
}

function labelOf(crypto: Crypto, { node }: RunningBlank) {
  const code = decodeClaimCode(crypto, node.state.view.code);
  assert.ok(code.ok);
  return code.value;
}

test('an admin far from any network claims the very box whose label was scanned', async (t) => {
  const { member, blanks, grace } = await boxAndMember(t, 2);
  const { crypto, random } = member.parts;
  const [, wanted] = blanks;
  const admin = new InvitingAdmin(await partsOf([]));
  const code = labelOf(crypto, wanted!);
  const issuer = admin.issuer(code, true);
  const to = { id: toHex(claimIdOf(crypto, code.secret)), session: toHex(random.bytes(8)) };
  let message = issuer.start();
  for (;;) {
    const answer = await reach(grace, to, message);
    assert.ok(answer instanceof Uint8Array, JSON.stringify(answer));
    let step = issuer.receive(answer);
    if (step.kind === 'ask') step = admin.answer(issuer, step);
    if (step.kind !== 'send') {
      assert.deepEqual(step, { kind: 'ended' });
      break;
    }
    message = step.message;
  }
  const { phase, siteName } = await wanted!.until('claimed');
  assert.deepEqual([phase, siteName], ['claimed', 'Camp']);
  assert.equal(blanks[0]!.node.state.view.phase, 'waiting');
  // Whoever comes with the same label is told by whom it was used.
  const second = { ...to, session: toHex(random.bytes(8)) };
  const late = await reach(grace, second, admin.issuer(code, true).start());
  assert.ok(!(late instanceof Uint8Array) && late.code === 'claim-used', JSON.stringify(late));
  assert.match(late.message, /by Bluetooth.*Camp/);
});

test('nobody near who has the code: said so, with what to do', async (t) => {
  const { grace } = await boxAndMember(t);
  const to = { id: '00'.repeat(8), session: '11'.repeat(8) };
  const answer = await reach(grace, to, Uint8Array.of(1, 2, 3));
  assert.ok(!(answer instanceof Uint8Array));
  assert.equal(answer.code, 'claim-unreachable');
  assert.match(answer.message, /by Bluetooth/);
});
