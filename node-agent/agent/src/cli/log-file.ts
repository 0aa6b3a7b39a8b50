/**
 * The log of a node that was started at a terminal: a file in its data folder, so that the screen
 * stays readable. It never outgrows the card: at its maximum it becomes `.old`, replacing the last.
 */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const logBytesMax = 4 * 1024 * 1024;

export class LogFile {
  readonly path: string;
  #file: number;
  #bytes: number;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'a', 0o600);
    this.#bytes = fstatSync(this.#file).size;
  }

  /** A full disk costs log lines, never the node. */
  write(line: string): void {
    try {
      if (this.#bytes >= logBytesMax) this.#turn();
      this.#bytes += writeSync(this.#file, line);
    } catch {
      // Nowhere to say it.
    }
  }

  #turn(): void {
    closeSync(this.#file);
    renameSync(this.path, `${this.path}.old`);
    this.#file = openSync(this.path, 'a', 0o600);
    this.#bytes = 0;
  }
}
