/** `npm run soak -- --minutes 60 [--agents 10] [--seed N] [--json] [--report FILE.html]`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SoakOptions, SoakRecord } from './record.ts';
import { commandOf, htmlReport } from './report.ts';
import { Soak } from './soak.ts';
import { judge, type Verdict } from './verdicts.ts';

const help = `muster soak: real agents for a long time, one killed every 10 s, partitions, people

  --minutes M      how long (60)
  --agents N       how many, 3 to 100 (10); a third of them is never killed
  --seed N         what is done to whom (drawn from the clock)
  --report FILE    an HTML report with plots
  --json           one JSON object on standard output

It needs root, for network namespaces. Exit code: 0 every promise held or the run was too short to
say, 1 one is broken, 2 wrong use.`;

function readArgs() {
  try {
    return parseArgs({
      options: {
        minutes: { type: 'string', default: '60' },
        agents: { type: 'string', default: '10' },
        seed: { type: 'string', default: String(Date.now() >>> 0) },
        report: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`soak: ${error instanceof Error ? error.message : error}; see --help\n`);
    process.exit(2);
  }
}

const values = readArgs();

function optionsOf(): SoakOptions | undefined {
  const [minutes, agents, seed] = [values.minutes, values.agents, values.seed].map(Number);
  const isFine = minutes! > 0 && agents! >= 3 && agents! <= 100 && Number.isInteger(agents);
  return isFine && Number.isSafeInteger(seed)
    ? { minutes: minutes!, agents: agents!, seed: seed! }
    : undefined;
}

async function run(options: SoakOptions): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('soak needs root, for network namespaces');
  const folder = mkdtempSync(join(tmpdir(), 'muster-soak-'));
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const soak = new Soak(options, folder, say);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void soak.close().finally(() => process.exit(1)));
  }
  let record: SoakRecord;
  try {
    record = await soak.run();
  } finally {
    await soak.close();
  }
  const verdicts = judge(record);
  if (values.report !== undefined) writeFileSync(values.report, htmlReport(record));
  tell(record, verdicts);
  const isBroken = verdicts.some(({ state }) => state === 'broken');
  if (isBroken) say(`logs and stores are in ${folder}`);
  else rmSync(folder, { recursive: true });
  process.exitCode = isBroken ? 1 : 0;
}

function tell(record: SoakRecord, verdicts: readonly Verdict[]): void {
  const { options, commit, samples, kills, partitions, checks } = record;
  const command = commandOf(options);
  const held = samples.at(-1)?.people.held ?? 0;
  const counts = {
    kills: kills.length,
    partitions: partitions.length,
    checks: checks.length,
    held,
  };
  if (values.json) {
    const all = { name: 'soak', ...options, commit, command, ...counts, verdicts };
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${JSON.stringify(counts)}, commit ${commit}\n`);
  for (const { state, name, promise, seen } of verdicts) {
    process.stdout.write(
      `  ${state.padEnd(10)}${name}: ${promise}\n${' '.repeat(12)}seen: ${seen}\n`,
    );
  }
  process.stdout.write(`repeat it: ${command}\n`);
}

const options = optionsOf();
if (values.help || options === undefined) {
  (values.help ? process.stdout : process.stderr).write(`${help}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  await run(options);
}
