/** `muster run` on an empty folder, as a process: it waits, is claimed, and goes on as a member. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSystemClock } from '@muster/adapters/clock-system';
import { claimIdOf, encodeClaimCode } from '@muster/core';
import { readSite } from '@muster/provisioning';
import { askAgent } from '../../src/control/client.ts';
import { partsOf, startDesk, TestAdmin } from '../support/blank.ts';
import { temporaryFolder } from '../support/real-agent.ts';
import { muster, spawnMuster } from '../support/run-muster.ts';

test('a daemon without a site waits; claimed, the same process is a member', async (t) => {
  const path = temporaryFolder(t);
  const daemon = spawnMuster(t, ['run', '--data', path, '--port', '0']);
  await daemon.until('"event":"unclaimed"');
  const { pid } = daemon.child;
  const admin = new TestAdmin(await partsOf([]));
  const { desk, host } = await startDesk(t, admin.parts);
  const code = admin.invite([host]);
  desk.open(claimIdOf(admin.parts.crypto, code.secret), admin);
  const clock = createSystemClock();
  const ask = async (command: string, params = {}): Promise<Record<string, unknown>> =>
    (await askAgent({ path }, { command, params }, clock)) as Record<string, unknown>;
  const text = encodeClaimCode(admin.parts.crypto, code);
  await ask('unclaimed.invite', { code: text });
  await assert.rejects(ask('unclaimed.invite', { code: 'nonsense' }), { code: 'claim-not-a-code' });
  let view = await ask('unclaimed.state');
  while (view.phase !== 'offered') view = await ask('unclaimed.next', { since: view.revision });
  assert.equal(view.comparison, admin.codes[0]);
  await ask('unclaimed.answer', { accept: true });
  await daemon.until('"event":"ready"');
  assert.equal(daemon.child.pid, pid);
  assert.equal(readSite(path)?.name, 'Camp');
  assert.ok(!existsSync(join(path, 'unclaimed.json')));
  const { code: exit, out } = await muster(['status', '--data', path, '--json']);
  assert.equal(exit, 0);
  assert.equal(JSON.parse(out).node.name, 'hall');
  daemon.child.kill('SIGTERM');
  const ended = await daemon.ended;
  assert.deepEqual([ended.code, ended.err], [0, '']);
});

test('start --unclaimed shows its code and what to do; it ends while it waits', async (t) => {
  const data = temporaryFolder(t);
  const given = ['start', '--unclaimed', '--data', data, '--port', '0', '--name', 'Blue'];
  const started = spawnMuster(t, given);
  const page = await started.until('Ctrl-C');
  assert.match(page, /waits to be claimed: node Blue$/m);
  assert.match(page, /^ {2}MUSTER-BOX:1:[A-Z2-7]+$/m);
  assert.match(page, /^ {2}Code {5}[A-Z0-9]{4}-[A-Z0-9]{2}$/m);
  assert.ok(page.includes('▀'), 'a QR code');
  started.child.kill('SIGINT');
  assert.equal((await started.ended).code, 0);
  assert.ok(!existsSync(join(data, 'agent.json')));
  const again = spawnMuster(t, ['start', '--data', data, '--port', '0', '--json']);
  const shown = JSON.parse(await again.until('\n'));
  assert.deepEqual([shown.unclaimed, page.includes(shown.shortCode)], [true, true], 'still waits');
});
