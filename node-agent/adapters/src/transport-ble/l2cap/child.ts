/**
 * One process of the helper: its pipes, its session, its end. Below step 4 of a message's way. It
 * is never left behind: it ends when its input does, and is killed when it does not.
 */
import { ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Clock } from '@muster/core';
import { lifeLimits } from './limits.ts';
import { L2capSession } from './session.ts';

export interface ChildOptions {
  readonly path: string;
  /** Sockets in this folder instead of Bluetooth: for tests. */
  readonly unixFolder: string | undefined;
  readonly clock: Clock;
  readonly onReady: (session: L2capSession) => void;
  /** The process is no more, for whatever cause, and was waited for. */
  readonly onEnd: (because: string) => void;
}

export class HelperChild {
  readonly #options: ChildOptions;
  readonly #child: ChildProcess;
  readonly #session: L2capSession;
  readonly #ended = Promise.withResolvers<void>();
  /** Undefined where no process came about. */
  readonly #input: Writable | undefined;
  #isCorked = false;
  #word = '';
  #fault: string | undefined;

  constructor(options: ChildOptions) {
    this.#options = options;
    const { path, unixFolder, clock } = options;
    const child = started(path, unixFolder === undefined ? [] : ['--unix', unixFolder]);
    this.#child = child;
    this.#input = child.stdin ?? undefined;
    this.#session = new L2capSession({
      clock,
      write: (...parts) => this.#write(parts),
      onReady: () => options.onReady(this.#session),
      onFault: (reason) => {
        this.#fault = reason;
        child.kill('SIGKILL');
      },
    });
    this.#attend(child);
    this.#session.open();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends it; resolves when it is no more. */
  async stop(): Promise<void> {
    this.#session.end('stopped');
    this.#input?.end();
    const timer = this.#options.clock.after(lifeLimits.stopGraceMs, () => {
      this.#child.kill('SIGKILL');
    });
    await this.#ended.promise;
    timer.cancel();
  }

  #attend(child: ChildProcess): void {
    const { stdin: input, stdout: output, stderr: words } = child;
    // A broken pipe is told by the end of the process, too.
    for (const pipe of [input, output, words]) pipe?.on('error', () => {});
    output?.on('data', (chunk: Uint8Array) => this.#session.push(chunk));
    words?.setEncoding('utf8').on('data', (text: string) => {
      this.#word = (this.#word + text).slice(0, lifeLimits.wordCharsMax);
    });
    child.on('error', (error) => {
      this.#word ||= error.message;
      // No process, so nothing else will be told.
      if (child.pid === undefined) this.#end('not started');
    });
    child.on('close', (code, signal) => this.#end(signal ?? `exit code ${code}`));
  }

  #end(how: string): void {
    this.#session.end('helper-ended');
    const because = [this.#fault, this.#word.trim(), how].filter(Boolean).join('; ');
    this.#options.onEnd(because);
    this.#ended.resolve();
  }

  /** What is written in one turn leaves with one call. */
  #write(parts: readonly Uint8Array[]): void {
    const input = this.#input;
    if (!input?.writable) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      input.cork();
      queueMicrotask(() => {
        this.#isCorked = false;
        input.uncork();
      });
    }
    for (const part of parts) input.write(part);
  }
}

/**
 * Never throws. Of what a machine lacks Node tells some as an error of the process, without pipes
 * (descriptors), and throws the rest (memory): here all of it is told.
 */
function started(path: string, args: readonly string[]): ChildProcess {
  try {
    return spawn(path, args, { stdio: 'pipe', env: {} });
  } catch (error) {
    const none = new ChildProcess();
    process.nextTick(() => none.emit('error', error));
    return none;
  }
}
