/** One thing that the rig shows: it acts, waits for what must follow, and tells what it saw. */
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';

export type Scenario = (mesh: Mesh, report: Report) => Promise<void>;
