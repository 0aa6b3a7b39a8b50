/**
 * `npm run sim -- --seed N …`: one simulated world, many of them over all cores, or the planted
 * bugs. Exit code 1 when a check does not hold, 2 for words that it does not know.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { currentCommit } from '../commit.ts';
import { plantedBugs } from '../planted/bugs.ts';
import { type Asked, help, readWords } from './cli.ts';
import { drawPlan, type Plan } from './plan/plan.ts';
import { actionLog } from './run/action-log.ts';
import { fanOut } from './run/fan-out.ts';
import { keptNames, keptPlan, planIn, writePlan } from './run/kept.ts';
import { minimise } from './run/minimise.ts';
import { type Outcome, runPlan } from './run/outcome.ts';
import { outcomeLines } from './run/outcome-text.ts';
import { searchPlanted } from './run/search.ts';
import { repeatCommand, Summary, summaryLines } from './run/summary.ts';

const crypto = createSodiumCrypto();
const commit = currentCommit();
const plantedSeedsMax = 50;
const minimiseMinutes = 10;
/** A log of more actions is nothing that people read. */
const loggedMax = 60;

const say = (line: string) => process.stderr.write(`${line}\n`);

function print(asked: Asked, report: object, lines: readonly string[]): void {
  const whole = { commit, ...report };
  const text = asked.json
    ? JSON.stringify(whole, null, 2)
    : [`commit ${commit}`, ...lines].join('\n');
  process.stdout.write(`${text}\n`);
}

function wrongUse(text: string): never {
  say(`sim: ${text}`);
  say('npm run sim -- --help says what there is.');
  process.exit(2);
}

function planFrom(file: string): Plan {
  try {
    return planIn(file).plan;
  } catch (error) {
    return wrongUse(`${file} is no plan: ${error instanceof Error ? error.message : error}`);
  }
}

/** One world: a drawn one, or a plan from a file. */
function runOne(asked: Asked): boolean {
  const { seed, nodes, hours, scenario } = asked;
  const drawn = { seed, nodes, hours, scenario };
  const plan = asked.plan === undefined ? drawPlan(drawn) : planFrom(asked.plan);
  const repeat =
    asked.plan === undefined ? repeatCommand(drawn) : `npm run sim -- --plan ${asked.plan}`;
  const progress = process.stderr.isTTY && !asked.json;
  const startedMs = performance.now();
  const onHour = (hour: number) => {
    if (progress) process.stderr.write(`\r  hour ${hour} of ${plan.options.hours} `);
  };
  const outcome = runPlan(crypto, plan, { onHour, keepsTrace: asked.trace });
  if (progress) process.stderr.write('\r');
  if (asked.trace) say(outcome.lastEvents.join('\n'));
  const lines = outcomeLines(outcome, { tookMs: performance.now() - startedMs, repeat });
  print(asked, { ...outcome, repeat }, lines);
  if (outcome.violationCount === 0) return true;
  if (asked.minimise) shorten(asked, plan, outcome);
  else if (plan.actions.length <= loggedMax) say(actionLog(plan).join('\n'));
  else say('--minimise looks for the few actions that it takes');
  return false;
}

function shorten(asked: Asked, plan: Plan, outcome: Outcome): void {
  const { check, text } = outcome.violations[0]!;
  const endMs = performance.now() + (asked.minutes ?? minimiseMinutes) * 60_000;
  const small = minimise(plan, {
    failsAt: (smaller) => {
      const { violations } = runPlan(crypto, smaller);
      return violations.find((one) => one.check === check)?.atMs;
    },
    isOver: () => performance.now() > endMs,
    onSmaller: (actions) => process.stderr.write(`\r  ${actions} actions left  `),
  });
  const file = join(tmpdir(), `muster-sim-${plan.options.seed}-${check}.json`);
  writePlan(file, `${check}: ${text}`, small);
  say(`\n${small.actions.length} of ${plan.actions.length} actions still break ${check}:`);
  say(actionLog(small).slice(0, loggedMax).join('\n'));
  say(`again: npm run sim -- --plan ${file}`);
}

async function runMany(asked: Asked): Promise<boolean> {
  const { seed: first, nodes, hours, scenario, seeds, minutes, jobs } = asked;
  const summary = new Summary();
  const startedMs = performance.now();
  const endMs = startedMs + (minutes ?? 0) * 60_000;
  let given = 0;
  let ended = 0;
  await fanOut({
    ...(jobs === undefined ? {} : { jobs }),
    next() {
      const isOver = seeds === undefined ? performance.now() > endMs : given >= seeds;
      return isOver ? undefined : { seed: first + given++, nodes, hours, scenario };
    },
    onOutcome(outcome) {
      summary.add(outcome);
      ended++;
      const failed = summary.failures.at(-1);
      if (failed && ('died' in outcome || outcome.violationCount > 0)) {
        say(`  seed ${failed.options.seed}: ${failed.check}: ${failed.text}`);
      }
      if (ended % 20 === 0) say(`  ${ended} worlds, ${summary.failures.length} failed`);
    },
  });
  const report = summary.report(performance.now() - startedMs);
  print(asked, { firstSeed: first, nodes, hours, scenario, ...report }, summaryLines(report));
  return report.failures.length === 0;
}

function runKept(asked: Asked): boolean {
  const results = keptNames().map((name) => {
    const { about, plan } = keptPlan(name);
    const { violationCount, violations } = runPlan(crypto, plan);
    return { name, about, violationCount, violations };
  });
  const lines = results.map(({ name, about, violationCount, violations }) => {
    const how = violationCount === 0 ? 'holds' : `BROKEN ${violations[0]?.text}`;
    return `  ${name}: ${how} (${about})`;
  });
  if (lines.length === 0) lines.push('  nothing is kept');
  print(asked, { kept: results }, lines);
  return results.every(({ violationCount }) => violationCount === 0);
}

async function runPlanted(asked: Asked): Promise<boolean> {
  const caught = [];
  for (const { name: bug } of plantedBugs.filter(({ where }) => where === 'sim')) {
    const { nodes, hours, jobs, seed: firstSeed } = asked;
    const limits = { seedsMax: plantedSeedsMax, nodes, hours, firstSeed };
    const one = await searchPlanted({ bug, ...limits, ...(jobs === undefined ? {} : { jobs }) });
    say(`  ${bug}: ${one.seeds === undefined ? 'not caught' : `seed ${one.seeds}, ${one.check}`}`);
    caught.push(one);
  }
  const lines = caught.map(({ bug, seeds, check, text }) =>
    seeds === undefined ? `  NOT CAUGHT ${bug}` : `  ${bug}: after ${seeds} (${check}: ${text})`,
  );
  print(asked, { seedsMax: plantedSeedsMax, planted: caught }, lines);
  return caught.every(({ seeds }) => seeds !== undefined);
}

async function run(asked: Asked): Promise<boolean> {
  if (asked.kept) return runKept(asked);
  if (asked.planted) return await runPlanted(asked);
  const isMany = asked.seeds !== undefined || (asked.minutes !== undefined && !asked.minimise);
  return isMany ? await runMany(asked) : runOne(asked);
}

const asked = readWords(process.argv.slice(2));
if (typeof asked === 'string') wrongUse(asked);
if (asked.help) {
  process.stdout.write(`${help}\n`);
} else {
  process.exitCode = (await run(asked)) ? 0 : 1;
}
