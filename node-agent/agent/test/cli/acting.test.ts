/**
 * An admin at the terminal of a running node: guests, people, revocation, names, epochs, and a new
 * key; first with an open root key, then with a vault.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { encodePersonCode, epochMax, fromBase64url, toBase64url } from '@muster/core';
import { clientParts } from '../../src/cli/with-session.ts';
import { startAgent, temporaryFolder } from '../support/real-agent.ts';
import { muster, type Outcome, spawnMuster } from '../support/run-muster.ts';
import { act, TestAdmin } from '../support/test-admin.ts';

const pauseMs = 500;

class Admin {
  readonly #own: readonly string[];

  constructor(own: readonly string[]) {
    this.#own = own;
  }

  run(...words: string[]): Promise<Outcome> {
    return muster([...words, ...this.#own]);
  }

  typed(input: string, ...words: string[]): Promise<Outcome> {
    return muster([...words, ...this.#own, '--passphrase-file', '-'], { input });
  }

  async json<T = Record<string, unknown>>(...words: string[]): Promise<T> {
    const { code, out, err } = await this.run(...words, '--json');
    assert.equal(code, 0, `${words.join(' ')}: ${err}`);
    return JSON.parse(out.trimEnd().split('\n').at(-1)!) as T;
  }
}

/** A process of its own, since a renamed node starts again. */
async function sealed(t: TestContext): Promise<Admin> {
  const data = temporaryFolder(t);
  const file = join(temporaryFolder(t), 'passphrase');
  writeFileSync(file, 'four words are good');
  const environment = {
    ...{ MUSTER_HTTP_HOST: '127.0.0.1', MUSTER_HTTP_TLS_PORT: '0' },
    MUSTER_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
  };
  const given = ['run', '--init', '--data', data, '--port', '0', '--name', 'box'];
  await spawnMuster(t, given, { environment }).until('"event":"ready"');
  const admin = new Admin(['--data', data, '--passphrase-file', file]);
  await admin.json('site', 'protect', '--admin', 'Ada', '--yes');
  return admin;
}

async function personKey(name: string): Promise<{ key: string; code: string }> {
  const { crypto, random } = await clientParts();
  const { publicKey: key } = crypto.keyPairFromSeed(random.bytes(32));
  return { key: toBase64url(key), code: encodePersonCode(crypto, { key, name }) };
}

test('an open root key acts by itself: guest policy, passes, staff, and their end', async (t) => {
  const agent = await startAgent(t);
  const admin = new Admin(['--data', agent.folder, '--url', agent.url]);
  assert.match((await admin.run('guest', 'policy')).out, /Guests +open: everybody/);
  const set = await admin.json('guest', 'policy', 'pass', '--announcement', 'Doors at 8');
  assert.deepEqual([set.guests, set.announcement, set.revision], ['pass', 'Doors at 8', 1]);
  assert.equal((await admin.json('guest', 'policy', '--newcomers', '5')).revision, 2);
  const shown = await admin.run('guest', 'policy');
  assert.match(shown.out, /Guests +pass: .*\n.*\n +5 new guests.*\n +Announcement +Doors at 8/);
  assert.match((await admin.run('guest', 'policy', 'closed')).err, /no policy "closed"/);
  assert.match((await admin.run('guest', 'policy', '--messages', '99999')).err, /At most 600/);
  const svg = join(temporaryFolder(t), 'pass.svg');
  const pass = await admin.json('guest', 'pass', '--uses', '7', '--svg', svg);
  assert.match(String(pass.pass), /^MUSTER-PASS:1:/);
  const { code, key } = await personKey('Ada');
  const issued = await admin.json('ticket', 'issue', code, '--role', 'staff');
  assert.deepEqual(issued, { key, name: 'Ada', role: 'staff' });
  assert.match(
    (await admin.run('ticket', 'list')).out,
    /^Ada +\S{12} {2}staff, to the end of epoch/,
  );
  assert.match((await admin.run('ticket', 'issue', 'nonsense', '--role', 'user')).err, /no key/);
  const ended = await admin.json('revoke', 'Ada', '--reason', 'lost', '--yes');
  assert.deepEqual(ended, { revoked: key, name: 'Ada', kind: 'person' });
  const again = await admin.run('ticket', 'issue', key, '--role', 'user');
  assert.match(again.err, /is revoked/);
  assert.equal((await admin.json('site', 'epoch')).revokedKeys, 1);
  const unsure = await admin.run('revoke', key.slice(0, 8));
  assert.match(unsure.err, /Nobody (is known|answered)/);
});

test('a vault acts: the node is renamed, an epoch ends, the admin gets a new key', async (t) => {
  const admin = await sealed(t);
  const renamed = await admin.json('node', 'rename', 'box', 'Blue box');
  assert.deepEqual([renamed.command, renamed.done], ['node.rename', true]);
  await until(async () => /^Blue box .*heard/.test((await admin.run('node', 'list')).out));
  const { code, key } = await personKey('Bo');
  await admin.json('ticket', 'issue', code, '--role', 'user');
  const next = await admin.json('site', 'epoch', 'advance', '--yes', '--wait', '20');
  assert.deepEqual(next.renewed, { nodes: ['Blue box'], people: ['Bo'] });
  assert.deepEqual([next.epoch, next.silent], [1, []]);
  const before = await admin.json<{ admins: { key: string; self: boolean }[] }>('admin', 'list');
  const old = before.admins.find(({ self }) => self)!.key;
  // Passphrase and answer typed one after the other, as at a terminal.
  const typed = await admin.typed('four words are good\ny\n', 'admin', 'rotate', '--json');
  assert.equal(typed.code, 0, typed.err);
  assert.equal(JSON.parse(typed.out).replaced, old);
  const { admins } = await admin.json<{
    admins: { key: string; revoked: boolean; self: boolean; name: string }[];
  }>('admin', 'list');
  const states = admins.map((one) => [one.key === old, one.revoked, one.self, one.name]);
  assert.deepEqual(states.sort(), [
    [false, false, true, 'Ada'],
    [true, true, false, 'Ada'],
  ]);
  // The new key acts, and what the old one signed was issued anew.
  assert.equal((await admin.json('guest', 'policy', 'approval')).guests, 'approval');
  assert.equal((await admin.json('ticket', 'issue', key, '--role', 'staff')).role, 'staff');
  assert.match((await admin.run('admin', 'revoke', 'nobody', '--yes')).err, /Nobody is known/);
});

test('a stolen admin key ends with all that the thief did by it', async (t) => {
  const agent = await startAgent(t);
  const thief = new TestAdmin(agent);
  const admin = new Admin(['--data', agent.folder, '--url', agent.url]);
  const { code, key } = await personKey('Bo');
  await admin.json('ticket', 'issue', code, '--role', 'user');
  const session = await thief.connect(t);
  const documents = [thief.list([fromBase64url(key)!], epochMax)];
  await act(session, { command: 'list.set', documents });
  assert.equal((await admin.json('site', 'epoch')).epoch, epochMax);
  const text = toBase64url(thief.key.publicKey);
  const ended = await admin.json('admin', 'revoke', text, '--undo', '--reason', 'abuse', '--yes');
  assert.equal(ended.revoked, text);
  const { epoch, revokedKeys } = await admin.json('site', 'epoch');
  assert.deepEqual([epoch, revokedKeys], [0, 1], 'only the thief is revoked');
});

test('what cannot be done says why: no agent, another site, no keys, nobody to ask', async (t) => {
  const one = await startAgent(t);
  const other = await startAgent(t);
  const gone = await muster(['guest', 'policy', '--data', temporaryFolder(t)]);
  assert.equal(gone.code, 3);
  const foreign = await muster(['guest', 'policy', '--data', one.folder, '--url', other.url]);
  assert.match(foreign.err, /of another site than these keys/);
  const without = await muster(['guest', 'policy', '--keys', temporaryFolder(t), '--url', one.url]);
  assert.match(without.err, /has no site/);
  const seen = await muster(['node', 'list', '--data', temporaryFolder(t), '--url', one.url]);
  assert.match(seen.out, /^box +\S{12} {2}asked$/m);
  const mute = await muster(['revoke', 'x'.repeat(43), '--data', one.folder, '--url', one.url]);
  assert.equal(mute.code, 1);
});

/** Asks again until it holds, but not for ever. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 60_000; !(await holds()); left -= pauseMs) {
    assert.ok(left > 0, 'it never came to that');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
