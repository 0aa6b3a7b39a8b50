/**
 * A worker process in a namespace that does one thing and answers with JSON lines on its standard
 * output: how the rig speaks with the stranger and the crowd.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Worker<Line> {
  readonly #child: ChildProcess;
  readonly #lines: Line[] = [];
  readonly #ended: Promise<void>;

  /** `isAside`: it takes what the others leave of this machine, as if it had one of its own. */
  constructor(namespace: string, main: string, args: readonly string[], isAside = false) {
    const aside = isAside ? ['nice', '-n', '19'] : [];
    const command = ['netns', 'exec', namespace, ...aside, process.execPath, main, ...args];
    this.#child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: this.#child.stdout! });
    lines.on('line', (line) => this.#lines.push(JSON.parse(line) as Line));
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  /** What it said so far. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Resolves with all that it said, once it has ended by itself. */
  async done(): Promise<readonly Line[]> {
    await this.#ended;
    return this.#lines;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }
}

export function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
