/** One world's outcome as lines that people read. */

import { timeText } from './action-log.ts';
import type { Outcome } from './outcome.ts';

/** Violations printed; the others are counted. */
const shownMax = 20;

/** What the seed drew, in one line: the shape and what can go wrong. */
function drawnText({ drawn, liars }: Outcome): string {
  const rates = Object.entries(drawn).filter(([name, value]) => name.endsWith('EveryMs') && value);
  const kinds = rates.map(([name]) => name.slice(0, -'EveryMs'.length)).join(', ');
  const lying = Object.entries(liars).map(([box, kind]) => `box ${box} lies (${kind})`);
  return [`${drawn.topology}; ${kinds}`, ...lying].join('; ');
}

export interface Told {
  /** Real time that it took. */
  readonly tookMs: number;
  /** The command that runs the same world again. */
  readonly repeat: string;
}

export function outcomeLines(outcome: Outcome, { tookMs, repeat }: Told): string[] {
  const { latencyMs, faults, violations, violationCount } = outcome;
  const { seed, nodes, hours, written, held, deliveries, events } = outcome;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const injected = Object.entries(faults).map(([kind, times]) => `${kind} ${times}`);
  const lines = [
    `seed ${seed}: ${nodes} boxes, ${hours} h`,
    `  drawn: ${drawnText(outcome)}`,
    `  written ${written}, held ${held}, deliveries ${deliveries}, events ${events}`,
    `  latency p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, max ${latencyMs.max} ms`,
    `  faults: ${injected.join(', ') || 'none'}`,
    `  traceHash ${outcome.traceHash}`,
    `  took ${seconds(tookMs)}, ${seconds(outcome.cpuMs)} of one core`,
  ];
  for (const { check, atMs, node, text } of violations.slice(0, shownMax)) {
    const where = node === undefined ? '' : ` box ${node}`;
    lines.push(`  BROKEN ${check} at ${timeText(atMs)}${where}: ${text}`);
  }
  if (violationCount === 0) return [...lines, '  all checks hold'];
  return [...lines, `  ${violationCount} violations; again: ${repeat}`];
}
