/**
 * Runs the command line as a process: hands it the arguments, streams and environment of the
 * process that a main file passes in, and gives the exit code back. Reads nothing by itself.
 */
import type { CliExtension } from './cli-extension.ts';
import { runCli } from './program.ts';

export interface ProcessOptions {
  /** Where the built web app lies unless the environment says otherwise. */
  readonly webFolder: string;
  readonly extension?: CliExtension;
}

export function runAsProcess(process: NodeJS.Process, options: ProcessOptions): void {
  const { argv, env, execArgv, execPath, stdout, stderr } = process;
  const outputGone = Promise.withResolvers<void>();
  // The reader of a pipe has gone (muster tail | head): nothing more to say, but no error.
  stdout.on('error', () => outputGone.resolve());
  stderr.on('error', () => {});
  // No top-level await: the bundle is CommonJS, which starts faster and takes less memory.
  void runCli({
    ...options,
    arguments: argv.slice(2),
    environment: env,
    out: stdout,
    err: stderr,
    outputGone: outputGone.promise,
    // Opened only by those who read it: it costs a stream.
    input: () => process.stdin,
    program: [execPath, ...execArgv, argv[1]!],
    webFolder: env.MUSTER_WEB ?? options.webFolder,
  }).then((code) => {
    process.exitCode = code;
    // A node that has stopped is done, whatever a library may still hold open.
    setTimeout(() => process.exit(), 1_000).unref();
  });
}
