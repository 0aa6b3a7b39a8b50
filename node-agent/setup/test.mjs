/**
 * `npm test`: makes everything ready, runs the checks, then the tests of every package, and says
 * how long each took. `npm test -- PATTERN …` runs only the test files whose path holds a pattern;
 * arguments that begin with a dash go to Node's test runner.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runForeground } from './command.mjs';
import { rootFolder } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { done, failed, heading, say } from './report.mjs';
import { cachedEnvironment } from './runtime.mjs';
import { check } from './stages.mjs';

const concurrency = 3; // for two cores: about a third of the time a file only waits
const fileTimeoutMs = 240_000; // a test file that hangs must not eat the budget of ten minutes

/** Packages whose tests open no browser, no agent and no network namespace. */
const rulesOnly = /^(?:node-agent\/(?:core|setup)|provisioning)\//;

/** Paths, from the root, of all test files of all packages. */
function testFiles() {
  const { workspaces } = JSON.parse(readFileSync(join(rootFolder, 'package.json'), 'utf8'));
  return [...workspaces, 'node-agent/setup'].flatMap((workspace) => {
    const folder = join(workspace, 'test');
    let entries = [];
    try {
      entries = readdirSync(join(rootFolder, folder), { recursive: true });
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    const tests = entries.filter((entry) => /\.test\.(?:ts|mjs)$/.test(entry));
    return tests.sort().map((entry) => join(folder, entry));
  });
}

const stages = [];

/** Runs one stage and notes how it went and how long it took. */
async function stage(name, run) {
  const startedMs = performance.now();
  const result = await run();
  stages.push({
    name,
    ok: result.ok,
    text: result.text,
    durationMs: performance.now() - startedMs,
  });
  return result;
}

async function runTests(runtime, files, runnerFlags) {
  const flags = ['--test', `--test-concurrency=${concurrency}`, '--test-reporter=spec'];
  const args = [...flags, `--test-timeout=${fileTimeoutMs}`, ...runnerFlags, ...files];
  const ended = await runForeground(runtime, args, { cwd: rootFolder, env: cachedEnvironment() });
  return { ok: ended.code === 0, text: `${files.length} files` };
}

async function main(args) {
  const patterns = args.filter((argument) => !argument.startsWith('-'));
  const runnerFlags = args.filter((argument) => argument.startsWith('-'));
  const files = testFiles().filter(
    (file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)),
  );
  if (files.length === 0) {
    say(`No test file has ${patterns.join(' or ')} in its path.`);
    return false;
  }
  const isReal = !files.every((file) => rulesOnly.test(file));
  let runtime;
  await stage('Ready', async () => {
    runtime = await prepare({ debian: isReal, web: isReal });
    return { ok: runtime !== undefined, text: '' };
  });
  if (runtime === undefined) return false;
  if (patterns.length === 0) {
    heading('Checks');
    await stage('Checks', async () => ({ ok: await check(runtime), text: '' }));
  }
  heading('Tests');
  await stage('Tests', () => runTests(runtime, files, runnerFlags));
  say();
  for (const { name, ok, text, durationMs } of stages) (ok ? done : failed)(name, text, durationMs);
  return stages.every(({ ok }) => ok);
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
