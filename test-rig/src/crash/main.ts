/**
 * `npm run crash -- --states N [--seed N] [--json]`: what a power cut leaves of our files, opened
 * again. Exit code 1 when a state did not hold, 2 for wrong use.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plantedBug } from '../planted/bugs.ts';
import { plantedFlags } from '../planted/flags.ts';
import { crash } from './crash.ts';
import { recordingName } from './record/record.ts';
import { repeat } from './repeat.ts';
import { asJson, asText, hasPassed } from './report.ts';
import { type WorkloadName, workloadNames } from './workloads/list.ts';

const help = `muster crash: real files after a power cut at any moment

  --states N           different states to open (default 10,000)
  --seed N             what work and cuts are drawn from (default: drawn, and printed)
  --only NAME          only this workload (${workloadNames.join(', ')}); may be given again
  --workers N          processes side by side (default: one a core)
  --plant NAME         plant this bug into what is recorded: states have to fail then
  --json               one JSON object on standard output

  --recordings FOLDER --seed N --state NAME:NUMBER
                       one state of a run that failed once more, from what it kept

The processes are recorded through libc, with a shim that gcc compiles.
Exit code: 0 every state held, 1 one did not, 2 wrong use.`;

function wrongUse(text: string): never {
  process.stderr.write(`crash: ${text}; see --help\n`);
  process.exit(2);
}

function whole(name: string, text: string, max: number): number {
  const value = Number(text.replaceAll(/[,_]/g, ''));
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  return wrongUse(`--${name} takes a whole number from 0 to ${max}, not "${text}"`);
}

function workloadOf(name: string): WorkloadName {
  const found = workloadNames.find((known) => known === name);
  return found ?? wrongUse(`there is no workload "${name}"`);
}

function flagsOf(bug: string): string[] {
  return plantedBug(bug) ? plantedFlags(bug) : wrongUse(`there is no planted bug "${bug}"`);
}

const number = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

function readArgs() {
  try {
    return parseArgs({
      options: {
        ...{ states: { type: 'string', default: '10000' }, seed: number, workers: number },
        ...{ only: { type: 'string', multiple: true, default: [] }, json: flag, help: flag },
        ...{ recordings: { type: 'string' }, state: { type: 'string' }, plant: { type: 'string' } },
      },
    }).values;
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error));
  }
}

async function runAll(values: ReturnType<typeof readArgs>, seed: number): Promise<boolean> {
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  say(`seed ${seed}`);
  const report = await crash(
    {
      states: whole('states', values.states, 1e7),
      seed,
      ...(values.only.length > 0 && { only: values.only.map(workloadOf) }),
      ...(values.plant !== undefined && { execArgv: flagsOf(values.plant) }),
      ...(values.workers && { workers: Math.max(1, whole('workers', values.workers, 64)) }),
    },
    say,
  );
  process.stdout.write(`${values.json ? asJson(report) : asText(report)}\n`);
  return hasPassed(report);
}

async function runOne(recordings: string, at: string, seed: number): Promise<boolean> {
  const [name = '', state = ''] = at.split(':');
  const options = {
    recordings,
    seed,
    workload: workloadOf(name),
    state: whole('state', state, 1e9),
  };
  const file = join(recordings, recordingName(options.workload, seed));
  if (!existsSync(file)) wrongUse(`there is no recording ${file}`);
  const { cut, last, folder, faults } = await repeat(options);
  const lines = [`cut after ${cut} calls; the last ones:`, ...last, `left in ${folder}`, ...faults];
  process.stdout.write(`${lines.join('\n')}\n${faults.length === 0 ? 'passed' : 'failed'}\n`);
  return faults.length === 0;
}

const values = readArgs();
if (values.help) {
  process.stdout.write(`${help}\n`);
} else {
  const seed = values.seed === undefined ? Date.now() >>> 0 : whole('seed', values.seed, 2 ** 32);
  const { recordings, state } = values;
  if ((recordings === undefined) !== (state === undefined)) {
    wrongUse('--recordings and --state go together');
  }
  const passed =
    recordings !== undefined && state !== undefined
      ? await runOne(recordings, state, seed)
      : await runAll(values, seed);
  process.exitCode = passed ? 0 : 1;
}
