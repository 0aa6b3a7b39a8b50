/** The rig's side of a look at a box from its LAN: starts the looker in a namespace, asks it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const lookerMain = new URL('./state/main.ts', import.meta.url).pathname;

export interface Seen {
  /** A member of a site, and serving. */
  readonly isReady: boolean;
  /** It waits to be claimed, by `code`. */
  readonly isBlank: boolean;
  readonly code: string;
  /** Neighbours that were found to be of the site. */
  readonly links: number;
  /** The newest of `general`. */
  readonly texts: readonly string[];
}

export class BoxState {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (seen: Seen) => void>();
  #count = 0;

  constructor(namespace: string, url: string) {
    const command = ['netns', 'exec', namespace, process.execPath, lookerMain, url];
    this.#child = spawn('ip', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', ({ number, seen }: { number: number; seen: Seen }) => {
      this.#waiting.get(number)?.(seen);
      this.#waiting.delete(number);
    });
  }

  now(): Promise<Seen> {
    this.#count += 1;
    const number = this.#count;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#child.send(number);
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}
