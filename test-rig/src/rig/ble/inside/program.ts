/** A program in the machine, its output in a log of the results; ended by its own process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { resultsFolder } from './event.ts';

export interface ProgramOptions {
  /** Of its log. */
  readonly name: string;
  readonly command: readonly string[];
  /** Of the network; the machine's own unless given. */
  readonly namespace?: string;
}

export class Program {
  readonly #child: ChildProcess;
  readonly #name: string;

  constructor({ name, command, namespace }: ProgramOptions) {
    const within = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
    const [program = '', ...args] = [...within, ...command];
    const log = openSync(`${resultsFolder}/${name}.log`, 'a');
    this.#child = spawn(program, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#name = name;
    this.#child.on('error', (error) => {
      throw new Error(`${name} did not start`, { cause: error });
    });
  }

  /** Resolves once it has ended, with its code or the signal that ended it. */
  get ended(): Promise<number | NodeJS.Signals> {
    const child = this.#child;
    const how = (): number | NodeJS.Signals => child.signalCode ?? child.exitCode!;
    return this.isRunning ? once(child, 'exit').then(how) : Promise.resolve(how());
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Throws when it has ended by itself. */
  check(): void {
    if (!this.isRunning) throw new Error(`${this.#name} ended; its log tells why`);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
