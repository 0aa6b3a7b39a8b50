/** The processes that try states, each with one task at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task, TaskDone } from './protocol.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

export class Pool {
  readonly #size: number;
  readonly #children: ChildProcess[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /**
   * Gives out tasks until there are none; `done` may make more. Rejects when a process ends: the
   * code under test took it down, and the message names the task.
   */
  async run(
    next: () => Omit<Task, 'folder'> | undefined,
    options: {
      readonly scratch: string;
      readonly done: (result: TaskDone) => void;
    },
  ): Promise<void> {
    while (this.#children.length < this.#size) {
      this.#children.push(fork(main, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    }
    await Promise.all(
      this.#children.map(async (child, i) => {
        const folder = `${options.scratch}/state-${i}`;
        for (let task = next(); task; task = next()) {
          options.done(await give(child, { ...task, folder }));
        }
      }),
    );
  }

  stop(): void {
    for (const child of this.#children) child.kill();
    this.#children.length = 0;
  }
}

function give(child: ChildProcess, task: Task): Promise<TaskDone> {
  return new Promise((resolve, reject) => {
    const onEnd = (code: number | null, signal: string | null): void => {
      const { workload, from, to } = task;
      reject(new Error(`${workload}, states ${from} to ${to}: ended with ${signal ?? code}`));
    };
    child.once('exit', onEnd);
    child.once('message', (done: TaskDone) => {
      child.off('exit', onEnd);
      resolve(done);
    });
    child.send(task);
  });
}
