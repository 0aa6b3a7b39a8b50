/**
 * The log on standard output. A reader that stalls or goes away (a full pipe, a restarted journal)
 * costs log lines, never memory without bound and never the node.
 */
import type { Output } from './terminal.ts';

/** What may wait to be written; beyond it lines are dropped. */
const waitingMax = 256 * 1024;

export class LogPipe {
  readonly #out: Output;

  constructor(out: Output) {
    this.#out = out;
  }

  write(line: string): void {
    if ((this.#out.writableLength ?? 0) < waitingMax) this.#out.write(line);
  }
}
