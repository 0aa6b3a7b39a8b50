/**
 * The bundle: what stands in for dependencies' code does the same, and it works with the sources.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { anyFreePort } from '../src/cli/ports.ts';
import { startAgent, temporaryFolder } from './support/real-agent.ts';
import { muster, spawnMuster } from './support/run-muster.ts';
import { connect } from './support/test-client.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

test('a bundled node and one from the sources link, and a message crosses', async (t) => {
  execFileSync(process.execPath, [`${folder}build/main.ts`]);
  const one = await startAgent(t);
  const data = temporaryFolder(t);
  for (const name of ['site.json', 'site.key']) {
    execFileSync('cp', [`${one.folder}/${name}`, data]);
  }
  const port = String(await anyFreePort('0.0.0.0'));
  const environment = {
    MUSTER_MESH_BOOTSTRAP: one.meshAddresses().join(),
    MUSTER_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
  };
  const program = `${folder}dist/muster.cjs`;
  const given = ['run', '--data', data, '--port', port];
  const bundled = spawnMuster(t, given, { environment, program });
  await bundled.until('"event":"ready"');
  const ada = connect(t, one);
  await ada.open('Ada');
  await ada.next('here', ({ nodes }) => nodes === 1);
  ada.put(ada.compose({ text: 'to the bundle' }));
  await ada.next('held', ({ nodes }) => nodes === 2);
  const tail = await muster(['tail', 'general', '--no-follow', '--data', data]);
  assert.match(tail.out, /: to the bundle\n$/);
  bundled.child.kill('SIGTERM');
  assert.equal((await bundled.ended).code, 0);
});
