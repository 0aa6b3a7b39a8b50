/** A log that keeps errors alone: whoever is fuzzed must have none. */
import type { Logger } from '@muster/core';
import { broken } from '../target.ts';

export class ErrorLog implements Logger {
  readonly #errors: string[] = [];

  debug(): void {}
  info(): void {}
  warn(): void {}

  error(event: string, fields = {}): void {
    this.#errors.push(`${event} ${JSON.stringify(fields)}`);
  }

  child(): Logger {
    return this;
  }

  /** Throws the first one since the last call. */
  mustBeCalm(): void {
    const [first] = this.#errors.splice(0);
    if (first !== undefined) broken(first);
  }
}
