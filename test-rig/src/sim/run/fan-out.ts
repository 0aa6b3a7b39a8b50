/**
 * Many seeds over all cores: each worker is a process of its own, so that a crash or a hang of the
 * code under test is an outcome as any other and takes nothing else with it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { plantedFlags } from '../../planted/flags.ts';
import type { SimOptions } from '../plan/options.ts';
import type { Outcome } from './outcome.ts';
import type { FromWorker, ToWorker } from './worker/protocol.ts';

const workerMain = fileURLToPath(new URL('worker/main.ts', import.meta.url));
/** A world that takes longer hangs. */
const worldMsMax = 15 * 60_000;

/** A world whose process died or was ended. */
export interface Died {
  readonly options: SimOptions;
  readonly died: string;
}

export interface FanOutOptions {
  /** Asked whenever a worker is free; undefined: there is no more to do. */
  readonly next: () => SimOptions | undefined;
  readonly onOutcome: (outcome: Outcome | Died) => void;
  readonly jobs?: number;
  /** A bug to plant into the workers. */
  readonly planted?: string;
}

export async function fanOut(options: FanOutOptions): Promise<void> {
  const jobs = options.jobs ?? availableParallelism();
  await Promise.all(Array.from({ length: jobs }, () => workThrough(options)));
}

/** One worker after the other until there is no more: a new one where one died. */
async function workThrough(options: FanOutOptions): Promise<void> {
  for (let next = options.next(); next !== undefined; next = options.next()) {
    let current: SimOptions | undefined = next;
    const worker = startWorker(options.planted);
    const died = await new Promise<string | undefined>((resolve) => {
      let late: NodeJS.Timeout | undefined;
      const give = (world: SimOptions) => {
        clearTimeout(late);
        late = setTimeout(() => end(worker, resolve, 'did not end'), worldMsMax);
        worker.send({ type: 'run', options: world } satisfies ToWorker);
      };
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'outcome') {
          options.onOutcome(message.outcome);
          current = options.next();
        }
        if (current) give(current);
        else end(worker, resolve);
      });
      worker.once('exit', (code, signal) => {
        clearTimeout(late);
        resolve(current && `the process ended with ${signal ?? `exit code ${code}`}`);
      });
    });
    if (died !== undefined && current) options.onOutcome({ options: current, died });
  }
}

function startWorker(planted: string | undefined): ChildProcess {
  const execArgv = planted === undefined ? [] : plantedFlags(planted);
  return fork(workerMain, { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

function end(worker: ChildProcess, resolve: (why?: string) => void, why?: string): void {
  resolve(why);
  worker.kill('SIGKILL');
}
