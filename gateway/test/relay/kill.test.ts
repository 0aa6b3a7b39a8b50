/** A relay's process is killed under load, again and again: what it called held is there later. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bytesKey, Role } from '@muster/core';
import { intBelow, SampleSite, SeededRandom } from '@muster/core/testing';
import { SiteList } from '../../src/relay/site-list.ts';
import { crypto, random, startClient, until } from './live.ts';

const child = fileURLToPath(new URL('./relay-child.ts', import.meta.url));
const kills = 6;

async function startChild(folder: string) {
  const running = spawn(process.execPath, [child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = (await once(createInterface(running.stdout), 'line')) as [string];
  return { address, running };
}

test(`kill -9 of the relay under load, ${kills} times`, async (context) => {
  const seed = random.bytes(1)[0]!;
  context.diagnostic(`seed ${seed}`);
  const seeded = new SeededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'muster-relay-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const site = new SampleSite(crypto, random);
  const list = new SiteList(folder);
  list.admit({ siteKey: site.key.publicKey, name: 'hill', bytesMax: 2 ** 28 });
  const held = new Set<string>();
  let put = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const { address, running } = await startChild(folder);
    const client = await startClient(site, address, {});
    await until(() => client.status().up);
    const author = site.author(Role.staff);
    const putOne = () => {
      if (!client.status().up) return;
      put += 1;
      const { id, carried } = author.write(`number ${put}`);
      client.put({ id, lane: 1, load: () => carried }, (answer) => {
        if (answer.ok) held.add(bytesKey(id));
        putOne();
      });
    };
    for (let i = 0; i < 16; i += 1) putOne();
    const target = held.size + 10 + intBelow(seeded, 150);
    await until(() => held.size >= target);
    running.kill('SIGKILL');
    await once(running, 'exit');
    await client.stop();
  }
  const { address, running } = await startChild(folder);
  const arrived = new Set<string>();
  const reader = await startClient(site, address, {
    knows: (id) => arrived.has(bytesKey(id)) || arrived.add(bytesKey(id)).size < 0,
  });
  await until(() => [...held].every((id) => arrived.has(id)));
  context.diagnostic(`${held.size} of ${put} held, none lost`);
  assert.ok(held.size > 10 * kills);
  await reader.stop();
  running.kill('SIGTERM');
  await once(running, 'exit');
});
