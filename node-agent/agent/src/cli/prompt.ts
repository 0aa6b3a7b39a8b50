/**
 * Asks the person at the terminal: yes or no, a word, a passphrase without echo. Questions go to
 * standard error, so that a program reads nothing but results on standard output. One prompt a
 * command: it holds standard input until it is closed. Never shows a secret.
 */
import { MusterError } from '@muster/core';
import type { CommandContext } from './context.ts';

/** Standard input as the world hands it in. */
export type Input = AsyncIterable<Buffer | string> & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
};

/** One line, more than anybody types; what is longer is cut off. */
const lineCharsMax = 4_096;
const interrupt = '\u0003';
const endOfInput = '\u0004';
const eraseAll = '\u0015';
const backspaces = ['\u0008', '\u007f'];

export class Prompt {
  readonly #context: CommandContext;
  #input: Input | undefined;
  #chunks: AsyncIterator<Buffer | string> | undefined;
  #rest = '';
  #ended = false;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** Whether somebody sits there and can be asked. */
  get isTerminal(): boolean {
    return this.#opened().isTTY === true;
  }

  /** One line of standard input; undefined at its end. */
  async line(question: string): Promise<string | undefined> {
    this.#say(question);
    return this.#readLine();
  }

  /** As `line`, unseen on a terminal. */
  async secret(question: string): Promise<string | undefined> {
    const input = this.#opened();
    if (!input.isTTY || !input.setRawMode) return this.line(question);
    this.#say(question);
    input.setRawMode(true);
    try {
      return await this.#readUnseen();
    } finally {
      input.setRawMode(false);
      this.#context.world.err.write('\n');
    }
  }

  /** Throws where nobody answers: a script says yes with --yes. */
  async confirm(question: string, isYes: boolean | undefined): Promise<boolean> {
    if (isYes) return true;
    for (;;) {
      const answer = (await this.line(`${question} [y/N] `))?.trim().toLowerCase();
      if (answer === undefined) throw notConfirmed(question);
      if (['y', 'yes'].includes(answer)) return true;
      if (['', 'n', 'no'].includes(answer)) return false;
    }
  }

  async close(): Promise<void> {
    await this.#chunks?.return?.();
  }

  #opened(): Input {
    this.#input ??= this.#context.world.input();
    return this.#input;
  }

  #say(question: string): void {
    if (this.isTerminal) this.#context.world.err.write(question);
  }

  async #readLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end !== -1) {
        const line = this.#rest.slice(0, end).replace(/\r$/, '');
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      if (this.#ended) {
        const last = this.#rest;
        this.#rest = '';
        return last === '' ? undefined : last;
      }
      this.#rest = (this.#rest + (await this.#read())).slice(0, lineCharsMax);
    }
  }

  /** A terminal in raw mode sends each key, the editing ones too. */
  async #readUnseen(): Promise<string | undefined> {
    let typed: string[] = [];
    for (;;) {
      const keys = [...(this.#rest || (await this.#read()))];
      if (keys.length === 0 && this.#ended) return undefined;
      while (keys.length > 0) {
        const key = keys.shift()!;
        this.#rest = keys.join('');
        if (key === '\r' || key === '\n') return typed.join('');
        if (key === interrupt || key === endOfInput) throw interrupted();
        if (key === eraseAll) typed = [];
        else if (backspaces.includes(key)) typed.pop();
        else if (typed.length < lineCharsMax) typed.push(key);
      }
    }
  }

  async #read(): Promise<string> {
    this.#chunks ??= this.#opened()[Symbol.asyncIterator]();
    const next = await this.#chunks.next();
    if (next.done === true) {
      this.#ended = true;
      return '';
    }
    return typeof next.value === 'string' ? next.value : next.value.toString('utf8');
  }
}

/** Runs a command that may ask; standard input is given back however it ends. */
export async function withPrompt<T>(
  context: CommandContext,
  run: (prompt: Prompt) => Promise<T>,
): Promise<T> {
  const prompt = new Prompt(context);
  try {
    return await run(prompt);
  } finally {
    await prompt.close();
  }
}

function notConfirmed(question: string): MusterError {
  const mend = 'Run it at a terminal, or say yes beforehand with --yes.';
  return new MusterError('not-confirmed', `Nobody answered: ${question}`, mend);
}

function interrupted(): MusterError {
  return new MusterError('interrupted', 'Interrupted; nothing was changed', 'Run it again.');
}
