/** The control socket: commands of this machine's admin, and whoever writes nonsense to it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MusterError } from '@muster/core';
import { createMemoryLogger, FakeClock } from '@muster/core/testing';
import { askAgent } from '../src/control/client.ts';
import { requireSockets } from '../src/control/listen-at.ts';
import { controlLimits, controlSocketOf } from '../src/control/protocol.ts';
import { ControlServer } from '../src/control/server.ts';
import type { ControlCommand } from '../src/extension.ts';

let called = 0;
const commands: Readonly<Record<string, ControlCommand>> = {
  count: async () => {
    called += 1;
  },
  double: async ({ value }) => ({ doubled: Number(value) * 2 }),
  refuse: async () => {
    throw new MusterError('no-luck', 'It cannot be', 'Try tomorrow.');
  },
  break: async () => {
    throw new TypeError('a bug');
  },
  nothing: async () => undefined,
};

async function startServer(t: TestContext, folderName = '.') {
  const root = mkdtempSync(join(tmpdir(), 'muster-control-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = { path: join(root, folderName) };
  mkdirSync(folder.path, { recursive: true });
  const clock = new FakeClock();
  const logger = createMemoryLogger();
  const server = new ControlServer({
    ...{ clock, logger, commands: new Map(Object.entries(commands)) },
    path: controlSocketOf(folder),
  });
  await server.start();
  t.after(() => server.stop());
  const ask = (command: string, params = {}) => askAgent(folder, { command, params }, clock);
  return { folder, clock, logger, server, ask };
}

test('a command is answered, with its parameters and without', async (t) => {
  const { ask } = await startServer(t);
  assert.deepEqual(await ask('double', { value: 21 }), { doubled: 42 });
  assert.equal(await ask('nothing'), null);
});

test('an error arrives as what it was', async (t) => {
  const { ask, logger } = await startServer(t);
  await assert.rejects(ask('refuse'), { code: 'no-luck', mend: 'Try tomorrow.' });
  await assert.rejects(ask('break'), { code: 'unexpected' });
  assert.ok(logger.entries.some(({ fields }) => String(fields.error).includes('a bug')));
  await assert.rejects(ask('__proto__'), { code: 'unknown-command' });
});

test('only the user of the data folder may open it', async (t) => {
  const { folder } = await startServer(t);
  assert.equal(statSync(controlSocketOf(folder)).mode & 0o777, 0o600);
});

test('a file system without sockets is said so, by the agent and to doctor', async (t) => {
  // Pseudo-terminals' own: like FAT it has no such files.
  const path = '/dev/pts/control.sock';
  const { clock, logger } = await startServer(t);
  const server = new ControlServer({ clock, logger, commands: new Map(), path });
  const expected = {
    code: 'no-sockets',
    message: /\/dev\/pts has no Unix sockets/,
    mend: /--data/,
  };
  await assert.rejects(server.start(), expected);
  await server.stop();
  await assert.rejects(requireSockets('/dev/pts'), expected);
});

test('looking for sockets leaves nothing behind, and takes no path for too long', async (t) => {
  const { folder } = await startServer(t, 'long/'.repeat(30));
  await requireSockets(folder.path);
  assert.deepEqual(readdirSync(folder.path), ['control.sock']);
});

test('it works in a folder whose path is longer than the kernel takes', async (t) => {
  const { ask, server, folder } = await startServer(t, 'long/'.repeat(30));
  assert.deepEqual(await ask('double', { value: 1 }), { doubled: 2 });
  await server.stop();
  await assert.rejects(ask('double'), { code: 'agent-unreachable' });
  assert.throws(() => statSync(controlSocketOf(folder)), { code: 'ENOENT' });
});

test('nonsense gets an answer or is cut, and the server lives', async (t) => {
  const { ask, folder } = await startServer(t);
  for (const line of ['', '{', '[]', 'null', '{"command":5}', '{"command":"double","params":7}']) {
    const answer = await say(controlSocketOf(folder), `${line}\n`);
    assert.match(answer, /unknown-command/, line);
  }
  const flood = 'x'.repeat(controlLimits.requestBytesMax + 1);
  assert.equal(await say(controlSocketOf(folder), flood), '');
  assert.deepEqual(await ask('double', { value: 3 }), { doubled: 6 });
});

test('who says nothing is cut after a while', async (t) => {
  const { folder, clock } = await startServer(t);
  const silent = createConnection(controlSocketOf(folder));
  await new Promise((resolve) => silent.once('connect', resolve));
  const closed = new Promise((resolve) => silent.once('close', resolve));
  // Accepted on the server's side too, before time goes on.
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(controlLimits.requestMsMax);
  await closed;
});

function say(path: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(path, () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(answer));
  });
}

test('a request that is too long is not carried out, though its end came with it', async (t) => {
  const { folder, server } = await startServer(t);
  const before = called;
  const params = { text: 'x'.repeat(controlLimits.requestBytesMax) };
  const socket = createConnection(controlSocketOf(folder));
  socket.on('error', () => {});
  socket.write(`${JSON.stringify({ command: 'count', params })}\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  await server.stop();
  assert.equal(called, before);
});
