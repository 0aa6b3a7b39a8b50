/** What the command's exit code says; also in `muster help`. */
export const ExitCode = {
  fine: 0,
  /** It did not work; the message says why and what to do. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** No agent answers. */
  unreachable: 3,
  /** The node refused the message for good. */
  refused: 4,
  /** The message is not held yet; it goes with the next `muster send`. */
  waiting: 5,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
