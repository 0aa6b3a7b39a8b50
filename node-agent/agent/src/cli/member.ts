/**
 * One node of a small mesh on this machine: a process that is started, watched, started again when
 * it dies (the later the more often it does), and ended.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock, Timer } from '@muster/core';
import type { Environment } from '../config/index.ts';

export interface MemberOptions {
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: { write(line: string): void };
  /** It died; it is started again in so many milliseconds. */
  onDeath(name: string, how: string, retryMs: number): void;
}

const retryMsMin = 500;
const retryMsMax = 30_000;
/** A process that lived so long is not in trouble: the next try comes soon again. */
const steadyMs = 60_000;
/** An agent stops within five seconds; one that does not is ended. */
const stopMsMax = 7_000;
/** What it last said on its standard error, for the message when it does not come up. */
const complaintCharsMax = 2_000;

export class Member {
  readonly #options: MemberOptions;
  #child: ChildProcess | undefined;
  #retry: Timer | undefined;
  #retryMs = retryMsMin;
  #stopped = false;
  complaint = '';

  constructor(options: MemberOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  start(): void {
    const { command, environment, clock, log } = this.#options;
    const startedMs = clock.monotonicMs();
    this.complaint = '';
    const child = spawn(command[0]!, command.slice(1), {
      env: environment,
      // Through the fourth it notices when this process is gone, however it went.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => log.write(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaint = (this.complaint + text).slice(-complaintCharsMax);
      log.write(text);
    });
    child.once('error', (error) => log.write(`${error.message}\n`));
    child.once('close', (code, signal) => {
      this.#child = undefined;
      if (this.#stopped) return;
      if (clock.monotonicMs() - startedMs >= steadyMs) this.#retryMs = retryMsMin;
      this.#options.onDeath(this.name, signal ?? `exit code ${code}`, this.#retryMs);
      this.#retry = clock.after(this.#retryMs, () => this.start());
      this.#retryMs = Math.min(retryMsMax, this.#retryMs * 2);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.cancel();
    const child = this.#child;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGTERM');
    const timer = this.#options.clock.after(stopMsMax, () => child.kill('SIGKILL'));
    await ended;
    timer.cancel();
  }
}
