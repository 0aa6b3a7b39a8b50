/**
 * One life of a workload, under the shim: `main.ts WORKLOAD LIFE SEED FOLDER MARKS`. It does the
 * real work in the folder, and writes its marks where the shim looks for them.
 */
import { openSync, writeSync } from 'node:fs';
import { type WorkloadName, workloads } from '../../workloads/list.ts';

const [name, life, seed, folder, marks] = process.argv.slice(2) as [
  WorkloadName,
  ...[string, string, string, string],
];
const workload = await workloads[name]();
const file = openSync(marks, 'a');
const end = await workload.live({
  life: Number(life),
  seed: Number(seed),
  folder,
  mark: (mark) => void writeSync(file, JSON.stringify(mark)),
});
if (end === 'killed') process.kill(process.pid, 'SIGKILL');
process.exit(0);
