/** How guests come in: open, by pass, by approval; and what phones are told of the site's trust. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  fromBase64url,
  GuestAdmission,
  Role,
  signGuestPass,
  TrustBook,
  toBase64url,
} from '@muster/core';
import { type RunningAgent, startAgent } from '../support/real-agent.ts';
import { act, setRules, TestAdmin } from '../support/test-admin.ts';
import { connect } from '../support/test-client.ts';

/** A session request without waiting for the welcome. */
function knock(t: import('node:test').TestContext, agent: RunningAgent, pass?: string) {
  const client = connect(t, agent);
  void client.knock('Ada', (frame) => ({ ...frame, ...(pass ? { pass } : {}) }));
  return client;
}

test('every phone is told the documents in force, after the welcome and on change', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  const phone = connect(t, agent);
  await phone.open();
  assert.deepEqual((await phone.next('trust')).documents, []);
  await setRules(t, admin, { announcement: 'Soup at six.' });
  const told = await phone.next('trust', ({ documents }) => documents.length > 0);
  const { siteKey } = agent.identity.site;
  const book = new TrustBook(agent.parts.crypto, siteKey);
  for (const text of told.documents) assert.ok(book.adopt(fromBase64url(text)!).ok);
  assert.equal(book.rules.announcement, 'Soup at six.');
});

test('by pass: wrong ones are turned away, a good one admits as many as it says', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  const { crypto } = agent.parts;
  const early = connect(t, agent);
  const { ticket } = await early.open();
  await setRules(t, admin, { guests: GuestAdmission.pass });
  const codeOf = async (pass?: string) => {
    const client = knock(t, agent, pass);
    const frame = await Promise.race([client.next('error'), client.next('welcome')]);
    if (frame.type === 'error') assert.equal(await client.closed, 4403);
    return frame.code ?? 'welcome';
  };
  assert.equal(await codeOf(), 'pass-needed');
  assert.equal(await codeOf('MUSTER-PASS:1:AAAA'), 'pass-wrong');
  const staff = await admin.connect(t);
  staff.say({ type: 'pass-make', ref: 'p', uses: 2 });
  const { text } = await staff.next('pass');
  assert.match(text, /^MUSTER-PASS:1:[A-Z2-7]+$/);
  assert.equal(await codeOf(text.toLowerCase()), 'welcome');
  assert.equal(await codeOf(text), 'welcome');
  assert.equal(await codeOf(text), 'pass-used-up');
  const old = { site: new Uint8Array(16), serial: new Uint8Array(8), epoch: 0, usesMax: 1 };
  assert.equal(await codeOf(signGuestPass(crypto, old, admin.issuer)), 'pass-wrong');
  // Who was a guest before stays one while the ticket is good.
  const back = connect(t, agent, { key: early.key });
  assert.equal((await back.open('Ada', (f) => ({ ...f, tickets: [ticket] }))).role, 'guest');
});

test('the uses of a pass outlive a restart', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  await setRules(t, admin, { guests: GuestAdmission.pass });
  const staff = await admin.connect(t);
  staff.say({ type: 'pass-make', ref: 'p', uses: 1 });
  const { text } = await staff.next('pass');
  await knock(t, agent, text).next('welcome');
  await agent.stop();
  const again = await startAgent(t, { folder: agent.folder });
  assert.equal((await knock(t, again, text).next('error')).code, 'pass-used-up');
});

test('by approval: guests wait, staff see them, let in or not', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  await setRules(t, admin, { guests: GuestAdmission.approval });
  const staff = connect(t, agent);
  const tickets = [toBase64url(admin.ticketFor(staff.key.publicKey, Role.staff))];
  assert.equal((await staff.open('Sue', (f) => ({ ...f, tickets }))).role, 'staff');
  const [ada, bob] = [knock(t, agent), knock(t, agent)];
  assert.equal((await ada.next('error')).code, 'approval-needed');
  await bob.next('error');
  assert.deepEqual([(await ada.next('waiting')).place, (await bob.next('waiting')).place], [1, 2]);
  const { people } = await staff.next('guests-waiting', (f) => f.people.length === 2);
  const adas = toBase64url(ada.key.publicKey);
  assert.deepEqual(people[0], { device: adas, name: 'Ada' });
  ada.say({ type: 'put', ref: 'x', signed: '', signature: '', ageMs: 0 });
  assert.equal((await ada.next('error')).code, 'field-wrong', 'and nothing else is answered');
  staff.say({ type: 'admit', device: adas, accept: true });
  assert.equal((await ada.next('welcome')).role, 'guest');
  assert.equal((await bob.next('waiting')).place, 1);
  staff.say({ type: 'admit', device: toBase64url(bob.key.publicKey), accept: false });
  assert.equal((await bob.next('error')).code, 'not-admitted');
  assert.equal(await bob.closed, 4403);
  staff.say({ type: 'admit', device: adas, accept: true });
  assert.equal((await staff.next('error')).code, 'not-waiting');
  assert.equal((await staff.next('guests-waiting', (f) => f.people.length === 0)).people.length, 0);
});

test('when the rules open, all who wait come in', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  await setRules(t, admin, { guests: GuestAdmission.approval });
  const waiting = knock(t, agent);
  await waiting.next('waiting');
  await setRules(t, admin, { guests: GuestAdmission.open });
  await waiting.next('welcome');
});

test('when the rules come to ask for a pass, nobody comes in for having waited', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  await setRules(t, admin, { guests: GuestAdmission.approval });
  const waiting = knock(t, agent);
  await waiting.next('waiting');
  await setRules(t, admin, { guests: GuestAdmission.pass });
  await waiting.next('error', ({ code }) => code === 'pass-needed');
  assert.equal(await waiting.closed, 4403);
});

test('guests may neither let in, nor make passes, nor read what is for staff', async (t) => {
  const agent = await startAgent(t);
  const guest = connect(t, agent);
  await guest.open();
  const device = toBase64url(guest.key.publicKey);
  const asked = [
    { type: 'admit', device, accept: true },
    { type: 'pass-make', ref: 'r', uses: 3 },
    { type: 'admin-watch' },
    { type: 'claim-open', id: '0011223344556677' },
    { type: 'claim-close', id: '0011223344556677' },
    { type: 'passkey-token', ref: 'r' },
  ];
  for (const message of asked) {
    guest.say(message);
    assert.equal((await guest.next('error')).code, 'not-allowed', message.type);
  }
});

test('a revoked device loses its session and comes in no more, nor as a guest', async (t) => {
  const agent = await startAgent(t);
  const admin = new TestAdmin(agent);
  const [bad, good] = [connect(t, agent), connect(t, agent)];
  const { ticket } = await bad.open();
  await good.open();
  const client = await admin.connect(t);
  const done = await act(client, {
    command: 'list.set',
    documents: [admin.list([bad.key.publicKey])],
  });
  assert.deepEqual([done.ok, done.sent], [true, true]);
  assert.equal(await bad.closed, 4409);
  const again = connect(t, agent, { key: bad.key });
  await again.knock('Eve', (f) => ({ ...f, tickets: [ticket] }));
  assert.equal((await again.next('error')).code, 'revoked');
  assert.equal(await again.closed, 4403);
  good.put(good.compose(), 'still');
  await good.next('held');
});
