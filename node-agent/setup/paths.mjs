/**
 * Where things are in this repository. Before the first step of a message's way: all of `setup`
 * runs on the system's Node (20 or newer) and must never need an installed package.
 */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rootFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const modulesFolder = join(rootFolder, 'node_modules');
export const programsFolder = join(modulesFolder, '.bin');
export const webFolder = join(rootFolder, 'node-agent', 'web');
export const coreFolder = join(rootFolder, 'node-agent', 'core');
/** Ignored by git: logs of the steps, and what the web app was last built from. */
export const cacheFolder = join(rootFolder, '.cache');

/** A path as a person in the repository's root would type it. */
export function shown(path) {
  return relative(rootFolder, path) || '.';
}

/** PATH without this repository's programs, so that npm runs on the system's Node, not on one
 * that it is about to replace. */
export function systemPath(path) {
  return path
    .split(delimiter)
    .filter((folder) => folder !== modulesFolder && !folder.startsWith(modulesFolder + sep))
    .join(delimiter);
}

/** Finds a program like a shell does, and in the folders of root's programs too. */
export function findProgram(name, path = process.env.PATH ?? '') {
  const folders = [...path.split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder || '.', name)).find((file) => existsSync(file));
}
