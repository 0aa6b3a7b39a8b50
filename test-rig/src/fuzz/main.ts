/**
 * `npm run fuzz -- --inputs N [--target NAME ...]`: hostile inputs for every parser, from a seed.
 * Exit code 1 when a fault was found, 2 for wrong use.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { currentCommit } from '../commit.ts';
import { plantedBug } from '../planted/bugs.ts';
import { plantedFlags } from '../planted/flags.ts';
import { type FuzzOptions, fuzz } from './fuzz.ts';
import { printReport, reportOf } from './report.ts';
import { runFile, runIndex } from './single.ts';
import { fuzzTargets } from './targets.ts';

const help = `muster fuzz: changed and hostile inputs for every parser, from a seed

  --inputs N     inputs of all targets together (default 8,000,000), shared out by speed
  --minutes M    run for so long instead; the targets take turns
  --target NAME  only this target; may be given again
  --seed N       what the inputs are drawn from (default: drawn, and printed)
  --index I      run the one input of this number, after those that it builds on (one --target)
  --input FILE   run the octets of this file (one --target)
  --workers N    processes side by side (default: one a core)
  --plant NAME   plant this bug into the processes: it has to be found
  --keep         write faulty inputs, made small, to test-rig/corpus
  --list         print the targets
  --json         one JSON object on standard output

Nothing is random but the seed: the same seed, target and index are the same input again.
Exit code: 0 no fault, 1 a fault was found, 2 wrong use.`;

/** Seeds are words of the generator's state. */
const seedMax = 2 ** 32 - 1;
const number = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

function readArgs() {
  return parseArgs({
    options: {
      ...{ inputs: number, minutes: number, seed: number, index: number, workers: number },
      ...{ input: { type: 'string' }, plant: { type: 'string' } },
      ...{ target: { type: 'string', multiple: true, default: [] } },
      ...{ keep: flag, list: flag, json: flag, help: flag },
    },
  }).values;
}

function wrongUse(text: string): never {
  process.stderr.write(`fuzz: ${text}; see --help\n`);
  process.exit(2);
}

function whole(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text.replaceAll(',', '').replaceAll('_', ''));
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  return wrongUse(`--${name} takes a whole number from 0 to ${max}, not "${text}"`);
}

function argsOrEnd(): ReturnType<typeof readArgs> {
  try {
    return readArgs();
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error));
  }
}

function flagsOf(bug: string): string[] {
  return plantedBug(bug) ? plantedFlags(bug) : wrongUse(`there is no planted bug "${bug}"`);
}

async function main(): Promise<void> {
  const args = argsOrEnd();
  const known = Object.keys(fuzzTargets);
  if (args.help || args.list) {
    process.stdout.write(`${args.help ? help : known.join('\n')}\n`);
    return;
  }
  const unknown = args.target.find((name) => !known.includes(name));
  if (unknown !== undefined) wrongUse(`there is no target "${unknown}"`);
  if (args.index !== undefined || args.input !== undefined) await runOne(args);
  else await runMany(args, args.target.length > 0 ? args.target : known);
}

async function runOne(args: ReturnType<typeof readArgs>): Promise<void> {
  const [target] = args.target;
  if (target === undefined || args.target.length > 1) wrongUse('name one --target');
  const seed = whole('seed', args.seed, seedMax);
  const index = whole('index', args.index, Number.MAX_SAFE_INTEGER);
  if (index !== undefined && seed === undefined) wrongUse('--index needs the --seed of that run');
  const result =
    index !== undefined && seed !== undefined
      ? await runIndex(target, { seed, index })
      : await runFile(target, readOctets(args.input ?? ''));
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.fault === undefined ? 0 : 1;
}

function readOctets(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    return wrongUse(`${path} cannot be read`);
  }
}

async function runMany(
  args: ReturnType<typeof readArgs>,
  targets: readonly string[],
): Promise<void> {
  const seed = whole('seed', args.seed, seedMax) ?? Date.now() % seedMax;
  const minutes = whole('minutes', args.minutes, 7 * 24 * 60);
  const options: FuzzOptions = {
    targets,
    seed,
    inputs: whole('inputs', args.inputs, 1e12) ?? 8_000_000,
    ...(minutes === undefined ? {} : { minutes }),
    workers: Math.max(1, whole('workers', args.workers, 256) ?? availableParallelism()),
    isKept: args.keep,
    ...(args.plant === undefined ? {} : { execArgv: flagsOf(args.plant) }),
  };
  const startMs = performance.now();
  process.stderr.write(`  seed ${seed}, ${targets.length} targets\n`);
  const outcome = await fuzz(options, (line) => process.stderr.write(`  ${line}\n`));
  const seconds = (performance.now() - startMs) / 1000;
  const report = reportOf(outcome, { options, commit: currentCommit(), seconds });
  process.stdout.write(`${args.json ? JSON.stringify(report, null, 2) : printReport(report)}\n`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}

await main();
