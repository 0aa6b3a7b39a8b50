/** The soak's side of its people: starts the process in their namespace and asks it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { PeopleAnswer, PeopleRequests, PeopleVerb } from './protocol.ts';

const workerMain = new URL('./main.ts', import.meta.url).pathname;

export class People {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: PeopleAnswer) => void>();
  #count = 0;

  constructor(namespace: string) {
    const command = ['netns', 'exec', namespace, process.execPath, workerMain];
    this.#child = spawn('ip', command, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Infinity is a pace too.
      serialization: 'advanced',
    });
    this.#child.on('message', (answer: PeopleAnswer) => {
      this.#waiting.get(answer.number)?.(answer);
      this.#waiting.delete(answer.number);
    });
    this.#child.once('exit', () => {
      for (const [number, answer] of this.#waiting)
        answer({ number, error: 'the people are gone' });
    });
  }

  ask<V extends PeopleVerb>(
    verb: V,
    args: PeopleRequests[V]['args'],
  ): Promise<PeopleRequests[V]['result']> {
    this.#count += 1;
    const number = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, ({ result, error }) => {
        if (error === undefined) resolve(result as PeopleRequests[V]['result']);
        else reject(new Error(error));
      });
      this.#child.send({ number, verb, args }, (error) => error && reject(error));
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}
