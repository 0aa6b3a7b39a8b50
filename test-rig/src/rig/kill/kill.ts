/**
 * `npm run rig -- kill`: agents are killed (kill -9) at random moments, while phones write and
 * while they start, and started again; whatever was answered *held* must still be there, every
 * time. Two boxes side by side, for most of the time goes into starting. The seed of the moments is
 * printed; the system's scheduling is beyond it.
 */
import { SeededRandom } from '@muster/core/testing';
import { median } from '../../bench/median.ts';
import type { RigReport } from '../report.ts';
import { KilledBox } from './killed-box.ts';

export interface KillOptions {
  /** Kills under load, of all boxes together. */
  readonly rounds: number;
  readonly seed: number;
}

const boxesAtOnce = 2;
const roundsUsual = 200;
const saidEvery = 20;

export async function runKill(
  say: (line: string) => void,
  options: Partial<KillOptions> = {},
): Promise<RigReport> {
  const { rounds = roundsUsual, seed = Date.now() >>> 0 } = options;
  say(`seed ${seed}, ${rounds} kills under load`);
  const random = new SeededRandom(seed);
  const boxes = Array.from({ length: boxesAtOnce }, () => new KilledBox(random.fork()));
  const sum = (count: (box: KilledBox) => number): number =>
    boxes.reduce((all, box) => all + count(box), 0);
  const onRound = (): void => {
    const kills = sum((box) => box.kills);
    if (kills % saidEvery === 0) say(`${kills} kills, ${sum((box) => box.heldCount)} bundles held`);
  };
  const ends = await Promise.allSettled(
    boxes.map((box, i) => box.run(Math.ceil((rounds - i) / boxesAtOnce), onRound)),
  );
  const broken = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
  return {
    name: 'kill',
    figures: {
      seed,
      kills: sum((box) => box.kills),
      killsWhileStarting: sum((box) => box.cutStarts),
      heldBundles: sum((box) => box.heldCount),
      startMedianMs: Math.round(median(boxes.flatMap((box) => box.startsMs))),
    },
    failures: [...boxes.flatMap((box) => box.failures), ...broken],
  };
}
