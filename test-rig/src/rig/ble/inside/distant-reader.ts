/** Somebody who reads at a box in another network: a process there, and what it is shown. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { StaffKey } from '../../venue/site.ts';
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

  constructor({ namespace, node, url, staff, arrivals }: DistantReaderOptions) {
    const command = ['netns', 'exec', namespace, node, main, url, staff.seed, staff.ticket];
    const child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      arrivals.add(JSON.parse(line) as Shown);
    });
    this.#child = child;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }
}
