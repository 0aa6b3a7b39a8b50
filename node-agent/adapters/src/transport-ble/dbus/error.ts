/**
 * Why D-Bus came to nothing. The bus and whoever is on it are the world outside: always expected,
 * and the only kind of error that leaves this folder.
 */
export type DBusErrorCode =
  /** There is no bus at that path. */
  | 'no-bus'
  /** The bus does not let us in. */
  | 'refused'
  /** The connection ended. */
  | 'closed'
  | 'timeout'
  | 'aborted'
  /** The other program answered with an error, named by `errorName`. */
  | 'remote'
  /** What was received, or was to be sent, is not D-Bus. */
  | 'malformed'
  /** An answer, or what was to be sent, is above our bound for one message. */
  | 'too-large'
  /** One of our own bounds: try again later. */
  | 'busy';

export interface DBusErrorOptions extends ErrorOptions {
  readonly errorName?: string;
}

export class DBusError extends Error {
  readonly code: DBusErrorCode;
  /**
   * Of `remote`, as in `org.bluez.Error.Failed`. A method that we export answers with this name
   * when it throws such an error.
   */
  readonly errorName?: string;

  constructor(code: DBusErrorCode, message: string, options: DBusErrorOptions = {}) {
    super(message, options);
    this.name = 'DBusError';
    this.code = code;
    if (options.errorName !== undefined) this.errorName = options.errorName;
  }
}
