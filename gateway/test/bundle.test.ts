/**
 * The bundle: all of it loads, what stands in for dependencies' code does the same, and it works
 * with the sources. Built once for all tests of this file.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { muster } from './support/muster.ts';
import { startGateway, temporaryFolder } from './support/real-gateway.ts';

const build = fileURLToPath(new URL('../build/main.ts', import.meta.url));
const program = fileURLToPath(new URL('../dist/muster.cjs', import.meta.url));

const environment = {
  ...{ MUSTER_MESH_MDNS: 'false', MUSTER_BLE_ENABLED: 'false', NO_COLOR: '1' },
  ...{ MUSTER_MQTT_PORT: '0', MUSTER_MQTT_TLS_PORT: '0', MUSTER_MQTT_WEB_SOCKET_PORT: '0' },
  MUSTER_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
};

before(() => {
  const { status, stderr } = spawnSync(process.execPath, [build], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});

function runBundle(...words: string[]) {
  return spawnSync(process.execPath, [program, ...words], { encoding: 'utf8', env: environment });
}

/** A command that goes on; ended with the test. */
function startBundle(t: TestContext, words: readonly string[], more = {}) {
  const env = { ...environment, ...more };
  const child = spawn(process.execPath, [program, ...words], { env });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const hear = (more: string): void => {
        out += more;
        if (out.includes(text)) resolve();
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      void ended.then(() => reject(new Error(`ended without "${text}": ${out}`)));
    });
  return { child, ended, until };
}

test('every file of it loads, in whatever order they are asked for', () => {
  const { stdout } = runBundle('--version');
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  const [, name = ''] = /'([0-9a-f]{12})'/.exec(readFileSync(program, 'utf8')) ?? [];
  const folder = join(dirname(program), name);
  const late = readdirSync(folder).filter((name) => name.endsWith('.cjs') && name !== 'main.cjs');
  assert.ok(late.some((name) => name.startsWith('gateway-')));
  for (const files of [late, late.toReversed()]) {
    const paths = JSON.stringify(['main.cjs', ...files].map((file) => join(folder, file)));
    const code = `process.argv[2] = '--version'; ${paths}.forEach((path) => require(path));`;
    const loaded = spawnSync(process.execPath, ['-e', code, 'muster'], { encoding: 'utf8' });
    assert.equal(loaded.status, 0, loaded.stderr);
  }
});

test('--debug names the sources', (t) => {
  const { stderr } = runBundle('status', '--data', temporaryFolder(t), '--debug');
  const source = fileURLToPath(import.meta.resolve('@muster/agent/cli')).replace(
    /cli.index.ts$/,
    '',
  );
  assert.ok(stderr.includes(`(${source}client/get-json.ts:`), stderr);
});

test('a bundled gateway and one from the sources link, and a message crosses', async (t) => {
  const one = await startGateway(t);
  const data = temporaryFolder(t);
  for (const name of ['site.json', 'site.key']) cpSync(join(one.folder, name), join(data, name));
  const run = ['run', '--role', 'gateway', '--data', data, '--port', '0'];
  const more = { MUSTER_MESH_BOOTSTRAP: one.meshAddresses().join() };
  const bundled = startBundle(t, run, more);
  await bundled.until('"event":"ready"');
  const tail = startBundle(t, ['tail', 'general', '--data', data]);
  const sent = await muster({ folder: one.folder, port: one.port }, 'send', 'general', 'across');
  assert.equal(sent.code, 0, sent.err);
  await tail.until(': across\n');
  const added = runBundle('mqtt', 'client', 'add', 'lamp', '--data', data, '--json');
  assert.match(added.stdout, /"name": ?"lamp"/, added.stderr);
  const card = runBundle('site', 'card', '--data', data);
  assert.match(card.stdout, /MUSTER-SITE:1:/, card.stderr);
  bundled.child.kill('SIGTERM');
  assert.equal(await bundled.ended, 0);
});

test('a bundled relay runs', async (t) => {
  const relay = startBundle(t, ['run', '--role', 'relay', '--data', temporaryFolder(t)], {
    MUSTER_RELAY_LISTEN: '/ip4/127.0.0.1/tcp/0,/ip4/127.0.0.1/tcp/0/ws',
  });
  await relay.until('"event":"ready"');
  relay.child.kill('SIGTERM');
  assert.equal(await relay.ended, 0);
});
