/** All scenarios by name, and the order of those of the rig. */
import { claim } from './claim.ts';
import { contract, radioContract } from './contract.ts';
import { adapterOff, cut, daemonKilled, silence } from './faults.ts';
import { lanLost } from './lan-lost.ts';
import { line } from './line.ts';
import { meet } from './meet.ts';
import { away, near } from './near.ts';
import { privacy, unfollowed } from './privacy.ts';
import type { RadioScenario, Scenario } from './scenario.ts';
import { star } from './star.ts';
import { foreign, stranger } from './stranger.ts';
import { wire } from './wire.ts';

/** The contracts have a machine of their own: they take as long as all the others together. */
export const contracts: Readonly<Record<string, RadioScenario>> = {
  'radio-contract': radioContract,
  contract,
};

/** On airs of their own: they go on beside those that follow, and take no time of theirs. */
export const besideScenarios: Readonly<Record<string, RadioScenario>> = { privacy, star };

export const radioScenarios: Readonly<Record<string, RadioScenario>> = {
  wire,
  ...besideScenarios,
  ...contracts,
};

export const meshScenarios: Readonly<Record<string, Scenario>> = {
  meet,
  cut,
  silence,
  'daemon-killed': daemonKilled,
  'adapter-off': adapterOff,
  unfollowed,
  stranger,
  line,
  'lan-lost': lanLost,
  near,
  foreign,
  claim,
  away,
};

/** Of the rig `ble`, in the order in which they begin: first, and alone, what measures. */
export const scenarioNames: readonly string[] = [
  ...['wire', 'privacy', 'meet', 'cut', 'silence', 'daemon-killed', 'adapter-off', 'unfollowed'],
  ...['star', 'stranger', 'line', 'lan-lost', 'near', 'foreign', 'claim', 'away'],
];
