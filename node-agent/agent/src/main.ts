#!/usr/bin/env node
/**
 * The program `muster`. The only file of the agent that reads arguments and environment; it hands
 * them to the command line and takes the exit code.
 */
import { fileURLToPath } from 'node:url';
import { runCli } from './cli/program.ts';

const { argv, env, execArgv, execPath, stdout, stderr } = process;

const outputGone = Promise.withResolvers<void>();
// The reader of a pipe has gone (muster tail | head): nothing more to say, but no error.
stdout.on('error', () => outputGone.resolve());
stderr.on('error', () => {});

// No top-level await: the bundle is CommonJS, which starts faster and takes less memory.
runCli({
  arguments: argv.slice(2),
  environment: env,
  out: stdout,
  err: stderr,
  outputGone: outputGone.promise,
  // Opened only by those who read it: it costs a stream.
  input: () => process.stdin,
  program: [execPath, ...execArgv, argv[1]!],
  // Beside this package, also seen from the bundle in dist/.
  webFolder: env.MUSTER_WEB ?? fileURLToPath(new URL('../../web/dist', import.meta.url)),
}).then((code) => {
  process.exitCode = code;
  // A node that has stopped is done, whatever a library may still hold open.
  setTimeout(() => process.exit(), 1_000).unref();
});
