/**
 * `npm run bench -- NAME|all [--json] [--quick]`: every figure beside its peer, measured in the
 * same run. Exit code 0 also when a goal is missed: a goal is not a limit, and CI does not run
 * this.
 */
import { parseArgs } from 'node:util';
import type { BenchOptions, Figure } from './figure.ts';

type Bench = (options: BenchOptions) => Promise<Figure[]>;

/** Loaded one by one: a benchmark must not carry the modules of another in its memory. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  sync: async () => (await import('./sync/index.ts')).benchSync,
  ingest: async () => (await import('./ingest/ingest.ts')).benchIngest,
  wire: async () => (await import('./wire/index.ts')).benchWire,
  mesh: async () => (await import('./mesh/index.ts')).benchMesh,
  disk: async () => (await import('./disk/index.ts')).benchDisk,
  footprint: async () => (await import('./footprint/index.ts')).benchFootprint,
  mqtt: async () => (await import('./mqtt/index.ts')).benchMqtt,
};

const help = `muster bench: our figures beside the peers', measured in one run

  NAME       ${Object.keys(benches).join(', ')}, or all; may be several
  --quick    small rounds, to see that it runs
  --plots DIR  writes the plots of mesh there, as SVG
  --json     one JSON array on standard output`;

function readArgs() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        plots: { type: 'string' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : error}; see --help\n`);
    process.exit(2);
  }
}

const { values, positionals } = readArgs();

function met(figure: Figure): boolean {
  const [direction, goal] = figure.goal.split(' ');
  return direction === '<=' ? figure.ratio <= Number(goal) : figure.ratio >= Number(goal);
}

function line(figure: Figure): string {
  const number = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 4 });
  const name = figure.name.padEnd(34);
  const values = `${number(figure.ours).padStart(10)} against ${number(figure.peer).padEnd(10)}`;
  const ratio = `ratio ${number(figure.ratio).padEnd(8)} goal ${figure.goal.padEnd(8)}`;
  return `${name}${values} ${ratio} ${met(figure) ? 'met   ' : 'MISSED'} ${figure.unit}`;
}

async function main(names: readonly string[]): Promise<void> {
  const figures: Figure[] = [];
  for (const name of names) {
    if (!values.json) process.stdout.write(`${name} ...\n`);
    const bench = await benches[name]!();
    const measured = await bench({
      quick: values.quick,
      ...(values.plots === undefined ? {} : { plotsFolder: values.plots }),
    });
    figures.push(...measured);
    if (!values.json) process.stdout.write(`${measured.map(line).join('\n')}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
}

const asked = positionals.length === 0 ? ['all'] : positionals;
const names = asked.flatMap((name) => (name === 'all' ? Object.keys(benches) : [name]));
const unknown = names.find((name) => !Object.hasOwn(benches, name));
if (values.help) {
  process.stdout.write(`${help}\n`);
} else if (unknown !== undefined) {
  process.stderr.write(`bench: there is no "${unknown}"; take some of those:\n\n${help}\n`);
  process.exitCode = 2;
} else {
  await main(names);
}
