/** The words of `npm run sim`: what may be asked, and what is asked, checked. */
import { parseArgs } from 'node:util';
import { type ScenarioName, scenarioNames, scenarioTexts } from './plan/options.ts';

export const help = `muster sim: whole meshes in virtual time, with faults, from a seed

  --seed N         what the seed draws: shape, people, clocks, faults, lies (default 1)
  --nodes K        boxes (default 12)
  --hours H        virtual hours under faults; then what is honest is mended (default 48)
  --scenario NAME  narrows what may be drawn:
${scenarioNames.map((name) => `      ${name.padEnd(11)}${scenarioTexts[name]}`).join('\n')}
  --minimise       when a check fails: look for the shortest plan that still fails, print its
                   actions and write it to a file (--minutes M at most, default 10)
  --seeds N        that many seeds from --seed on, over all cores
  --minutes M      with --seeds: as many as end in that time, instead of a number
  --jobs J         processes (default: one for each core)
  --plan FILE      a plan that --minimise wrote, or that is kept in test-rig/seeds
  --kept           every plan and seed that is kept in test-rig/seeds
  --planted        bugs are planted into our code one by one: each must be caught in 50 seeds
  --trace          print the last events of the world
  --json           one JSON object on standard output

Exit code: 0 every check held, 1 one did not, 2 wrong use.`;

export interface Asked {
  readonly seed: number;
  readonly nodes: number;
  readonly hours: number;
  readonly scenario: ScenarioName;
  readonly seeds: number | undefined;
  readonly minutes: number | undefined;
  readonly jobs: number | undefined;
  readonly plan: string | undefined;
  readonly minimise: boolean;
  readonly kept: boolean;
  readonly planted: boolean;
  readonly trace: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** What was asked, or a sentence that says what is wrong with it. */
export function readWords(words: readonly string[]): Asked | string {
  try {
    return read(words);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return error.message;
    throw error;
  }
}

function read(args: readonly string[]): Asked {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ seed: { ...text, default: '1' }, nodes: { ...text, default: '12' } },
      ...{ hours: { ...text, default: '48' }, scenario: { ...text, default: 'any' } },
      ...{ seeds: text, minutes: text, jobs: text, plan: text },
      ...{ minimise: flag, kept: flag, planted: flag, trace: flag, json: flag, help: flag },
    },
  });
  const scenario = scenarioNames.find((name) => name === values.scenario);
  if (!scenario) throw new RangeError(`there is no scenario "${values.scenario}"`);
  const { minimise, kept, planted, trace, json, plan } = values;
  if (minimise && values.seeds)
    throw new RangeError('--minimise is for one world, not for --seeds');
  return {
    ...{ minimise, kept, planted, trace, json, plan, scenario, help: values.help },
    seed: whole('seed', values.seed, 2 ** 31),
    nodes: whole('nodes', values.nodes, 2_000),
    hours: whole('hours', values.hours, 24 * 365),
    seeds: maybe('seeds', values.seeds, 1_000_000),
    minutes: maybe('minutes', values.minutes, 24 * 60),
    jobs: maybe('jobs', values.jobs, 256),
  };
}

function maybe(name: string, text: string | undefined, max: number): number | undefined {
  return text === undefined ? undefined : whole(name, text, max);
}

function whole(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(`--${name} takes a whole number from 1 to ${max}, not "${text}"`);
}
