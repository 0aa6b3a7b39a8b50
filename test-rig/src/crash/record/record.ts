/**
 * Runs a workload's lives under the shim and reads what they did. It proves that nothing passed the
 * shim by: all recorded calls, done again in their order, must give the very folder that is there.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Disk } from '../disk/disk.ts';
import { differences, readFolder } from '../disk/folder.ts';
import { everything } from '../disk/survivors.ts';
import { type Operation, readOperations } from '../operation.ts';
import type { Workload } from '../workloads/workload.ts';
import { buildShim } from './build.ts';

const writer = fileURLToPath(new URL('writer/main.ts', import.meta.url));

export interface RecordOptions {
  readonly workload: Workload;
  readonly seed: number;
  /** An existing folder for the recording and the folder that is recorded. */
  readonly scratch: string;
  /** Flags for the writer's Node, such as those that plant a bug. */
  readonly execArgv?: readonly string[];
}

export function recordingName(workload: string, seed: number): string {
  return `${workload}-${seed}.recording`;
}

/** The path of the recording, which `readOperations` reads. */
export async function record(options: RecordOptions): Promise<string> {
  const { workload, seed, scratch, execArgv = [] } = options;
  const top = realpathSync(scratch);
  const folder = join(top, `${workload.name}-folder`);
  const log = join(top, recordingName(workload.name, seed));
  const marks = join(top, 'marks');
  rmSync(folder, { recursive: true, force: true });
  rmSync(log, { force: true });
  mkdirSync(folder);
  const shim = buildShim();
  for (let life = 0; life < workload.lives; life++) {
    const args = [workload.name, String(life), String(seed), folder, marks];
    const child = fork(writer, args, {
      execArgv: [...execArgv],
      env: {
        LD_PRELOAD: shim,
        CRASH_FOLDER: folder,
        CRASH_LOG: log,
        CRASH_MARKS: marks,
        // What libuv hands to the kernel's own queue would pass libc by.
        UV_USE_IO_URING: '0',
        // Each life loads the same code.
        NODE_COMPILE_CACHE: join(tmpdir(), 'muster-crash-code'),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (code !== 0 && signal !== 'SIGKILL') {
      throw new Error(`${workload.name}, life ${life}: ended with ${code ?? signal}`);
    }
  }
  if (!existsSync(log)) throw new Error('nothing was recorded');
  prove(readOperations(readFileSync(log)), folder);
  return log;
}

/** Throws unless the recording gives the folder, byte for byte. */
function prove(operations: readonly Operation[], folder: string): void {
  const disk = new Disk();
  for (const operation of operations) disk.follow(operation);
  const [recorded, found] = [everything(disk), readFolder(folder)];
  const differing = differences(recorded, found).map((name) => {
    return `${name} (${recorded.get(name)?.length} recorded, ${found.get(name)?.length} found)`;
  });
  if (differing.length === 0) return;
  throw new Error(`the recording is not what is in ${folder}: ${differing.join(', ')}`);
}
