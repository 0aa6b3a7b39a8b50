/**
 * Fuzz target: files of a data folder, damaged or put there by somebody. Input: its content,
 * and the name as the last line. Each is read, or refused by a MusterError with its mend that shows
 * nothing of what stands in the file.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { fileReaders, readableNames } from './file-readers.ts';
import { fileSeeds } from './file-seeds.ts';
import { splitInput, textOf, typedReason, wordsOf } from './seeds.ts';

const words = [
  ...['"muster": "site"', '"version": 1', '"version": {"toString": 1}', '"version": 2'],
  ...['null', '[]', '{}', '""', '-1', '1e999', '"__proto__":', '"lines": "', '[null]'],
];

export function createFileTarget(): FuzzTarget {
  let folder = '';
  const prepare = (): string => {
    if (folder === '') {
      // In memory where there is such a thing: nothing here is about what a disk keeps.
      const home = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
      folder = mkdtempSync(join(home, 'muster-fuzz-'));
      const made = folder;
      process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    }
    return folder;
  };
  return {
    name: 'file',
    seeds: () => fileSeeds(),
    dictionary: wordsOf(...words, ...readableNames),
    run: (input) => runFile(input, prepare()),
  };
}

async function runFile(input: Uint8Array, folder: string): Promise<FuzzVerdict> {
  const [name, content] = splitInput(input, readableNames);
  const read = fileReaders.get(name)!;
  const path = join(folder, name.split('&')[0]!);
  writeFileSync(path, content);
  try {
    const found = await read(folder, path);
    if (found === undefined) broken(`${name} counts as missing`);
    return true;
  } catch (error) {
    return `${name} ${typedReason(error, textOf(content))}`;
  } finally {
    for (const left of readdirSync(folder)) rmSync(join(folder, left), { recursive: true });
  }
}
