/** All scenarios by name, each list in the order in which it runs. */
import { claim } from './claim.ts';
import { contract, radioContract } from './contract.ts';
import { adapterOff, cut, daemonKilled, silence } from './faults.ts';
import { lanLost } from './lan-lost.ts';
import { line } from './line.ts';
import { meet } from './meet.ts';
import type { RadioScenario, Scenario } from './scenario.ts';
import { foreign, stranger } from './stranger.ts';
import { wire } from './wire.ts';

/** The contracts have a machine of their own: they take as long as all the others together. */
export const contracts: Readonly<Record<string, RadioScenario>> = {
  'radio-contract': radioContract,
  contract,
};

export const radioScenarios: Readonly<Record<string, RadioScenario>> = { wire, ...contracts };

export const meshScenarios: Readonly<Record<string, Scenario>> = {
  meet,
  cut,
  silence,
  'daemon-killed': daemonKilled,
  'adapter-off': adapterOff,
  stranger,
  line,
  'lan-lost': lanLost,
  foreign,
  claim,
};

/** Of the rig `ble`. */
export const scenarioNames: readonly string[] = ['wire', ...Object.keys(meshScenarios)];
