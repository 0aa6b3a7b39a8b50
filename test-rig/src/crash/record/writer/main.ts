/**
 * One life of a workload, under the shim: `main.ts WORKLOAD LIFE SEED FOLDER MARKS`. It does the
 * real work in the folder, and writes its marks where the shim looks for them.
 */
import { openSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { dieMark, startMark } from '../../operation.ts';
import { type WorkloadName, workloads } from '../../workloads/list.ts';

const killAfterMs = 100;

const [name, life, seed, folder, marks] = process.argv.slice(2) as [
  WorkloadName,
  ...[string, string, string, string],
];
const workload = await workloads[name]();
const file = openSync(marks, 'a');
const write = (mark: unknown): void => void writeSync(file, JSON.stringify(mark));
write(startMark);
const killedAtSync = await workload.live({
  life: Number(life),
  seed: Number(seed),
  folder,
  mark: write,
});
if (killedAtSync === undefined) process.exit(0);
// The shim kills it at that sync; where none comes, as it is.
write(dieMark(killedAtSync));
await delay(killAfterMs);
process.kill(process.pid, 'SIGKILL');
