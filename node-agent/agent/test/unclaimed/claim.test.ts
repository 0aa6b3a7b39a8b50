/**
 * A blank node is claimed over real HTTP: by its label, by an invite, by a file; what it shows
 * meanwhile, who is turned away, and what is on its disk whenever it is cut off.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  checkProvision,
  claimIdOf,
  decodeClaimCode,
  encodeClaimCode,
  type IssuerStep,
  toHex,
} from '@muster/core';
import { factoryReset, readNode, readSite, settleFolder } from '@muster/provisioning';
import type { ClaimDesk } from '../../src/claim/desk.ts';
import { configTemplate } from '../../src/config/index.ts';
import { httpLimits } from '../../src/http/limits.ts';
import {
  InvitingAdmin,
  partsOf,
  type RunningBlank,
  startBlank,
  startDesk,
} from '../support/blank.ts';

async function adminOf(): Promise<InvitingAdmin> {
  return new InvitingAdmin(await partsOf([]));
}

async function post(blank: RunningBlank, path: string, value: unknown): Promise<Response> {
  return fetch(`${blank.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
}

/** An admin scanned the label: speaks first, through the desk of a member. */
async function claimByLabel(admin: InvitingAdmin, desk: ClaimDesk, blank: RunningBlank) {
  const { crypto, random } = admin.parts;
  const code = decodeClaimCode(crypto, blank.node.state.view.code);
  assert.ok(code.ok);
  const issuer = admin.issuer(code.value, true);
  const claimId = claimIdOf(crypto, code.value.secret);
  const session = toHex(random.bytes(8));
  const [address = ''] = code.value.addresses;
  let message = issuer.start();
  for (;;) {
    const answer = await desk.reach({ address, claimId, session, message });
    const heard = issuer.receive(answer === 'later' ? new Uint8Array(0) : answer);
    const step: IssuerStep = heard.kind === 'ask' ? admin.answer(issuer, heard) : heard;
    if (step.kind === 'ended') {
      const lastWords = step.message;
      if (lastWords) await desk.reach({ address, claimId, session, message: lastWords });
      return step;
    }
    if (step.kind === 'send') message = step.message;
  }
}

/** Starts in the folder as the next life would, and gives what it is a member of. */
function memberIn({ folder }: RunningBlank, { parts }: InvitingAdmin) {
  const { crypto } = parts;
  settleFolder(folder, { crypto, configTemplate: configTemplate() });
  const site = readSite(folder);
  return site && { site, node: readNode(crypto, folder, site)! };
}

function assertMember(blank: RunningBlank, admin: InvitingAdmin): void {
  const member = memberIn(blank, admin);
  assert.deepEqual(member?.site.siteKey, admin.site.siteKey);
  const document = admin.documents.get(Buffer.from(member!.node.key.publicKey).toString('hex'))!;
  const { crypto } = admin.parts;
  const given = checkProvision(crypto, document, { nodeKey: member!.node.key.publicKey });
  assert.ok(given.ok);
  assert.deepEqual(member!.node.certificate, given.value.certificate);
  assert.ok(!existsSync(join(blank.folder, 'unclaimed.json')));
}

async function withDesk(t: TestContext) {
  const admin = await adminOf();
  return { admin, ...(await startDesk(t, admin.parts)) };
}

test('by its label: both ends show the same digits, and it becomes a member', async (t) => {
  const { admin, desk } = await withDesk(t);
  const blank = await startBlank(t);
  const shown = blank.until('comparing');
  const end = await claimByLabel(admin, desk, blank);
  assert.deepEqual(end, { kind: 'ended' });
  assert.equal((await shown).comparison, admin.codes[0]);
  assert.equal((await blank.until('claimed')).siteName, 'Camp');
  await blank.node.claimed;
  assertMember(blank, admin);
});

test('by an invite from its page: preview, yes, member', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  const code = admin.invite([host]);
  const close = desk.open(claimIdOf(crypto, code.secret), admin);
  const blank = await startBlank(t);
  assert.deepEqual(await (await fetch(`${blank.url}/ready`)).json(), {
    ready: false,
    reason: 'unclaimed',
  });
  const given = await post(blank, '/api/v1/claim/invite', { code: encodeClaimCode(crypto, code) });
  assert.equal(given.status, 200);
  const { preview, comparison, siteName } = await blank.until('offered');
  assert.ok(preview!.some(({ to }) => to === 'hall'));
  assert.deepEqual([comparison, siteName], [admin.codes[0], 'Camp']);
  assert.equal(memberIn(blank, admin), undefined, 'nothing is kept before the answer');
  assert.equal((await post(blank, '/api/v1/claim/answer', { accept: true })).status, 200);
  await blank.node.claimed;
  assertMember(blank, admin);
  close();
  assert.deepEqual(desk.waiting(), []);
});

test('an offer that is declined leaves it as blank as before, with the same key', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  const code = admin.invite([host]);
  desk.open(claimIdOf(crypto, code.secret), admin);
  const blank = await startBlank(t);
  const before = readFileSync(join(blank.folder, 'unclaimed.json'));
  const text = encodeClaimCode(crypto, code);
  await post(blank, '/api/v1/claim/invite', { code: text });
  await blank.until('offered');
  await post(blank, '/api/v1/claim/answer', { accept: false });
  assert.match((await blank.until('failed')).fault!.message, /declined here/);
  assert.deepEqual(readFileSync(join(blank.folder, 'unclaimed.json')), before);
  assert.equal((await post(blank, '/api/v1/claim/answer', { accept: true })).status, 400);
  // The code is good again, and the same papers come.
  await post(blank, '/api/v1/claim/invite', { code: text });
  await blank.until('offered');
  await post(blank, '/api/v1/claim/answer', { accept: true });
  await blank.node.claimed;
  assert.equal(admin.documents.size, 1);
  assertMember(blank, admin);
});

test('it waits while the admin compares, and goes on trying while nobody is there', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  const code = admin.invite([host]);
  admin.decide = 'later';
  const blank = await startBlank(t);
  await post(blank, '/api/v1/claim/invite', { code: encodeClaimCode(crypto, code) });
  let view = await blank.until('claiming');
  while (!view.fault) view = await blank.node.state.next(view.revision, admin.parts.clock);
  assert.equal(view.fault.code, 'nobody-waits');
  desk.open(claimIdOf(crypto, code.secret), admin);
  await blank.until('comparing');
  admin.decide = 'yes';
  await blank.until('offered');
  await post(blank, '/api/v1/claim/answer', { accept: true });
  await blank.node.claimed;
  assertMember(blank, admin);
});

test('digits that differ: the admin says no, and both ends know why', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  admin.decide = 'no';
  const blank = await startBlank(t);
  assert.equal((await claimByLabel(admin, desk, blank)).kind, 'ended');
  assert.equal((await blank.until('failed')).fault?.code, 'codes-differ');
  const code = admin.invite([host]);
  desk.open(claimIdOf(crypto, code.secret), admin);
  await post(blank, '/api/v1/claim/invite', { code: encodeClaimCode(crypto, code) });
  await blank.until('claiming');
  assert.equal((await blank.until('failed')).fault?.code, 'codes-differ');
  assert.equal(memberIn(blank, admin), undefined);
});

test('a used code says by whom; codes that are none are refused with a sentence', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  const code = admin.invite([host]);
  desk.open(claimIdOf(crypto, code.secret), {
    onMessage: async () => ({ claimants: ['hall (6f1d2c3b)'] }),
  });
  const blank = await startBlank(t);
  await post(blank, '/api/v1/claim/invite', { code: encodeClaimCode(crypto, code) });
  let view = await blank.until('claiming');
  while (!view.fault) view = await blank.node.state.next(view.revision, admin.parts.clock);
  assert.deepEqual([view.fault.code, view.claimants], ['used', ['hall (6f1d2c3b)']]);
  const text = encodeClaimCode(crypto, code);
  const label = blank.node.state.view.code;
  for (const [given, wanted] of [
    ['hello', 'claim-not-a-code'],
    [text.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), 'claim-damaged'],
    [label, 'claim-wrong-kind'],
    [7, 'request-malformed'],
  ]) {
    const answer = await post(blank, '/api/v1/claim/invite', { code: given });
    assert.equal(answer.status, 400);
    const { error } = (await answer.json()) as { error: Record<string, string> };
    assert.equal(error.code, wanted);
    assert.ok(error.message && error.mend);
  }
});

test('cut off after the papers were kept: a member, with the papers it was given', async (t) => {
  const { admin, desk } = await withDesk(t);
  const blank = await startBlank(t);
  const cut = blank.until('claimed').then(() => blank.node.stop());
  await claimByLabel(admin, desk, blank).catch(() => 'nobody told the admin');
  await cut;
  assertMember(blank, admin);
});

test('after a reset it is another node, and can be claimed anew', async (t) => {
  const { admin, desk } = await withDesk(t);
  const first = await startBlank(t);
  const { code } = first.node.state.view;
  await claimByLabel(admin, desk, first);
  await first.node.claimed;
  await first.node.stop();
  assertMember(first, admin);
  const { folder } = first;
  factoryReset(folder, { keepConfig: false });
  const second = await startBlank(t, { folder });
  assert.notEqual(second.node.state.view.code, code);
  await claimByLabel(admin, desk, second);
  await second.node.claimed;
  assertMember(second, admin);
  assert.equal(admin.documents.size, 2, 'another key, other papers');
});

test('by a file: no questions; it is put aside, and a wrong one says why beside it', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  const code = admin.invite([host]);
  desk.open(claimIdOf(crypto, code.secret), admin);
  const wrong = await startBlank(t);
  const file = (blank: RunningBlank, name: string): string => join(blank.folder, name);
  await wrong.node.stop();
  writeFileSync(file(wrong, 'muster-invite.txt'), 'MUSTER-NODE:1:NOTHING\n');
  const told = await startBlank(t, { folder: wrong.folder });
  assert.equal((await told.until('failed')).fault?.code, 'damaged');
  assert.match(readFileSync(file(told, 'muster-invite.error.txt'), 'utf8'), /damaged/);
  assert.ok(told.logLines.some((line) => line.includes('of no use')));
  await told.node.stop();
  writeFileSync(file(told, 'muster-invite.txt'), `${encodeClaimCode(crypto, code)}\r\n`);
  const blank = await startBlank(t, { folder: wrong.folder });
  await blank.node.claimed;
  const names = readdirSync(blank.folder).filter((name) => name.startsWith('muster-invite'));
  assert.deepEqual(names, ['muster-invite.used.txt']);
  assertMember(blank, admin);
});

test('its page hears of each change; who it is says that it is unclaimed', async (t) => {
  const { admin, desk } = await withDesk(t);
  const blank = await startBlank(t);
  const node = await (await fetch(`${blank.url}/api/v1/node`)).json();
  assert.deepEqual(
    { ...(node as object), version: '' },
    { api: 1, version: '', unclaimed: true, name: 'blank' },
  );
  const events = await fetch(`${blank.url}/api/v1/claim/events`);
  assert.equal(events.headers.get('content-type'), 'text/event-stream');
  const heard: string[] = [];
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const part of events.body!) heard.push(decoder.decode(part as Uint8Array));
  })().catch(() => {});
  await claimByLabel(admin, desk, blank);
  await blank.node.claimed;
  await blank.node.stop();
  await reading;
  const phases = [...heard.join('').matchAll(/"phase":"(\w+)"/g)].map(([, phase]) => phase);
  assert.deepEqual(phases, ['waiting', 'comparing', 'claimed']);
  assert.ok(heard.join('').includes('<svg'));
});

test('one address has a few streams of events; who leaves makes room', async (t) => {
  const blank = await startBlank(t);
  const open = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${blank.url}/api/v1/claim/events`, signal ? { signal } : {});
  const first = new AbortController();
  await open(first.signal);
  for (let i = 1; i < httpLimits.eventStreams.perAddress; i++) await open();
  assert.equal((await open()).status, 503);
  first.abort();
  while ((await open()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 10));
});

test('who lies at one of its addresses does not keep an invite from being claimed', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  const lies = [409, 410, 200, 404, 500];
  const liar = createServer((_, response) => {
    response.writeHead(lies[0]!).end('{"claimants":["nobody"]}');
    lies.push(lies.shift()!);
  });
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
  t.after(() => liar.close());
  const { port } = liar.address() as { port: number };
  const code = admin.invite([`127.0.0.1:${port}`, '127.0.0.1:9', host]);
  const blank = await startBlank(t);
  await post(blank, '/api/v1/claim/invite', { code: encodeClaimCode(crypto, code) });
  let view = await blank.until('claiming');
  for (let faults = 0; faults < 2; faults += view.fault ? 1 : 0) {
    view = await blank.node.state.next(view.revision, admin.parts.clock);
  }
  desk.open(claimIdOf(crypto, code.secret), admin);
  await blank.until('offered');
  await post(blank, '/api/v1/claim/answer', { accept: true });
  await blank.node.claimed;
  assertMember(blank, admin);
});
