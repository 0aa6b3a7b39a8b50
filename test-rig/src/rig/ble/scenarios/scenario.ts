/** One thing that the rig shows: it acts, waits for what must follow, and tells what it saw. */
import type { BlePlan, Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

export type Scenario = (mesh: Mesh, report: Report) => Promise<void>;

/** Below the mesh: no agent runs, and it has a process of its own. */
export type RadioScenario = (plan: BlePlan, report: Report) => Promise<void>;
