/**
 * What the conductor in the machine tells the rig outside, one line of JSON each, and the plan that
 * it is given as a file. No step of a message's way; both ends are the rig's own.
 */
import type { StaffKey } from '../../venue/site.ts';

export type BleEvent =
  | { readonly say: string }
  /** A measured figure; the unit is the end of its name. */
  | { readonly figure: string; readonly value: number }
  /** What should have held and did not. */
  | { readonly failure: string }
  /** The last line: all scenarios were gone through. */
  | { readonly ended: true };

/** d is blank. */
export const boxNames = ['a', 'b', 'c', 'd', 'stranger'] as const;
export type BoxName = (typeof boxNames)[number];

export interface BlePlan {
  /** Names of scenarios, in order. */
  readonly scenarios: readonly string[];
  readonly node: string;
  /** What Node is started with to be an agent. */
  readonly agent: readonly string[];
  /** The program that has the sockets of L2CAP channels. */
  readonly l2capHelper: string;
  /** Written at boxes a and b each before they run: bundles, and the bytes that they have. */
  readonly backlog: { readonly bundles: number; readonly bytes: number };
  /** Somebody of the staff for each box of the site. */
  readonly staff: Readonly<Record<string, StaffKey>>;
}

/** Where the rig's folder is in the machine. */
export const resultsFolder = '/run/rig';
export const planFile = `${resultsFolder}/plan.json`;

/** How a scenario tells what it sees. */
export interface Report {
  say(text: string): void;
  figure(name: string, value: number): void;
  expect(holds: boolean, what: string): void;
}

export const report: Report = {
  say: (text) => tell({ say: text }),
  figure: (figure, value) => tell({ figure, value: Math.round(value * 1_000) / 1_000 }),
  expect: (holds, what) => {
    if (!holds) tell({ failure: what });
  },
};

export function tell(event: BleEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
