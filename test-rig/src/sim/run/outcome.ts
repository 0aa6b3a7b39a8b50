/** What one simulated world came to: figures, faults that were injected, and what did not hold. */
import type { Crypto } from '@muster/core';
import type { Violation } from '../checkers/index.ts';
import type { SimOptions, WorldOptions } from '../plan/options.ts';
import type { Plan } from '../plan/plan.ts';
import { World } from '../world/world.ts';

export interface Outcome extends SimOptions {
  readonly drawn: WorldOptions;
  /** What each lying box does, by its number. */
  readonly liars: Readonly<Record<number, string>>;
  readonly actions: number;
  readonly written: number;
  readonly held: number;
  readonly deliveries: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** How often each kind of fault was injected. */
  readonly faults: Readonly<Record<string, number>>;
  readonly bytesSent: number;
  readonly bytesOnWire: number;
  readonly events: number;
  readonly traceHash: string;
  /** The last ones in words, where they were asked for. */
  readonly lastEvents: readonly string[];
  /** The first ones; `violationCount` counts all. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  readonly cpuMs: number;
}

export interface RunOptions {
  readonly keepsTrace?: boolean;
  readonly onHour?: (hour: number) => void;
}

/** Runs a plan to its end, in this process. The same plan gives the same trace hash. */
export function runPlan(crypto: Crypto, plan: Plan, options: RunOptions = {}): Outcome {
  const before = process.cpuUsage();
  const world = new World(crypto, plan);
  world.run(options.onHour);
  const { checkers, faults, trace, bytes } = world;
  const { user, system } = process.cpuUsage(before);
  const liars = plan.boxes.flatMap(({ liar }, number) => (liar ? [[number, liar] as const] : []));
  return {
    ...plan.options,
    drawn: plan.world,
    liars: Object.fromEntries(liars),
    actions: plan.actions.length,
    written: checkers.writtenCount,
    held: checkers.heldCount,
    deliveries: checkers.deliveries,
    latencyMs: percentiles(checkers.latenciesMs),
    faults: faults.all(),
    bytesSent: bytes.sent,
    bytesOnWire: bytes.onWire,
    events: trace.count,
    traceHash: trace.hash(),
    lastEvents: options.keepsTrace ? trace.last() : [],
    violations: checkers.violations.kept,
    violationCount: sumOf(checkers.violations.counts()),
    cpuMs: Math.round((user + system) / 1000),
  };
}

/** The 50th, 95th and 100th percentile of some samples. */
export function percentiles(samples: readonly number[]) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
