/**
 * What the command line writes, and how: plain lines for people, one JSON value a line for
 * programs. Colour only where someone looks (a terminal, no NO_COLOR). What came from strangers is
 * made inert before it is written: no control characters, nothing that turns the line around.
 */
import { stripVTControlCharacters, styleText } from 'node:util';
import { MusterError } from '@muster/core';
import { ConfigError } from '../config/index.ts';
import { ExitCode } from './exit-code.ts';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Characters handed over and not written yet. */
  readonly writableLength?: number;
}

export interface TerminalOptions {
  readonly out: Output;
  readonly err: Output;
  readonly json: boolean;
  readonly debug: boolean;
  /** NO_COLOR is set (no-color.org). */
  readonly noColour: boolean;
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export class Terminal {
  readonly #options: TerminalOptions;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  get json(): boolean {
    return this.#options.json;
  }

  /** Whether people look at it. */
  get isSeen(): boolean {
    return this.#options.out.isTTY === true && !this.#options.json;
  }

  get hasColour(): boolean {
    return this.isSeen && !this.#options.noColour;
  }

  style(style: Style, text: string): string {
    return this.hasColour ? styleText(style, text, { validateStream: false }) : text;
  }

  line(text = ''): void {
    this.#options.out.write(`${text}\n`);
  }

  /** A word beside the result, for people only. */
  note(text: string): void {
    if (!this.json) this.#options.err.write(`${text}\n`);
  }

  /** One result for programs. */
  value(value: unknown): void {
    this.#options.out.write(`${JSON.stringify(value)}\n`);
  }

  /** Says what went wrong and what to do; gives the exit code that fits. */
  fail(error: unknown): ExitCode {
    const { code, message, mend } = describe(error);
    const { err, debug } = this.#options;
    if (this.json) {
      const problems = error instanceof ConfigError ? { problems: error.problems } : {};
      err.write(`${JSON.stringify({ error: { code, message, mend, ...problems } })}\n`);
    } else if (error instanceof ConfigError) {
      for (const problem of error.problems) {
        this.#failLines(`${problem.where}: ${problem.message}`, problem.mend);
      }
    } else this.#failLines(message, mend);
    if (debug) err.write(`${stackOf(error)}\n`);
    return code === 'agent-unreachable' ? ExitCode.unreachable : ExitCode.failed;
  }

  #failLines(message: string, mend: string): void {
    const { err } = this.#options;
    err.write(`${this.style('red', 'Error:')} ${message}\n  ${mend}\n`);
  }
}

/**
 * Text of strangers on one line, without anything that a terminal or a reader could stumble over.
 */
export function inert(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, '');
}

function describe(error: unknown): { code: string; message: string; mend: string } {
  if (error instanceof MusterError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const mend = 'This should not happen. Run it again with --debug, and report what it says.';
  return { code: 'unexpected', message, mend };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack}${cause}`;
}
