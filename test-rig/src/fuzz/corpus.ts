/**
 * The kept corpus, `test-rig/corpus/<target>/<hash>.bin`: every input that ever was a fault, and
 * some that are worth to go on from. Read in the order of the names, so that a seed means the same.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../corpus');

/** Empty where nothing was kept yet. */
export function readCorpus(target: string): readonly Uint8Array[] {
  const own = join(folder, target);
  if (!existsSync(own)) return [];
  const names = readdirSync(own).filter((name) => name.endsWith('.bin'));
  return names.sort().map((name) => new Uint8Array(readFileSync(join(own, name))));
}

/** Answers the path of the file. */
export function keepInput(target: string, input: Uint8Array): string {
  const own = join(folder, target);
  mkdirSync(own, { recursive: true });
  const hash = createHash('sha256').update(input).digest('hex').slice(0, 8);
  const path = join(own, `${hash}.bin`);
  writeFileSync(path, input);
  return path;
}
