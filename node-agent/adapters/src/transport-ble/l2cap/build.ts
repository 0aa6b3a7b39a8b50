/**
 * The recipe of the helper: one call of a C compiler, once for each version of its source, into the
 * repository's cache. For setup, tests and rigs; a node that runs only looks where it lies. It is
 * replaced in one step, so that two builds at once do no harm.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { arch } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const sourceFolder = fileURLToPath(new URL('helper', import.meta.url));
const cacheFolder = fileURLToPath(new URL('../../../../../.cache/l2cap', import.meta.url));

const flags = [
  ...['-std=c11', '-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror', '-O2'],
  ...['-fstack-protector-strong', '-D_FORTIFY_SOURCE=2', '-fPIE', '-pie', '-Wl,-z,relro,-z,now'],
];

export interface HelperRecipe {
  readonly compiler?: string;
  /** Besides the usual ones, such as `-static`. */
  readonly flags?: readonly string[];
  /** Of the machine that it is for, as Node names it. */
  readonly arch?: string;
}

export type HelperBuild =
  | { readonly path: string; readonly isNew: boolean }
  | { readonly path: undefined; readonly because: string };

/** Where the helper of these sources lies; undefined: it was not built, or there are none. */
export function builtHelperPath(recipe: HelperRecipe = {}): string | undefined {
  if (!existsSync(sourceFolder)) return undefined;
  const path = pathOf(recipe);
  return existsSync(path) ? path : undefined;
}

export function buildHelper(recipe: HelperRecipe = {}): HelperBuild {
  const path = pathOf(recipe);
  if (existsSync(path)) return { path, isNew: false };
  mkdirSync(cacheFolder, { recursive: true });
  const fresh = `${path}.${process.pid}`;
  try {
    const args = [...flags, ...(recipe.flags ?? []), '-o', fresh, ...sources()];
    execFileSync(recipe.compiler ?? 'cc', args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return { path: undefined, because: (error as Error).message };
  }
  renameSync(fresh, path);
  return { path, isNew: true };
}

function sources(): string[] {
  return files().filter((path) => path.endsWith('.c'));
}

function files(): string[] {
  const names = readdirSync(sourceFolder).filter((name) => /\.[ch]$/.test(name));
  return names.sort().map((name) => `${sourceFolder}/${name}`);
}

function pathOf(recipe: HelperRecipe): string {
  const hash = createHash('sha256').update(JSON.stringify([flags, recipe]));
  for (const file of files()) hash.update(basename(file)).update('\0').update(readFileSync(file));
  return `${cacheFolder}/muster-l2cap-${recipe.arch ?? arch()}-${hash.digest('hex').slice(0, 12)}`;
}
