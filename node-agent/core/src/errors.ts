/**
 * Errors that someone can act on: one base class with a stable `code`. Hostile input never ends up
 * here (it yields a Result); these are for configuration, disks and bugs.
 */
export class MusterError extends Error {
  readonly code: string;
  /** What the person can do about it, a whole sentence. */
  readonly mend: string;

  constructor(code: string, message: string, mend: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MusterError';
    this.code = code;
    this.mend = mend;
  }
}
