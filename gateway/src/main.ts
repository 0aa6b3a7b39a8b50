#!/usr/bin/env node
/**
 * The program `muster` with the gateway and the relay in it: what `npm start` and `npm run muster`
 * run. A main file like the agent's own: it hands the process on, and does nothing itself.
 */
import { fileURLToPath } from 'node:url';
import { runAsProcess } from '@muster/agent/cli';
import { gatewayCli } from './cli/gateway-cli.ts';

runAsProcess(process, {
  webFolder: fileURLToPath(new URL('../../node-agent/web/dist', import.meta.url)),
  extension: gatewayCli,
});
