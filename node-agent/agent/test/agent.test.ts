/** Starting and stopping an agent, in any order and more than once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAgent } from '../src/agent.ts';
import { configOf } from '../src/config/index.ts';
import { dataFolderAt, openDataFolder } from '../src/data-folder/data-folder.ts';
import { openIdentity } from '../src/data-folder/identity.ts';
import { lockFolder } from '../src/data-folder/lock.ts';
import type { AgentExtension } from '../src/extension.ts';
import { realParts } from '../src/parts.ts';
import { startAgent, temporaryFolder } from './support/real-agent.ts';

async function newAgent(path: string, httpPort = 0, extensions: readonly AgentExtension[] = []) {
  const folder = dataFolderAt(path);
  openDataFolder(folder);
  const parts = await realParts({ level: 'error', destination: { write() {} } });
  const { crypto, random } = parts;
  const made = { crypto, random, siteName: 's', nodeName: 'n', makeSite: true };
  const identity = openIdentity(folder, made);
  const meshListen = ['/ip4/127.0.0.1/tcp/0'];
  const alone = { meshMdns: false, bleEnabled: false };
  const config = configOf({ httpHost: '127.0.0.1', httpPort, meshListen, ...alone });
  return createAgent({ config, folder, identity, extensions, webFolder: '/nowhere' }, parts);
}

test('stop without start, start twice, stop twice, stop while starting', async (t) => {
  const never = await newAgent(temporaryFolder(t));
  await never.stop();
  const twice = await newAgent(temporaryFolder(t));
  await Promise.all([twice.start(), twice.start()]);
  const { port } = twice;
  await Promise.all([twice.stop(), twice.stop()]);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
  const hasty = await newAgent(temporaryFolder(t));
  const starting = hasty.start();
  await hasty.stop();
  await starting;
  await assert.rejects(fetch(`http://127.0.0.1:${hasty.port}/health`));
});

test('it is ready once its control socket answers too, not with the first page', async (t) => {
  const path = temporaryFolder(t);
  const seen: unknown[] = [];
  const ready = async (): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${agent.port}/ready`);
    seen.push(answer.status, await answer.json());
  };
  const slow: AgentExtension = {
    name: 'slow',
    start: ready,
    stop: async () => {},
  };
  const agent = await newAgent(path, 0, [slow]);
  await agent.start();
  await ready();
  await agent.stop();
  assert.deepEqual(seen, [503, { ready: false, reason: 'starting' }, 200, { ready: true }]);
});

test('an agent that cannot serve leaves nothing running: its store opens again', async (t) => {
  const other = await startAgent(t);
  const folder = temporaryFolder(t);
  const failed = await newAgent(folder, other.port);
  await assert.rejects(failed.start(), /Port \d+ is taken/);
  const again = await newAgent(folder);
  await again.start();
  await again.stop();
});

test('a data folder has one agent at a time', async (t) => {
  const folder = dataFolderAt(temporaryFolder(t));
  const lock = await lockFolder(folder);
  await assert.rejects(lockFolder(folder), /is in use by another process that is just starting/);
  await lock.release();
  const next = await lockFolder(folder);
  await next.release();
});
