/** What many worlds came to together: for people as lines, for programs as one object. */
import type { SimOptions } from '../plan/options.ts';
import type { Died } from './fan-out.ts';
import type { Outcome } from './outcome.ts';

const hoursAYear = 365 * 24;

export interface Failure {
  readonly options: SimOptions;
  /** The first thing that did not hold. */
  readonly text: string;
  readonly check: string;
  readonly repeat: string;
}

export function repeatCommand({ seed, nodes, hours, scenario }: SimOptions): string {
  const asked = scenario === 'any' ? '' : ` --scenario ${scenario}`;
  return `npm run sim -- --seed ${seed} --nodes ${nodes} --hours ${hours}${asked}`;
}

/** Adds worlds up as they end. */
export class Summary {
  readonly failures: Failure[] = [];
  readonly #faults = new Map<string, number>();
  readonly #sums = { worlds: 0, nodeHours: 0, cpuMs: 0, written: 0, held: 0, deliveries: 0 };

  add(outcome: Outcome | Died): void {
    if ('died' in outcome) {
      const { options, died: text } = outcome;
      this.#sums.worlds++;
      this.failures.push({ options, text, check: 'crashed', repeat: repeatCommand(options) });
      return;
    }
    this.#sums.worlds++;
    this.#sums.nodeHours += outcome.nodes * outcome.hours;
    for (const figure of ['cpuMs', 'written', 'held', 'deliveries'] as const) {
      this.#sums[figure] += outcome[figure];
    }
    for (const [kind, times] of Object.entries(outcome.faults)) {
      this.#faults.set(kind, (this.#faults.get(kind) ?? 0) + times);
    }
    const [first] = outcome.violations;
    if (!first) return;
    const { seed, nodes, hours, scenario } = outcome;
    const options = { seed, nodes, hours, scenario };
    const { check, text } = first;
    this.failures.push({ options, check, text, repeat: repeatCommand(options) });
  }

  report(tookMs: number) {
    const { nodeHours, cpuMs, ...sums } = this.#sums;
    const nodeYears = nodeHours / hoursAYear;
    return {
      ...sums,
      nodeYears: rounded(nodeYears),
      coreHours: rounded(cpuMs / 3_600_000),
      nodeYearsPerCoreHour: rounded(nodeYears / (cpuMs / 3_600_000)),
      tookS: rounded(tookMs / 1000),
      faults: Object.fromEntries([...this.#faults].sort(([a], [b]) => (a < b ? -1 : 1))),
      failures: this.failures,
    };
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export type SummaryReport = ReturnType<Summary['report']>;

export function summaryLines(report: SummaryReport): string[] {
  const count = (value: number) => value.toLocaleString('en');
  const { worlds, written, held, deliveries, nodeYears, coreHours } = report;
  const lines = [
    `${worlds} worlds, ${nodeYears} simulated node-years in ${coreHours} core-hours`,
    `  ${report.nodeYearsPerCoreHour} node-years per core-hour, took ${report.tookS} s`,
    `  written ${count(written)}, held ${count(held)}, deliveries ${count(deliveries)}`,
    '  faults injected:',
    ...Object.entries(report.faults).map(
      ([kind, times]) => `    ${kind.padEnd(20)}${count(times).padStart(14)}`,
    ),
  ];
  for (const { check, text, repeat } of report.failures.slice(0, 20)) {
    lines.push(`  BROKEN ${check}: ${text}`, `    again: ${repeat}`);
  }
  const broken = report.failures.length;
  return [...lines, broken === 0 ? '  all checks hold in all worlds' : `  ${broken} worlds failed`];
}
