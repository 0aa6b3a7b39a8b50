/** How a person is let in and what they become, between the page and a node that is scripted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BundleKind,
  encodeGrant,
  fromBase64url,
  GrantKind,
  grantTag,
  Role,
  rootIssuer,
  signTicket,
  signTrustList,
  toBase64url,
} from '@muster/core';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import { Client } from '../src/app/client.ts';
import { newViewModel } from '../src/app/view-model.ts';
import type { SocketHandlers } from '../src/platform/browser-socket.ts';
import { MemoryDatabase } from '../src/storage/memory-database.ts';
import { crypto, guestTicket, item, keyPair, node, root, site } from './support/site.ts';

type Json = Record<string, unknown>;
const pass = `MUSTER-PASS:1:${'AB2Z'.repeat(9)}`;
const byRoot = rootIssuer(root);

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function phone(db = new MemoryDatabase()) {
  const model = newViewModel();
  const sockets: (SocketHandlers & { sent: Json[] })[] = [];
  const client = new Client({
    db,
    crypto,
    model,
    site,
    siteKey: root.publicKey,
    clock: new FakeClock(),
    random: new SeededRandom(3),
    openSocket: (handlers) => {
      const socket = { ...handlers, sent: [] as Json[] };
      sockets.push(socket);
      return { send: (text) => void socket.sent.push(JSON.parse(text)), close() {} };
    },
    tellTabs() {},
  });
  if (!(await client.load())) await client.begin('Ada');
  client.start();
  const say = (message: object) => sockets.at(-1)!.onText(JSON.stringify(message));
  const challenge = () => {
    const bytes = { nonce: new Uint8Array(32), nodeKey: node.publicKey, site };
    const texts = Object.entries(bytes).map(([name, value]) => [name, toBase64url(value)]);
    say({ type: 'challenge', ...Object.fromEntries(texts) });
    return sockets.at(-1)!.sent[0]!;
  };
  const welcome = async (role = 'guest', wire = guestTicket(device()).wire) => {
    const ticket = toBase64url(wire);
    say({ type: 'welcome', ticket, role, seqMax: -1, frozen: false, unixMs: 0 });
    await settle();
  };
  const device = () => Uint8Array.from(Buffer.from(model.self.value!.key, 'hex'));
  const sent = (type: string) => sockets.at(-1)!.sent.filter((one) => one.type === type);
  return { client, model, sockets, say, challenge, welcome, device, sent, db };
}

test('a pass is shown from the next session on, and kept; who is in is left alone', async () => {
  const { client, model, sockets, say, challenge, welcome, db } = await phone();
  assert.equal(challenge().pass, undefined);
  say({ type: 'error', code: 'pass-needed', message: '' });
  sockets.at(-1)!.onClose(4403);
  assert.deepEqual(model.gate.value, { kind: 'pass-needed' });
  await client.usePass(pass);
  assert.equal(sockets.length, 2);
  assert.deepEqual(model.gate.value, { kind: 'pass-needed' }, 'it stays until there is an answer');
  assert.equal(challenge().pass, pass);
  await welcome();
  assert.equal(model.gate.value, undefined);
  await client.usePass(pass);
  assert.equal(sockets.length, 2);
  client.stop();
  const again = await phone(db);
  const session = again.challenge();
  assert.equal(session.pass, pass);
  assert.equal((session.tickets as string[]).length, 1, 'the ticket of the welcome is shown again');
});

test('the waiting room tells the place until somebody lets us in', async () => {
  const { model, say, challenge, welcome } = await phone();
  challenge();
  say({ type: 'error', code: 'approval-needed', message: '' });
  say({ type: 'waiting', place: 3 });
  assert.deepEqual(model.gate.value, { kind: 'waiting', place: 3 });
  await welcome();
  assert.equal(model.gate.value, undefined);
});

test('a granted ticket makes a new session that shows it first', async () => {
  const { model, say, challenge, welcome, device, sockets, sent } = await phone();
  challenge();
  await welcome();
  const tag = grantTag(crypto, site, device());
  const follows = sent('follow').map((one) => one.tag);
  assert.ok(follows.includes(toBase64url(tag)));
  const fields = { site, subject: device(), role: Role.staff, serial: 4, epoch: 9 };
  const wire = signTicket(crypto, fields, byRoot);
  const payload = encodeGrant({ kind: GrantKind.ticket, content: wire });
  const bundle = item({ tag, author: keyPair(70), ms: 1, kind: BundleKind.grant, payload });
  const { signed, signature } = bundle;
  const items = [{ signed: toBase64url(signed), signature: toBase64url(signature) }];
  say({ type: 'bundles', tag: toBase64url(tag), items, more: false });
  await settle();
  assert.equal(model.promoted.value, 'staff');
  assert.equal(sockets.length, 2);
  const shown = challenge().tickets as string[];
  assert.deepEqual(fromBase64url(shown[0]!), wire);
  assert.equal(shown.length, 2);
  await welcome('staff', wire);
  assert.equal(model.self.value?.role, 'staff');
  say({ type: 'bundles', tag: toBase64url(tag), items, more: false });
  await settle();
  assert.equal(sockets.length, 2, 'the same grant again changes nothing');
});

test('staff hear who waits, let people in, and ask the node for a pass', async () => {
  const { client, model, say, challenge, welcome, sent, sockets } = await phone();
  challenge();
  await welcome('staff');
  const device = toBase64url(keyPair(71).publicKey);
  say({ type: 'guests-waiting', people: [{ device, name: 'Mira' }] });
  assert.equal(model.guestsWaiting.value[0]?.name, 'Mira');
  client.admission.admit(model.guestsWaiting.value[0]!.device, true);
  assert.deepEqual(sent('admit'), [{ type: 'admit', device, accept: true }]);
  const made = client.admission.makePass(50);
  const [asked] = sent('pass-make');
  assert.equal(asked?.uses, 50);
  say({ type: 'pass', ref: 'another', text: 'no' });
  say({ type: 'pass', ref: asked?.ref, text: pass });
  assert.equal(await made, pass);
  const denied = client.admission.makePass(1);
  say({ type: 'error', code: 'not-allowed', message: '' });
  assert.equal(await denied, undefined);
  const cut = client.admission.makePass(1);
  sockets.at(-1)!.onClose(1006);
  assert.equal(await cut, undefined);
  assert.deepEqual(model.guestsWaiting.value, []);
});

test('trust lists of the socket reach what is shown', async () => {
  const { model, say, challenge, welcome, db } = await phone();
  challenge();
  await welcome();
  const { publicKey: key } = keyPair(72);
  const revoked = [{ key, reason: 0, label: '' }] as const;
  const list = signTrustList(crypto, { site, revision: 1, epoch: 0, revoked }, byRoot);
  const before = model.trust.value;
  say({ type: 'trust', documents: [toBase64url(list)] });
  await settle();
  assert.notEqual(model.trust.value, before);
  assert.ok(model.trust.value?.book.revoked.has(key));
  const again = await phone(db);
  assert.ok(again.model.trust.value?.book.revoked.has(key));
});
