/**
 * A blank node is claimed over real HTTP: by its label, by an invite, by a file; and what is on its
 * disk whenever it is cut off.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { claimIdOf, encodeClaimCode } from '@muster/core';
import { factoryReset } from '@muster/provisioning';
import { type RunningBlank, startBlank } from '../support/blank.ts';
import { assertMember, claimByLabel, memberIn, post, withDesk } from '../support/claims.ts';

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
