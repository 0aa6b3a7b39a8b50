/**
 * `npm run sim -- --seed N --nodes K --hours H [--json] [--trace]`: one simulated world. Exit code
 * 1 when a check does not hold.
 */
import { parseArgs } from 'node:util';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { printReport, reportOf } from './report.ts';
import { World } from './world.ts';

const help = `muster sim: a whole mesh in virtual time, with faults, from a seed

  --seed N     what the seed draws: topology, people, clocks, faults (default 1)
  --nodes K    boxes (default 50)
  --hours H    virtual hours under faults; then everything is mended (default 24)
  --trace      print the last events before a check failed
  --json       one JSON object on standard output`;

function whole(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  process.stderr.write(`sim: --${name} takes a whole number from 1 to ${max}, not "${text}"\n`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '50' },
    hours: { type: 'string', default: '24' },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(`${help}\n`);
} else {
  const world = new World(createSodiumCrypto(), {
    seed: whole('seed', values.seed, 2 ** 31),
    nodes: whole('nodes', values.nodes, 2_000),
    hours: whole('hours', values.hours, 24 * 365),
  });
  const startedMs = performance.now();
  const progress = process.stderr.isTTY && !values.json;
  world.run((hour) => {
    if (progress) process.stderr.write(`\r  hour ${hour} of ${world.options.hours} `);
  });
  if (progress) process.stderr.write('\r');
  const report = reportOf(world, performance.now() - startedMs);
  if (values.trace) process.stderr.write(`${world.trace.last().join('\n')}\n`);
  process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : printReport(report)}\n`);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}
