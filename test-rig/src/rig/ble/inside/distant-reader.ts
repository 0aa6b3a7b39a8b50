/** Somebody who reads at a box in another network: a process there, and what it is shown. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { StaffKey } from '../../venue/site.ts';
import type { Opened } from '../person/main.ts';
import type { Arrivals, Shown } from './arrivals.ts';
import { resultsFolder } from './event.ts';

export interface DistantReaderOptions {
  readonly namespace: string;
  readonly node: string;
  readonly url: string;
  readonly staff: StaffKey;
  readonly arrivals: Arrivals;
}

const main = `${resultsFolder}/person.cjs`;

export class DistantReader {
  readonly #child: ChildProcess;
  readonly #opened = Promise.withResolvers<void>();

  constructor({ namespace, node, url, staff, arrivals }: DistantReaderOptions) {
    const command = ['netns', 'exec', namespace, node, main, url, staff.seed, staff.ticket];
    const child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Shown | Opened;
      if ('opened' in said) this.#opened.resolve();
      else arrivals.add(said);
    });
    child.once('exit', () => this.#opened.reject(new Error('the reader ended')));
    this.#opened.promise.catch(() => {});
    this.#child = child;
  }

  /** From now on it is shown what comes. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}
