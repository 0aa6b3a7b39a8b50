/**
 * The files that we write ourselves, changed one after the other: after any cut each holds what it
 * held before the change under way or what it is to hold after it, never a mix, and what is to
 * change as one has changed as one. What a start found counts as there, also after kill -9.
 */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dataFolderAt, openDataFolder } from '@muster/agent';
import { readFolder } from '../disk/folder.ts';
import { type Place, places, readAll, type Step, settle, steps } from './steps.ts';
import type { KilledAtSync, LifeOptions, Promises, Workload } from './workload.ts';

/** Name, with its place, and a hash of what it holds. */
type Listing = Readonly<Record<string, string>>;

type FilesMark =
  | { readonly found: Listing }
  | { readonly begins: number }
  | { readonly did: number; readonly files: Listing };

const lives = 7;
const stepsPerLife = Math.ceil(steps.length / lives);

export const filesWorkload: Workload<FilesMark> = {
  name: 'files',
  lives,
  live,
  promises: (marks) => new FilesPromises(marks),
};

async function live({ life, folder, mark }: LifeOptions<FilesMark>): Promise<KilledAtSync> {
  start(folder);
  mark({ found: listingOf(folder) });
  const from = life * stepsPerLife;
  const run = async (no: number): Promise<void> => {
    const step = steps[no]!;
    mark({ begins: no });
    await step.run(join(folder, step.place));
    mark({ did: no, files: listingOf(folder) });
  };
  const to = Math.min(steps.length, from + stepsPerLife);
  for (let no = from; no < to; no++) await run(no);
  if (to === steps.length) return undefined;
  // The next life does it again from its beginning.
  void delay(1).then(() => run(to));
  return life % 2 === 0 ? 2 : 1;
}

/** As an agent starts in its data folder. */
function start(folder: string): void {
  for (const place of places) {
    const path = join(folder, place);
    openDataFolder(dataFolderAt(path));
    settle(path);
  }
}

/** Without what a write that was cut off may leave, which is in nobody's way. */
function listingOf(folder: string): Listing {
  const listing: Record<string, string> = {};
  for (const [name, bytes] of readFolder(folder)) {
    if (bytes && !/\.(new|trial)$/.test(name)) listing[name] = hash('sha1', bytes).slice(0, 16);
  }
  return listing;
}

class FilesPromises implements Promises<FilesMark> {
  readonly #results: ReadonlyMap<number, Listing>;
  #before: Listing = {};
  #after: Listing = {};
  #step: Step | undefined;

  constructor(marks: readonly FilesMark[]) {
    this.#results = new Map(
      marks.flatMap((mark) => ('did' in mark ? [[mark.did, mark.files]] : [])),
    );
  }

  saw(mark: FilesMark): void {
    if ('begins' in mark) {
      this.#step = steps[mark.begins];
      this.#after = this.#results.get(mark.begins) ?? {};
      return;
    }
    this.#before = 'found' in mark ? mark.found : mark.files;
    this.#after = this.#before;
    this.#step = undefined;
  }

  async check(folder: string): Promise<readonly string[]> {
    start(folder);
    const found = listingOf(folder);
    const names = [...new Set([this.#before, this.#after, found].flatMap(Object.keys))];
    const faults = names
      .filter((name) => found[name] !== this.#before[name] && found[name] !== this.#after[name])
      .map((name) => `${name}: ${found[name] ? 'neither old nor new' : 'is gone'}`);
    if (this.#step?.isWhole) faults.push(...this.#half(found, names, this.#step.place));
    return [...faults, ...readAll((place) => join(folder, place))];
  }

  /** All files of a place have changed, or none. */
  #half(found: Listing, names: readonly string[], place: Place): string[] {
    const own = names.filter((name) => name.startsWith(`${place}/`));
    const isOld = own.every((name) => found[name] === this.#before[name]);
    const isNew = own.every((name) => found[name] === this.#after[name]);
    return isOld || isNew ? [] : [`${place} is half changed`];
  }
}
