/**
 * A process that tries states, as it is told: the code under test opens them in here, so that
 * whatever it does to its process ends this one alone. Ends when the run that started it does.
 */
import { readFileSync } from 'node:fs';
import { type Operation, readOperations } from '../operation.ts';
import { walk } from '../states/walk.ts';
import { workloads } from '../workloads/list.ts';
import type { Task, TaskDone } from './protocol.ts';

interface Known {
  readonly operations: readonly Operation[];
  readonly tried: Map<number, number>;
}

/** Of the recordings of one round; those of the round before go. */
const known = new Map<string, Known>();

async function run(task: Task): Promise<TaskDone> {
  const workload = await workloads[task.workload]();
  return { task, walked: await walk({ ...task, ...knownOf(task.recording), workload }) };
}

function knownOf(recording: string): Known {
  const found = known.get(recording);
  if (found) return found;
  if (known.size >= Object.keys(workloads).length) known.clear();
  const fresh = { operations: readOperations(readFileSync(recording)), tried: new Map() };
  known.set(recording, fresh);
  return fresh;
}

process.on('message', async (task: Task) => {
  process.send?.(await run(task));
});
