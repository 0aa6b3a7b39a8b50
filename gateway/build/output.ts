/**
 * What a build leaves in dist/: a folder for each content, so that a program that runs keeps its
 * files while a new one is made, and beside them `muster.cjs`, which starts the newest, and
 * `inputs.json`, by which setup knows whether that is of the sources as they are.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).slice(0, -1);
const dist = join(root, 'gateway/dist');

/** Contents kept; what still runs from an older one has outlived as many changes. */
const contentsMax = 4;

/** Decides with the sources what a bundle is made of. */
const recipe = ['package-lock.json', ...own('gateway/build'), ...packages()];

/** Compiled code is kept beside it, so that later starts need not compile it again. */
const entryOf = (name: string): string => `#!/usr/bin/env node
const folder = require('node:path').join(__dirname, '${name}');
require('node:module').enableCompileCache(folder + '/compiled');
if (process.argv.includes('--debug')) process.setSourceMapsEnabled(true);
require(folder + '/main.cjs');
`;

export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Paths from the root. */
  readonly inputs: readonly string[];
}

export function writeBundle({ files, inputs }: Bundle): void {
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(`${name}\0${content.length}\0`).update(content);
  const name = hash.digest('hex').slice(0, 12);
  mkdirSync(dist, { recursive: true });
  writeFolder(name, files);
  const ours = inputs.filter((path) => existsSync(join(root, path)) && !/node_modules/.test(path));
  const hashes = [...ours, ...recipe].sort().map((path) => [path, hashOf(path)]);
  replace('muster.cjs', entryOf(name), 0o755);
  replace('inputs.json', JSON.stringify(Object.fromEntries(hashes)), 0o644);
  removeOld();
}

function writeFolder(name: string, files: Bundle['files']): void {
  const folder = join(dist, name);
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(fresh);
    for (const [file, content] of files) writeFileSync(join(fresh, file), content, { flush: true });
    takePlace(fresh, folder);
  }
  const now = new Date();
  utimesSync(folder, now, now);
}

/** Another build of the same content may have come first: its files are as good. */
function takePlace(fresh: string, folder: string): void {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function hashOf(path: string): string {
  return createHash('sha256')
    .update(readFileSync(join(root, path)))
    .digest('hex');
}

/** In one step: somebody may be starting just now. */
function replace(name: string, content: string, mode: number): void {
  const fresh = join(dist, `${name}.${process.pid}`);
  writeFileSync(fresh, content, { mode, flush: true });
  renameSync(fresh, join(dist, name));
}

function removeOld(): void {
  // Also what a build left that was killed.
  const folders = readdirSync(dist).filter((name) => /^[0-9a-f]{12}(\.\d+)?$/.test(name));
  const newestFirst = folders
    .map((name) => ({ name, timeMs: statSync(join(dist, name)).mtimeMs }))
    .sort((a, b) => b.timeMs - a.timeMs);
  for (const { name } of newestFirst.slice(contentsMax)) {
    rmSync(join(dist, name), { recursive: true, force: true });
  }
}

function own(folder: string): string[] {
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}

function packages(): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return (workspaces as string[]).map((folder) => `${folder}/package.json`);
}
