#!/usr/bin/env node
/**
 * The program `muster` of a plain node. With its pendant in the gateway the only file that reads
 * arguments and environment; it hands them to the command line and takes the exit code.
 */
import { fileURLToPath } from 'node:url';
import { runAsProcess } from './cli/run-as-process.ts';

runAsProcess(process, {
  // Beside this package, also seen from the bundle in dist/.
  webFolder: fileURLToPath(new URL('../../web/dist', import.meta.url)),
});
