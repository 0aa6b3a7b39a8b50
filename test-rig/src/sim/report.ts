/** What a simulated run prints: for people as lines, for programs as one JSON object. */
import { percentiles, type World } from './world.ts';

export function reportOf(world: World, tookMs: number) {
  const neighbours = world.nodes.flatMap((node) => node.node?.status().neighbours ?? []);
  const sum = (what: 'bundlesReceived' | 'duplicatesReceived' | 'bytesSent') =>
    neighbours.reduce((total, neighbour) => total + neighbour[what], 0);
  return {
    ...world.options,
    drawn: world.world,
    written: world.checkers.writtenCount,
    held: world.checkers.heldCount,
    deliveries: world.checkers.deliveries,
    latencyMs: percentiles(world.checkers.latenciesMs),
    cuts: world.cuts,
    crashes: world.crashes,
    /** Of the links that live at the end. */
    lastLinks: {
      bundlesReceived: sum('bundlesReceived'),
      duplicatesReceived: sum('duplicatesReceived'),
      bytesSent: sum('bytesSent'),
    },
    events: world.trace.count,
    traceHash: world.trace.hash(),
    violations: world.checkers.violations,
    tookMs: Math.round(tookMs),
  };
}

export type SimReport = ReturnType<typeof reportOf>;

export function printReport(report: SimReport): string {
  const { drawn, latencyMs } = report;
  const lines = [
    `seed ${report.seed}: ${report.nodes} nodes, ${report.hours} h, ${drawn.topology}`,
    `  written ${report.written}, held ${report.held}, deliveries ${report.deliveries}`,
    `  latency p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, max ${latencyMs.max} ms`,
    `  link cuts ${report.cuts}, crashes ${report.crashes}, events ${report.events}`,
    `  traceHash ${report.traceHash}`,
    `  took ${(report.tookMs / 1000).toFixed(1)} s`,
  ];
  for (const violation of report.violations.slice(0, 20)) lines.push(`  BROKEN: ${violation}`);
  lines.push(report.violations.length === 0 ? '  all checks hold' : `  ${again(report)}`);
  return lines.join('\n');
}

function again(report: SimReport): string {
  const { seed, nodes, hours } = report;
  return `again: npm run sim -- --seed ${seed} --nodes ${nodes} --hours ${hours}`;
}
