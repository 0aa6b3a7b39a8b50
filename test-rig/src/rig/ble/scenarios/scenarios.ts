/** All scenarios by name, in the order in which they run. */
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
  'radio-contract': radioContract,
  contract,
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
