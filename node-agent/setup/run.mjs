/**
 * Runs one of Muster's programs on its own Node, after making everything ready for it:
 * `node node-agent/setup/run.mjs <what> [arguments]`. Signals and the exit code are the program's;
 * for the signals' sake the scripts of package.json begin with `exec`, or the shell between npm and
 * us would keep them.
 */
import { join } from 'node:path';
import { musterProgram } from './bundle.mjs';
import { endLike, runForeground } from './command.mjs';
import { rootFolder } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { say } from './report.mjs';
import { cachedEnvironment, runtimeEnvironment } from './runtime.mjs';

const programs = {
  start: { muster: ['start'], needs: { web: true, bundle: true } },
  muster: { muster: [], needs: { web: true, bundle: true } },
  sim: { run: ['test-rig/src/sim/main.ts'], needs: {} },
  crash: { run: ['test-rig/src/crash/main.ts'], needs: { debian: true } },
  fuzz: { run: ['test-rig/src/fuzz/main.ts'], needs: {} },
  soak: { run: ['test-rig/src/soak/main.ts'], needs: { debian: true, web: true } },
  rig: { run: ['test-rig/src/rig/main.ts'], needs: { debian: true, web: true } },
  bench: { run: ['test-rig/src/bench/main.ts'], needs: { web: true } },
  vectors: { run: ['test-rig/src/vectors/main.ts'], needs: {} },
  format: { run: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'], needs: {} },
};

const [what, ...args] = process.argv.slice(2);
const program = programs[what];
if (program === undefined) {
  say(`Usage: node node-agent/setup/run.mjs ${Object.keys(programs).join('|')} [arguments]`);
  process.exit(2);
}
const bluetooth = what === 'rig' && args.some((arg) => arg.startsWith('ble'));
const runtime = await prepare({ ...program.needs, bluetooth });
if (runtime === undefined) process.exit(1);
const { muster, run = [] } = program;
const [file, ...first] = muster ? [musterProgram(), ...muster] : run;
endLike(
  await runForeground(runtime, [join(rootFolder, file), ...first, ...args], {
    env: what === 'rig' ? cachedEnvironment() : runtimeEnvironment(),
  }),
);
