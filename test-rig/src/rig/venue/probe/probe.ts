/** The rig's side of a probe: starts the worker in a phone's namespace and asks it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ProbeAnswer, ProbeRequests, ProbeVerb } from './protocol.ts';

const workerMain = new URL('./main.ts', import.meta.url).pathname;

export class Probe {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: ProbeAnswer) => void>();
  #count = 0;

  constructor(namespace: string, url: string) {
    const command = ['netns', 'exec', namespace, process.execPath, workerMain, url];
    this.#child = spawn('ip', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (answer: ProbeAnswer) => {
      this.#waiting.get(answer.number)?.(answer);
      this.#waiting.delete(answer.number);
    });
  }

  ask<V extends ProbeVerb>(
    verb: V,
    args: ProbeRequests[V]['args'],
  ): Promise<ProbeRequests[V]['result']> {
    this.#count++;
    const number = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, ({ result, error }) => {
        if (error === undefined) resolve(result as ProbeRequests[V]['result']);
        else reject(new Error(error));
      });
      this.#child.send({ number, verb, args });
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}
