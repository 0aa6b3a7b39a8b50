/** A planted bug and how many seeds it took to see it: what shows that the checkers can fail. */
import { plantedBug } from '../../planted/bugs.ts';
import type { ScenarioName } from '../plan/options.ts';
import { fanOut } from './fan-out.ts';

export interface Caught {
  readonly bug: string;
  /** Worlds run until it was seen; undefined: none of them saw it. */
  readonly seeds: number | undefined;
  readonly check?: string;
  readonly text?: string;
}

export interface SearchOptions {
  readonly bug: string;
  readonly firstSeed: number;
  readonly seedsMax: number;
  readonly nodes: number;
  readonly hours: number;
  readonly jobs?: number;
}

/** In turn: what liars change in a storm hides some bugs, and a disaster has none. */
const scenarios: readonly ScenarioName[] = ['storm', 'disaster'];

/** Runs seeds with the bug in the code until one world breaks. */
export async function searchPlanted(options: SearchOptions): Promise<Caught> {
  const { bug, firstSeed, seedsMax, nodes, hours, jobs } = options;
  const checks = plantedBug(bug)?.checks ?? [];
  let run = 0;
  let caught: Caught = { bug, seeds: undefined };
  let given = 0;
  await fanOut({
    planted: bug,
    ...(jobs === undefined ? {} : { jobs }),
    next() {
      if (caught.seeds !== undefined || given >= seedsMax) return undefined;
      const scenario = scenarios[given % scenarios.length]!;
      return { seed: firstSeed + given++, nodes, hours, scenario };
    },
    onOutcome(outcome) {
      run++;
      if (caught.seeds !== undefined) return;
      if ('died' in outcome) throw new Error(`with ${bug} planted ${outcome.died}`);
      const found = outcome.violations.find(({ check }) => checks.includes(check));
      if (found) caught = { bug, seeds: run, check: found.check, text: found.text };
    },
  });
  return caught;
}
