/** A process under measurement: started with a word to wait for, ended for sure. */
import { type ChildProcess, spawn } from 'node:child_process';

const startMsMax = 30_000;

export class BenchProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';

  private constructor(command: readonly string[], environment: Record<string, string>) {
    this.#child = spawn(process.execPath, command, {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  /** Resolves once its output holds this word. */
  static start(
    command: readonly string[],
    word: string,
    environment: Record<string, string> = {},
  ): Promise<BenchProcess> {
    const started = new BenchProcess(command, environment);
    const child = started.#child;
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        child.kill('SIGKILL');
        reject(new Error(`${command[0]} did not say ${word}: ${started.#output}`));
      };
      const late = setTimeout(fail, startMsMax);
      const hear = (text: string): void => {
        started.#output += text;
        if (!started.#output.includes(word)) return;
        clearTimeout(late);
        resolve(started);
      };
      child.stdout?.setEncoding('utf8').on('data', hear);
      child.stderr?.setEncoding('utf8').on('data', hear);
      started.#ended.then(() => {
        clearTimeout(late);
        fail();
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** What it said so far. */
  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 8_000);
    await this.#ended;
    clearTimeout(late);
  }
}
