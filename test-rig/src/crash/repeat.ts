/** One state of a kept recording once more, and its folder for whoever wants to look at it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './disk/folder.ts';
import { readOperations } from './operation.ts';
import { recordingName } from './record/record.ts';
import { stateOf, walk } from './states/walk.ts';
import { type WorkloadName, workloads } from './workloads/list.ts';

export interface RepeatOptions {
  readonly recordings: string;
  readonly seed: number;
  readonly workload: WorkloadName;
  readonly state: number;
}

export interface Repeated {
  /** Calls done when the power was cut, and the last of them. */
  readonly cut: number;
  readonly last: readonly string[];
  /** The folder as the cut left it. */
  readonly folder: string;
  readonly faults: readonly string[];
}

const callsTold = 12;

export async function repeat(options: RepeatOptions): Promise<Repeated> {
  const { recordings, seed, state } = options;
  const workload = await workloads[options.workload]();
  const operations = readOperations(
    readFileSync(join(recordings, recordingName(workload.name, seed))),
  );
  const { cut, left } = stateOf({ operations, seed }, state);
  const folder = join(recordings, `${workload.name}-${state}`);
  makeFolder(folder, left);
  const walked = await walk({
    ...{ workload, operations, seed, from: state, to: state + 1 },
    ...{ folder: join(recordings, 'opened'), tried: new Map() },
  });
  const last = operations.slice(Math.max(0, cut - callsTold), cut).map((operation) => {
    const { bytes, ...rest } = { bytes: undefined, ...operation };
    const said = JSON.stringify(rest, (_, value) => {
      return typeof value === 'bigint' ? String(value) : value;
    });
    return bytes ? `${said} ${(bytes as Uint8Array).length} bytes` : said.slice(0, 200);
  });
  return { cut, last, folder, faults: walked.failures.flatMap(({ faults }) => faults) };
}
