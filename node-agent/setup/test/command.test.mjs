/** What we start cannot be told from what we were asked for: exit codes and signals are its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runForeground, runLogged } from '../command.mjs';

const module = JSON.stringify(new URL('../command.mjs', import.meta.url).href);
/** Tells of each signal and goes on waiting; ends by itself should nobody end it. */
const patient = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => { console.log(signal); setTimeout(() => process.exit(3), 200); });
  setTimeout(() => {}, 20_000);
  console.log('up');`;
const plain = "setTimeout(() => {}, 20_000); console.log('up');";

/** Starts a process that runs `program` in the foreground and ends like it. */
async function startWrapped(program) {
  const code = `import { endLike, runForeground } from ${module};
    endLike(await runForeground(process.execPath, ['-e', ${JSON.stringify(program)}]));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = [];
  child.stdout.setEncoding('utf8').on('data', (text) => output.push(text));
  await once(child.stdout, 'data');
  return { child, ended: once(child, 'close'), output };
}

test('an exit code passes through', async () => {
  for (const code of [0, 1, 7]) {
    const ended = await runForeground(process.execPath, ['-e', `process.exit(${code})`]);
    assert.deepEqual(ended, { code, signal: null });
  }
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`${signal} reaches the program once, and its own exit code comes back`, async () => {
    const { child, ended, output } = await startWrapped(patient);
    child.kill(signal);
    assert.deepEqual(await ended, [3, null]);
    assert.equal(output.join(''), `up\n${signal}\n`);
  });
}

test('a program that a signal ends, ends us by the same signal', async () => {
  const { child, ended } = await startWrapped(plain);
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [null, 'SIGTERM']);
});

test('the output of a step is kept, and in its log too', async () => {
  const program = "console.log('one'); console.error('two'); process.exitCode = 4;";
  const result = await runLogged(process.execPath, ['-e', program], { log: 'test', name: 'Test' });
  assert.equal(result.code, 4);
  assert.deepEqual(result.output.trim().split('\n').sort(), ['one', 'two']);
  assert.equal(readFileSync(result.log, 'utf8'), result.output);
});

test('a program that is not there is a failed step, not an exception', async () => {
  const result = await runLogged('no-such-program-of-muster', [], { log: 'test-2', name: 'Test' });
  assert.equal(result.code, 127);
  // EACCES where PATH holds a folder that this user may not read.
  assert.match(result.output, /spawn no-such-program-of-muster (?:ENOENT|EACCES)/);
});
