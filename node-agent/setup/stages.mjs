/**
 * The checks that need no running of the code: format and lint, types, and the tidy rules.
 * They write nothing. `npm run check` is these alone; `npm test` has them before the tests.
 */
import { join } from 'node:path';
import { runLogged } from './command.mjs';
import { modulesFolder, rootFolder, shown } from './paths.mjs';
import { begin, done, failed, quote, say } from './report.mjs';
import { runtimeEnvironment } from './runtime.mjs';

const linesShownMax = 200;
const biome = join(modulesFolder, '@biomejs/biome/bin/biome');
const tsc = join(modulesFolder, 'typescript/bin/tsc');
const checks = [
  {
    name: 'Biome',
    log: 'biome',
    args: [biome, 'ci', '--error-on-warnings', '.'],
    mend: 'npm run format mends most of it',
  },
  { name: 'Types', log: 'types', args: [tsc, '-p', 'tsconfig.json'] },
  { name: 'Types, web', log: 'types-web', args: [tsc, '-p', 'node-agent/web'] },
  { name: 'Tidy', log: 'tidy', args: ['test-rig/src/tidy/main.ts'], speaks: true },
];

function show({ name, mend, speaks }, result) {
  if (result.code === 0) {
    const lines = speaks ? result.output.trimEnd().split('\n') : ['clean'];
    const last = lines.pop();
    quote(lines.join('\n'), linesShownMax);
    done(name, last, result.durationMs);
    return;
  }
  failed(name, mend === undefined ? 'has something to say' : mend, result.durationMs);
  say();
  quote(result.output, linesShownMax);
  say(`    All of it is in ${shown(result.log)}`);
  say();
}

/** Runs all checks at once; true when every one is clean. */
export async function check(runtime) {
  begin('Check', 'format, lint, types, tidy rules');
  const env = runtimeEnvironment();
  const results = await Promise.all(
    checks.map(({ name, log, args }) =>
      runLogged(runtime, args, { log: `check-${log}`, name, cwd: rootFolder, env }),
    ),
  );
  results.forEach((result, index) => {
    show(checks[index], result);
  });
  return results.every(({ code }) => code === 0);
}
