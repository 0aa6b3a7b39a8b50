/**
 * `muster start` and `run` as processes: the page, the end, a small mesh, and what can go wrong.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { anyFreePort } from '../src/cli/ports.ts';
import { temporaryFolder } from './support/real-agent.ts';
import { muster, spawnMuster } from './support/run-muster.ts';

const stopped = 'Log  ';

/** Holds a port on every interface; ended with the test. */
async function takenPort(t: TestContext): Promise<number> {
  const server = createServer();
  t.after(() => server.close());
  return new Promise((resolve) => {
    server.listen({ host: '0.0.0.0', port: 0 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

async function freePort(): Promise<string> {
  return String(await anyFreePort('0.0.0.0'));
}

test('the first start makes a site and a node, says what to do, ends cleanly', async (t) => {
  const data = join(temporaryFolder(t), 'new', 'folder');
  const port = await freePort();
  const given = ['start', '--data', data, '--port', port, '--name', 'Blue', '--site', 'Camp'];
  const first = spawnMuster(t, given);
  const page = await first.until('Ctrl-C');
  assert.match(page, /^ {2}Muster \d+\.\d+\.\d+ is running: node Blue$/m);
  assert.match(page, /^ {2}Site {5}Camp \(made just now\)$/m);
  assert.ok(page.includes(`http://localhost:${port}   on this machine`));
  assert.ok(page.includes('#general'));
  assert.match(page, new RegExp(`^ {2}Data {5}${data}$`, 'm'));
  assert.match(page, /^ {2}The root key lies open in site\.key\. Seal it: muster site protect$/m);
  assert.match(page, /^ {2}MUSTER-ADMIN:1:[A-Z2-7]+$/m);
  assert.match(page, /^ {2}Log {6}.*muster\.log$/m);
  assert.ok(page.split('\n').every((line) => line.length <= 120));
  for (const name of ['site.key', 'node.key']) {
    assert.equal(statSync(join(data, name)).mode & 0o777, 0o600, name);
  }
  assert.equal((await muster(['send', 'general', 'kept', '--data', data])).code, 0);
  const startedMs = performance.now();
  first.child.kill('SIGINT');
  const { code, err } = await first.ended;
  assert.equal(code, 0);
  assert.match(err, /Stopped\. Everything is kept/);
  assert.ok(performance.now() - startedMs < 5_000);
  assert.ok(!existsSync(join(data, 'agent.json')));

  const second = spawnMuster(t, ['start', '--data', data, '--port', port, '--json']);
  const shown = JSON.parse(await second.until('\n'));
  assert.deepEqual([shown.siteName, shown.madeSite], ['Camp', false]);
  assert.equal(shown.nodes[0].local, `http://localhost:${port}`);
  const tail = await muster(['tail', 'general', '--no-follow', '--data', data]);
  assert.match(tail.out, /: kept\n$/);
  const third = await spawnMuster(t, ['start', '--data', data]).ended;
  assert.equal(third.code, 1);
  assert.match(third.err, /^Error: The data folder .* is in use by process \d+, at http/);
});

test('a port that was asked for and is taken: who holds it, and the next one', async (t) => {
  const port = await takenPort(t);
  const given = ['start', '--data', temporaryFolder(t), '--port', String(port)];
  const { code, out, err } = await spawnMuster(t, given).ended;
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(
    err,
    new RegExp(`^Error: Port ${port} is taken by .*\\(process ${process.pid}\\)\n`),
  );
  assert.match(err, /\n {2}Stop it, or use --port \d+\.\n$/);
});

test('a daemon makes no site by itself, logs JSON, and ends on SIGTERM', async (t) => {
  const data = temporaryFolder(t);
  const port = await freePort();
  // Of its own, since other tests run beside this one.
  const environment = { MUSTER_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0' };
  const blank = spawnMuster(t, ['run', '--data', data, '--port', port], { environment });
  await blank.until('"event":"unclaimed"');
  blank.child.kill('SIGTERM');
  assert.equal((await blank.ended).code, 0);
  assert.ok(!existsSync(join(data, 'site.json')));
  const made = ['run', '--data', data, '--port', port, '--init'];
  const daemon = spawnMuster(t, made, { environment });
  await daemon.until('"event":"ready"');
  daemon.child.kill('SIGTERM');
  const { code, out, err } = await daemon.ended;
  assert.deepEqual([code, err], [0, '']);
  const events = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).event);
  assert.equal(events.at(-1), 'stopped');
});

test('after kill -9 it starts again where it was', async (t) => {
  const data = temporaryFolder(t);
  const given = ['run', '--data', data, '--port', await freePort(), '--init'];
  const first = spawnMuster(t, given);
  await first.until('"event":"ready"');
  assert.equal((await muster(['send', 'general', 'kept', '--data', data])).code, 0);
  first.child.kill('SIGKILL');
  await first.ended;
  assert.equal((await muster(['status', '--data', data])).code, 3, 'a stale record is no agent');
  const second = spawnMuster(t, given);
  await second.until('"event":"ready"');
  assert.match((await muster(['tail', 'general', '--no-follow', '--data', data])).out, /: kept\n$/);
});

test('three nodes in a line: the last reads the first; one that dies returns', async (t) => {
  const data = temporaryFolder(t);
  const fleet = spawnMuster(t, ['start', '--nodes', '3', '--data', data]);
  const page = await fleet.until('Ctrl-C');
  assert.match(page, /is running: 3 nodes$/m);
  const at = (number: number): string[] => ['--data', join(data, `node-${number}`)];
  assert.equal((await muster(['send', 'general', 'across', ...at(1)])).code, 0);
  await untilShown(at(3), /: across\n$/);
  const { pid } = JSON.parse(readFileSync(join(data, 'node-2', 'agent.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  assert.equal((await muster(['send', 'general', 'again', ...at(3)])).code, 0);
  await untilShown(at(1), /: again\n$/);
  fleet.child.kill('SIGTERM');
  const { code, err } = await fleet.ended;
  assert.equal(code, 0);
  assert.match(err, /node-2 ended \(SIGKILL\); starting it again in 0\.5 s/);
  assert.equal((await muster(['status', ...at(1)])).code, 3, 'all have ended');
});

async function untilShown(place: readonly string[], text: RegExp): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const { out } = await muster(['tail', 'general', '--no-follow', ...place]);
    if (text.test(out)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`${text} is not shown`);
}

/** Runs in a mount namespace of its own, so that nothing of it is left behind. */
function mounted(data: string, options: string): string[] {
  const mount = `mount -t tmpfs -o ${options} tmpfs ${data}`;
  const own = process.getuid?.() === 0 ? '-m' : '-rm';
  return ['unshare', own, 'sh', '-c', `${mount} && exec "$@"`, 'sh'];
}

test('disks that are read-only, full or missing: a line what, a line mend', async (t) => {
  const data = temporaryFolder(t);
  const start = ['start', '--data', data, '--port', await freePort()];
  const readOnly = await spawnMuster(t, start, { under: mounted(data, 'ro') }).ended;
  assert.equal(readOnly.code, 1);
  assert.match(
    readOnly.err,
    /^Error: The data folder .* is on a disk that is mounted read-only\n {2}/,
  );
  const full = await spawnMuster(t, start, { under: mounted(data, 'size=64k') }).ended;
  assert.equal(full.code, 1);
  assert.match(full.err, /^Error: The disk of the data folder .* is full\n {2}Make room on it/);
  const file = join(data, 'a-file');
  writeFileSync(file, '');
  const noFolder = await spawnMuster(t, ['start', '--data', join(file, 'x')]).ended;
  assert.match(noFolder.err, /^Error: .* is not a folder\n {2}Choose a folder with --data\.\n$/);
  for (const { err } of [readOnly, full, noFolder]) assert.ok(!err.includes('    at '), err);
});

test('a damaged store is put aside, and the node starts without it', async (t) => {
  const data = temporaryFolder(t);
  const given = ['start', '--data', data, '--port', await freePort()];
  const first = spawnMuster(t, given);
  await first.until(stopped);
  first.child.kill('SIGTERM');
  await first.ended;
  writeFileSync(join(data, 'store.db'), Buffer.alloc(20_000, 'not a database'));
  const second = spawnMuster(t, given);
  const page = await second.until('Ctrl-C');
  assert.match(page, /The store was damaged\. It was put aside as .*store\.db\.damaged-1/);
  assert.equal((await muster(['send', 'general', 'goes on', '--data', data])).code, 0);
});

test('a damaged configuration or key stops the start with its place and mend', async (t) => {
  const data = temporaryFolder(t);
  writeFileSync(join(data, 'muster.jsonc'), '{ "http": { "port": "x" } }');
  const config = await spawnMuster(t, ['start', '--data', data]).ended;
  assert.equal(config.code, 1);
  assert.match(config.err, /muster\.jsonc:1:21: http\.port must be a whole number/);
  writeFileSync(join(data, 'muster.jsonc'), '{}');
  writeFileSync(join(data, 'node.key'), '{"muster":"node-key","version":1}');
  const key = await spawnMuster(t, ['start', '--data', data]).ended;
  assert.equal(key.code, 1);
  assert.match(key.err, /^Error: .*node\.key is damaged\n {2}Put back a backup/);
});
