/** All scenarios by name, in the order in which they run. */
import { adapterOff, daemonKilled } from './faults.ts';
import { lanLost } from './lan-lost.ts';
import { line } from './line.ts';
import { meet } from './meet.ts';
import type { Scenario } from './scenario.ts';
import { wire } from './wire.ts';

export const scenarios: Readonly<Record<string, Scenario>> = {
  wire,
  meet,
  'daemon-killed': daemonKilled,
  'adapter-off': adapterOff,
  line,
  'lan-lost': lanLost,
};
