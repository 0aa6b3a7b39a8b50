/** The program `muster` with the tests' uplink joined to the node, for tests of whole processes. */
import { fileURLToPath } from 'node:url';
import { runAsProcess } from '../../src/cli/run-as-process.ts';
import { Uplink } from './uplink.ts';

runAsProcess(process, {
  webFolder: fileURLToPath(new URL('../../../web/dist', import.meta.url)),
  extension: {
    roles: [],
    partsOf: async () => [new Uplink()],
    runRole: async () => 0,
    addCommands() {},
    doctorChecks: {},
    startSection: async () => undefined,
  },
});
