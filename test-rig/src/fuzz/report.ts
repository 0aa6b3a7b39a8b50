/** What a run of the fuzzer found, as JSON and for people. */
import { repeatCommand } from './engine/fault.ts';
import type { VerdictCounts } from './engine/verdict-counts.ts';
import type { FuzzOptions, FuzzOutcome, KeptFault } from './fuzz.ts';

export interface FuzzReport {
  readonly seed: number;
  readonly options: Pick<FuzzOptions, 'inputs' | 'minutes' | 'workers'>;
  readonly commit: string;
  readonly seconds: number;
  readonly inputs: number;
  /** Forged, replayed and cross-posted bundles that were given to a node, and how many it took. */
  readonly forged: { readonly given: number; readonly accepted: number };
  readonly targets: Readonly<Record<string, VerdictCounts>>;
  readonly faults: readonly (KeptFault & { readonly repeat: string })[];
}

export function reportOf(
  { counts, faults }: FuzzOutcome,
  { options, ...run }: Pick<FuzzReport, 'commit' | 'seconds'> & { options: FuzzOptions },
): FuzzReport {
  const { seed, minutes, workers } = options;
  let inputs = 0;
  for (const { inputs: some } of counts.values()) inputs += some;
  return {
    seed,
    options: { inputs: options.inputs, workers, ...(minutes !== undefined && { minutes }) },
    ...run,
    inputs,
    forged: forgedOf({ counts, faults }),
    targets: Object.fromEntries(counts),
    faults: faults.map((fault) => ({ ...fault, repeat: repeatCommand(fault) })),
  };
}

function forgedOf({ counts, faults }: FuzzOutcome): FuzzReport['forged'] {
  const { inputs = 0, refused = {} } = counts.get('forged') ?? {};
  const given = inputs - (refused['nothing changed'] ?? 0);
  const taken = faults.filter(({ target, text }) => target === 'forged' && /taken/.test(text));
  return { given, accepted: taken.reduce((sum, { times }) => sum + times, 0) };
}

export function printReport(report: FuzzReport): string {
  const head = `  ${'target'.padEnd(24)}${'inputs'.padStart(12)}${'accepted'.padStart(12)}`;
  const lines = [`${head}${'slowest ms'.padStart(12)}${'MB'.padStart(6)}  refused`];
  for (const [name, counts] of Object.entries(report.targets)) lines.push(row(name, counts));
  for (const { kind, target, text, times, repeat, file } of report.faults) {
    lines.push(`  FAULT ${target} ${kind}, ${times} times: ${text}`, `    ${repeat}`);
    if (file) lines.push(`    ${file}`);
  }
  const { seed, commit, seconds, inputs, faults, forged } = report;
  if (forged.given > 0) {
    const given = forged.given.toLocaleString('en');
    lines.push(`  forged, replayed, cross-posted: ${given} given, ${forged.accepted} accepted`);
  }
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
