/**
 * What is wrong in a configuration, each with its place and its mend, and the one error that
 * carries them all: whoever mends a file wants to see every fault at once.
 */
import { MusterError } from '@muster/core';

export interface ConfigProblem {
  /** `path/muster.jsonc:3:12`, the name of a variable, or the name of an option. */
  readonly where: string;
  readonly line?: number;
  readonly column?: number;
  /** What is wrong, a sentence without its full stop. */
  readonly message: string;
  /** What to do, a whole sentence. */
  readonly mend: string;
}

export class ConfigError extends MusterError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const first = problems[0]!;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super('config-wrong', `${first.where}: ${first.message}${more}`, first.mend);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
