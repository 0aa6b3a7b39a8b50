/** All scenarios by name, each list in the order in which it runs. */
import { contract, radioContract } from './contract.ts';
import { adapterOff, cut, daemonKilled, silence } from './faults.ts';
import { lanLost } from './lan-lost.ts';
import { line } from './line.ts';
import { meet } from './meet.ts';
import type { Scenario } from './scenario.ts';
import { foreign, stranger } from './stranger.ts';
import { wire } from './wire.ts';

export const scenarios: Readonly<Record<string, Scenario>> = {
  wire,
  meet,
  cut,
  silence,
  'daemon-killed': daemonKilled,
  'adapter-off': adapterOff,
  stranger,
  line,
  'lan-lost': lanLost,
  foreign,
};

/** On a machine of their own: they take as long as all the others together. */
export const contracts: Readonly<Record<string, Scenario>> = {
  'radio-contract': radioContract,
  contract,
};
