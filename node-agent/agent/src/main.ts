#!/usr/bin/env node
/**
 * The program `muster`. The only file of the agent that reads arguments and environment; it hands
 * them to the command line and takes the exit code.
 */
import { fileURLToPath } from 'node:url';
import { runCli } from './cli/program.ts';

const { argv, env, execArgv, execPath, stdout, stderr, stdin } = process;
const here = fileURLToPath(import.meta.url);

// Written into a pipe whose reader has gone (muster tail | head): not an error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli({
  arguments: argv.slice(2),
  environment: env,
  out: stdout,
  err: stderr,
  input: stdin,
  program: [execPath, ...execArgv, here],
  // Beside this package, also seen from the bundle in dist/.
  webFolder: env.MUSTER_WEB ?? fileURLToPath(new URL('../../web/dist', import.meta.url)),
});
