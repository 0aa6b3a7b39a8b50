/** What a run of the fuzzer found, as JSON and for people. */
import { repeatCommand } from './engine/fault.ts';
import type { VerdictCounts } from './engine/verdict-counts.ts';
import type { FuzzOutcome, KeptFault } from './fuzz.ts';

export interface FuzzReport {
  readonly seed: number;
  readonly commit: string;
  readonly seconds: number;
  readonly inputs: number;
  readonly targets: Readonly<Record<string, VerdictCounts>>;
  readonly faults: readonly (KeptFault & { readonly repeat: string })[];
}

export function reportOf(
  { counts, faults }: FuzzOutcome,
  run: Pick<FuzzReport, 'seed' | 'commit' | 'seconds'>,
): FuzzReport {
  let inputs = 0;
  for (const { inputs: some } of counts.values()) inputs += some;
  return {
    ...run,
    inputs,
    targets: Object.fromEntries(counts),
    faults: faults.map((fault) => ({ ...fault, repeat: repeatCommand(fault) })),
  };
}

export function printReport(report: FuzzReport): string {
  const head = `  ${'target'.padEnd(24)}${'inputs'.padStart(12)}${'accepted'.padStart(12)}`;
  const lines = [`${head}${'slowest ms'.padStart(12)}${'MB'.padStart(6)}  refused`];
  for (const [name, counts] of Object.entries(report.targets)) lines.push(row(name, counts));
  for (const { kind, target, text, times, repeat, file } of report.faults) {
    lines.push(`  FAULT ${target} ${kind}, ${times} times: ${text}`, `    ${repeat}`);
    if (file) lines.push(`    ${file}`);
  }
  const { seed, commit, seconds, inputs, faults } = report;
  const sum = `${inputs.toLocaleString('en')} inputs in ${Math.round(seconds)} s`;
  return [...lines, `fuzz: ${sum}, ${faults.length} faults; seed ${seed}, commit ${commit}`].join(
    '\n',
  );
}

function row(name: string, { inputs, accepted, refused, slowestMs, highestMb }: VerdictCounts) {
  const figures = [
    inputs.toLocaleString('en').padStart(12),
    accepted.toLocaleString('en').padStart(12),
    slowestMs.toFixed(1).padStart(12),
    highestMb.toFixed(0).padStart(6),
  ];
  const reasons = Object.entries(refused).sort((a, b) => b[1] - a[1]);
  const texts = reasons.map(([reason, times]) => `${reason} ${times.toLocaleString('en')}`);
  return `  ${name.padEnd(24)}${figures.join('')}  ${texts.join(', ')}`;
}
