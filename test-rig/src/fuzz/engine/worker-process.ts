/** One worker as the parent sees it: it takes an order and answers, dies, or says nothing more. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fuzzLimits } from '../limits.ts';
import type { WorkerNews, WorkerOrder } from './worker-message.ts';

const program = join(import.meta.dirname, '../worker/main.ts');

export type WorkerAnswer =
  | Exclude<WorkerNews, { readonly kind: 'alive' }>
  | { readonly kind: 'death' | 'hang'; readonly text: string };

export interface WorkerOptions {
  /** Flags of Node for the worker besides those that bound its memory. */
  readonly execArgv?: readonly string[];
  /** fuzzLimits.silenceMsMax unless given. */
  readonly silenceMsMax?: number;
}

export class WorkerProcess {
  readonly #options: WorkerOptions;
  #child: ChildProcess | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  order(order: WorkerOrder): Promise<WorkerAnswer> {
    this.#child ??= this.#start();
    const child = this.#child;
    const { silenceMsMax = fuzzLimits.silenceMsMax } = this.#options;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      const end = (answer: WorkerAnswer) => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (answer.kind === 'death' || answer.kind === 'hang') this.#child = undefined;
        resolve(answer);
      };
      const listen = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          child.kill('SIGKILL');
          end({ kind: 'hang', text: `nothing for ${silenceMsMax / 1000} s` });
        }, silenceMsMax);
      };
      listen();
      child.on('message', (news: WorkerNews) => (news.kind === 'alive' ? listen() : end(news)));
      child.on('error', (error) => end({ kind: 'death', text: error.message }));
      child.on('exit', (code, signal) =>
        end({ kind: 'death', text: `ended by ${signal ?? code}` }),
      );
      child.send(order);
    });
  }

  stop(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill();
    this.#child = undefined;
  }

  #start(): ChildProcess {
    const memory = [`--max-old-space-size=${fuzzLimits.workerHeapMbMax}`, '--expose-gc'];
    // A small young generation: little garbage lies about when memory is looked at.
    const execArgv = [...(this.#options.execArgv ?? []), ...memory, '--max-semi-space-size=8'];
    return fork(program, [], {
      execArgv,
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }
}
