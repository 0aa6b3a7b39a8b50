/**
 * `sync`: what it costs two nodes to find out which bundles the other lacks, beside negentropy, the
 * protocol of the Nostr relays. Bytes are counted as each sends them (its messages are text), and
 * once more as if its text were binary. Bytes and round trips are exact for a seed.
 */
import type { BenchOptions, Figure } from '../figure.ts';
import { median } from '../median.ts';
import type { Cost } from './cost.ts';
import { reconcileNegentropy } from './negentropy.ts';
import { reconcileOurs } from './ours.ts';
import { twoSets } from './sets.ts';

interface Measured {
  readonly ours: readonly Cost[];
  readonly peer: readonly Cost[];
}

/** DESIGN's budget for the bytes of these numbers of differences; elsewhere: below the peer's. */
const bytesBudgets: ReadonlyMap<number, string> = new Map([
  [10, '<= 0.02'],
  [1_000, '<= 0.02'],
]);

export async function benchSync(options: BenchOptions): Promise<Figure[]> {
  const size = 100_000;
  const sizesOfDifference = options.quick ? [0, 10, 1_000] : [0, 10, 100, 1_000, 20_000];
  const rounds = options.quick ? 1 : 5;
  return sizesOfDifference.flatMap((differences) =>
    figuresOf(differences, measure({ size, differences, rounds })),
  );
}

function measure(what: { size: number; differences: number; rounds: number }): Measured {
  const ours: Cost[] = [];
  const peer: Cost[] = [];
  // The first round of each warms the code up and is not counted.
  for (let round = 0; round <= what.rounds; round++) {
    const sets = twoSets(1_000 * what.differences + round, what);
    const oursNow = reconcileOurs(sets);
    const peerNow = reconcileNegentropy(sets);
    if (round === 0) continue;
    ours.push(oursNow);
    peer.push(peerNow);
  }
  return { ours, peer };
}

function figuresOf(differences: number, measured: Measured): Figure[] {
  const figure = (name: string, unit: string, goal: string, of: (cost: Cost) => number): Figure => {
    const ours = measured.ours.map(of);
    const peer = measured.peer.map(of);
    const samples = ours.map((value, i) => value / peer[i]!);
    return {
      name: `sync ${name}, ${differences} differences`,
      unit,
      ours: median(ours),
      peer: median(peer),
      ratio: median(samples),
      goal,
      samples,
    };
  };
  const bytesGoal = bytesBudgets.get(differences) ?? '<= 1';
  return [
    figure('bytes', 'bytes as sent', bytesGoal, (cost) => cost.bytes),
    figure('binary', 'bytes, the peer without its hex', bytesGoal, (cost) => cost.binaryBytes),
    figure('round trips', 'round trips', '<= 1', (cost) => cost.roundTrips),
    figure('CPU', 'ms of both ends', '<= 1', (cost) => cost.cpuMs),
  ];
}
