/** Claims that others meddle with: who is turned away, and what both ends are told. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { claimIdOf, encodeClaimCode } from '@muster/core';
import { startBlank } from '../support/blank.ts';
import {
  adminOf,
  assertMember,
  claimByLabel,
  memberIn,
  post,
  withDesk,
} from '../support/claims.ts';
import { temporaryFolder } from '../support/real-agent.ts';

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

test('of two admins at once the first has it; whoever comes later hears by whom', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  const [owner, late] = [await adminOf(), await adminOf()];
  const blank = await startBlank(t);
  const code = admin.invite([host]);
  desk.open(claimIdOf(crypto, code.secret), admin);
  await post(blank, '/api/v1/claim/invite', { code: encodeClaimCode(crypto, code) });
  await blank.until('offered');
  await claimByLabel(owner, desk, blank);
  await blank.until('claimed');
  await assert.rejects(claimByLabel(late, desk, blank), /used already at .* \(by Camp\)/);
  await post(blank, '/api/v1/claim/answer', { accept: true });
  await blank.node.claimed;
  assertMember(blank, owner);
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

test('an invite on the card that a stranger calls off is taken up again', async (t) => {
  const { admin, desk, host } = await withDesk(t);
  const { crypto } = admin.parts;
  const code = admin.invite([host]);
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'muster-invite.txt'), encodeClaimCode(crypto, code));
  const blank = await startBlank(t, { folder });
  await blank.until('claiming');
  await post(blank, '/api/v1/claim/invite', { code: null });
  await blank.until('waiting');
  desk.open(claimIdOf(crypto, code.secret), admin);
  await blank.node.claimed;
  assertMember(blank, admin);
});
