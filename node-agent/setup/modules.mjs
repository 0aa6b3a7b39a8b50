/**
 * Makes node_modules what package-lock.json says, with `npm ci`, when it is not. npm itself notes
 * in node_modules/.package-lock.json what it put there; comparing the two needs no stamp of ours,
 * and holds also after somebody used npm by hand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './command.mjs';
import { modulesFolder, rootFolder, systemPath } from './paths.mjs';
import { begin, done, explain } from './report.mjs';

const name = 'Node modules';

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
  } catch {
    return undefined;
  }
}

/** Whether an optional package is made for just this platform; for those of libc npm differs. */
function isForHere({ os, cpu, libc }) {
  const names = (list, name) => list !== undefined && [list].flat().includes(name);
  return names(os, process.platform) && names(cpu, process.arch) && libc === undefined;
}

/** Whether what is installed is what is wanted. Packages for other platforms may be absent. */
export function sameModules(wanted, installed) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true && !isForHere(entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

const mends = [
  // A folder of PATH that may not be read gives EACCES for a program that is nowhere.
  [/spawn npm (?:ENOENT|EACCES)/, 'npm is missing. Install it:  sudo apt-get install npm'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/,
    'The package registry could not be reached.\n' +
      'Connect this machine to the internet for the first start, then run the command again.',
  ],
  [/ENOSPC/, 'The disk is full. About 600 MB are needed; make room and run the command again.'],
  [
    /EACCES|EPERM/,
    'This folder, or the npm cache in your home, belongs to another user.\n' +
      'Give it to yourself:  sudo chown -R "$(id -u):$(id -g)" . ~/.npm',
  ],
  [
    /can only install packages when your package.json and package-lock.json/,
    'package.json and package-lock.json disagree. Bring them together:  npm install',
  ],
];

function mendFor(output) {
  const known = mends.find(([pattern]) => pattern.test(output));
  return known?.[1] ?? 'Read the lines above; then run the command again.';
}

/** True when node_modules is as wanted, after an installation if need be. */
export async function prepareModules() {
  const wanted = readPackages(join(rootFolder, 'package-lock.json'));
  if (wanted === undefined) {
    const mend = 'Bring it back:  git checkout package-lock.json';
    explain({ name, text: 'package-lock.json is missing or damaged', mend });
    return false;
  }
  const installed = readPackages(join(modulesFolder, '.package-lock.json'));
  if (installed !== undefined && sameModules(wanted, installed)) return true;
  const what = existsSync(modulesFolder) ? 'out of date: installing anew' : 'installing';
  begin(name, `${what}, about half a minute`);
  const args = ['ci', '--include=dev', '--include=optional', '--no-progress'];
  const env = { ...process.env, PATH: systemPath(process.env.PATH ?? '') };
  const result = await runLogged('npm', args, { log: 'npm-ci', name, cwd: rootFolder, env });
  if (result.code === 0) {
    done(name, 'installed', result.durationMs);
    return true;
  }
  const text = `npm ci failed with exit code ${result.code}`;
  explain({ name, text, output: result.output, mend: mendFor(result.output), log: result.log });
  return false;
}
