/** `muster run` on an empty folder, as a process: it waits, is claimed, and goes on as a member. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSystemClock } from '@muster/adapters/clock-system';
import { claimIdOf, encodeClaimCode } from '@muster/core';
import { issueAdmin, readNode, readSite } from '@muster/provisioning';
import { AdminSession } from '../../src/client/admin-session.ts';
import { Device } from '../../src/client/device.ts';
import { askAgent } from '../../src/control/client.ts';
import { readRunRecord } from '../../src/data-folder/run-file.ts';
import { InvitingAdmin, partsOf, startDesk } from '../support/blank.ts';
import { temporaryFolder } from '../support/real-agent.ts';
import { muster, spawnMuster } from '../support/run-muster.ts';

/** Many tests run at once: none takes the ports that nobody chose. */
const own = {
  environment: { MUSTER_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0', MUSTER_HTTP_TLS_PORT: '0' },
};

test('a daemon without a site waits; claimed, the same process is a member', async (t) => {
  const path = temporaryFolder(t);
  const daemon = spawnMuster(t, ['run', '--data', path, '--port', '0', '--name', 'blank'], own);
  await daemon.until('"event":"unclaimed"');
  const { pid } = daemon.child;
  const { url } = readRunRecord(join(path, 'agent.json'))!;
  const admin = new InvitingAdmin(await partsOf([]));
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
  assert.equal(readRunRecord(join(path, 'agent.json'))!.url, url, 'its page stays where it is');
  assert.equal(readSite(path)?.name, 'Camp');
  assert.ok(!existsSync(join(path, 'unclaimed.json')));
  const { code: exit, out } = await muster(['status', '--data', path, '--json']);
  assert.equal(exit, 0);
  const status = JSON.parse(out);
  assert.equal(status.node.name, 'hall');
  assert.equal(status.trust.epoch, 3, 'the list that came with the claim counts');
  daemon.child.kill('SIGTERM');
  const ended = await daemon.ended;
  assert.deepEqual([ended.code, ended.err], [0, '']);
});

/** An admin of the site at the box that runs in this folder. */
async function openAdmin(admin: InvitingAdmin, path: string) {
  const { crypto, random } = admin.parts;
  const clock = createSystemClock();
  const key = crypto.keyPairFromSeed(random.bytes(32));
  const { root, siteKey } = admin.site;
  const issuer = {
    key,
    certificate: issueAdmin(crypto, { root, adminKey: key.publicKey, name: 'Ada' }),
  };
  const { url } = readRunRecord(join(path, 'agent.json'))!;
  const device = Device.openChain(join(path, 'author-test.json'), key);
  const withChain = <T>(run: (one: Device) => Promise<T>): Promise<T> => run(device);
  return AdminSession.open({ url, crypto, clock, issuer, name: 'Ada', siteKey, withChain });
}

/** Resolves once the output holds this so many times. */
function until(daemon: ReturnType<typeof spawnMuster>, event: string, times: number) {
  const one = `"event":"${event}"[^]*?`;
  return daemon.until(new RegExp(one.repeat(times)));
}

test('restarted, moved to another site and reset by an admin, all in one process', async (t) => {
  const path = temporaryFolder(t);
  const [first, second] = [
    new InvitingAdmin(await partsOf([])),
    new InvitingAdmin(await partsOf([])),
  ];
  const { desk, host } = await startDesk(t, first.parts);
  const { crypto } = first.parts;
  const codeOf = (admin: InvitingAdmin): string => {
    const code = admin.invite([host]);
    desk.open(claimIdOf(crypto, code.secret), admin);
    return encodeClaimCode(crypto, code);
  };
  writeFileSync(join(path, 'muster-invite.txt'), codeOf(first));
  const daemon = spawnMuster(t, ['run', '--data', path, '--port', '0'], own);
  await until(daemon, 'ready', 1);
  const nodeKey = (site: InvitingAdmin): Uint8Array =>
    readNode(crypto, path, site.site)!.key.publicKey;
  const act = async (admin: InvitingAdmin, command: string, params = {}): Promise<void> => {
    const session = await openAdmin(admin, path);
    const result = await session.act({ command, node: nodeKey(admin), params });
    assert.ok(result.ok, JSON.stringify(result));
    session.close();
  };
  const before = nodeKey(first);
  await act(first, 'node.restart');
  await until(daemon, 'ready', 2);
  assert.deepEqual(nodeKey(first), before);

  await act(first, 'node.move', { invite: codeOf(second) });
  await until(daemon, 'ready', 3);
  assert.deepEqual(readSite(path)?.siteKey, second.site.siteKey);
  assert.notDeepEqual(nodeKey(second), before, 'a new key for the new site');
  assert.ok(existsSync(join(path, 'muster-invite.used.txt')));

  await act(second, 'node.reset');
  await until(daemon, 'unclaimed', 3);
  assert.ok(!existsSync(join(path, 'site.json')));
  assert.ok(!existsSync(join(path, 'store.db')));
  daemon.child.kill('SIGTERM');
  assert.equal((await daemon.ended).code, 0);
});

test('start --unclaimed shows its code and what to do; it ends while it waits', async (t) => {
  const data = temporaryFolder(t);
  const given = ['start', '--unclaimed', '--data', data, '--port', '0', '--name', 'Blue'];
  const started = spawnMuster(t, given, own);
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
