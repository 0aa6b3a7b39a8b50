/** What a run over crash states found, for people and as JSON. */
import { currentCommit } from '../commit.ts';
import type { Failure } from './states/walk.ts';
import type { WorkloadName } from './workloads/list.ts';

export interface WorkloadTally {
  /** States drawn, of which many are alike. */
  readonly drawn: number;
  readonly opened: number;
  /** Different contents of the folder that were opened. */
  readonly states: number;
  /** The longest opening with all its checks, milliseconds of the processor. */
  readonly openMsMax: number;
  readonly failures: readonly Failure[];
}

export interface CrashReport {
  readonly seed: number;
  readonly states: number;
  readonly statesWanted: number;
  readonly tookMs: number;
  /** The seed of the recording that showed faults, and where it is kept. */
  readonly failedSeed?: number;
  readonly kept?: string;
  readonly workloads: ReadonlyMap<WorkloadName, WorkloadTally>;
}

const failuresToldMax = 10;

export function tallyUp(before: WorkloadTally | undefined, now: WorkloadTally): WorkloadTally {
  if (!before) return now;
  return {
    drawn: before.drawn + now.drawn,
    opened: before.opened + now.opened,
    states: before.states + now.states,
    openMsMax: Math.max(before.openMsMax, now.openMsMax),
    failures: [...before.failures, ...now.failures],
  };
}

/** Whether so many states were tried as was asked, and all held. */
export function hasPassed({ states, statesWanted, failedSeed }: CrashReport): boolean {
  return failedSeed === undefined && states >= statesWanted;
}

/** What repeats one failure. */
export function repeatCommand(
  { failedSeed, kept }: CrashReport,
  name: WorkloadName,
  { state }: Failure,
): string {
  return `npm run crash -- --recordings ${kept} --seed ${failedSeed} --state ${name}:${state}`;
}

export function asJson(report: CrashReport): string {
  const { workloads, ...rest } = report;
  const sums = [...workloads].map(([name, tally]) => {
    const failures = tally.failures.slice(0, failuresToldMax).map((failure) => ({
      ...failure,
      repeat: repeatCommand(report, name, failure),
    }));
    return [name, { ...tally, failed: tally.failures.length, failures }];
  });
  const passed = hasPassed(report);
  const whole = { name: 'crash', passed, commit: currentCommit(), ...rest };
  return JSON.stringify({ ...whole, workloads: Object.fromEntries(sums) }, null, 2);
}

export function asText(report: CrashReport): string {
  const { seed, states, statesWanted, tookMs, workloads } = report;
  const lines = [`seed ${seed}, commit ${currentCommit()}`];
  for (const [name, tally] of workloads) {
    const { states: different, opened, openMsMax } = tally;
    lines.push(
      `  ${name.padEnd(14)}${different} states, opened ${opened} times, ` +
        `at most ${Math.round(openMsMax)} ms`,
    );
    for (const failure of tally.failures.slice(0, failuresToldMax)) {
      lines.push(`  FAILED: state ${failure.state}, cut after ${failure.cut} calls`);
      lines.push(...failure.faults.map((fault) => `    ${fault}`));
      lines.push(`    ${repeatCommand(report, name, failure)}`);
    }
  }
  const outcome = hasPassed(report) ? 'passed' : 'failed';
  lines.push(`${states} of ${statesWanted} states in ${Math.round(tookMs / 1000)} s: ${outcome}`);
  return lines.join('\n');
}
