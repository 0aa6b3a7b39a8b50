/**
 * A command `muster` that runs for a while in a box's namespace and says what happens in lines of
 * JSON: how an admin at a terminal is played.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { environment, musterMain } from '../venue/box.ts';

type Said = Readonly<Record<string, unknown>>;

export class Command {
  readonly #child: ChildProcess;
  readonly #said: Said[] = [];
  readonly #ended: Promise<number>;
  #text = '';
  #errors = '';

  constructor(namespace: string, words: readonly string[]) {
    const command = ['netns', 'exec', namespace, process.execPath, musterMain, ...words, '--json'];
    this.#child = spawn('ip', command, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2_000);
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', (code) => resolve(code ?? 1)));
  }

  get said(): readonly Said[] {
    return this.#said;
  }

  /** What it said last under an event's name, if it did. */
  event(name: string): Said | undefined {
    return this.#said.findLast(({ event }) => event === name);
  }

  /** Resolves once it has ended well; else throws what it complained of. */
  async succeeded(): Promise<void> {
    const code = await this.#ended;
    if (code !== 0) throw new Error(`muster ended with ${code}: ${this.#errors.trim()}`);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGINT');
    await this.#ended;
  }

  #read(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) this.#said.push(JSON.parse(line) as Said);
  }
}
