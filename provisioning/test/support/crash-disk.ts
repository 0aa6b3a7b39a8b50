/**
 * File calls that count and stop at one of them, as a power cut or a failing disk would. Two cuts
 * are told apart: `kept`, where all that was written reached the disk, and `lost`, where nothing
 * did that was not synced (contents, renames, removals). What `lost` undoes is the worst that a
 * file system may do to us.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { FileCalls } from '@muster/provisioning';

export type Cut = 'kept' | 'lost' | 'failed';

export class CrashDisk implements FileCalls {
  /** Calls made so far. */
  steps = 0;
  readonly #at: number;
  readonly #cut: Cut;
  #isDead = false;
  readonly #paths = new Map<number, string>();
  /** What a file held when it was last synced; undefined: nothing. */
  readonly #synced = new Map<string, Uint8Array | undefined>();
  /** Undoes what no sync of the folder made last, newest first. */
  #undo: { readonly folder: string; run(): void }[] = [];

  /** `failed`: one call fails and the process goes on. */
  constructor(at: number, cut: Cut) {
    this.#at = at;
    this.#cut = cut;
  }

  get hasCut(): boolean {
    return this.steps > this.#at;
  }

  /** Whether a file got its name through these calls: what passes them by would not be walked. */
  hasMade(path: string): boolean {
    return this.#synced.has(path);
  }

  /** The disk as it is found at the next start. */
  powerOff(): void {
    this.#isDead = true;
    if (this.#cut !== 'lost') return;
    for (const [path, content] of this.#synced) {
      if (existsSync(path)) writeFileSync(path, content ?? new Uint8Array(0));
    }
    for (const { run } of this.#undo.reverse()) run();
  }

  open(path: string, flags: string, mode?: number): number {
    this.#step();
    const isNew = !existsSync(path);
    const file = openSync(path, flags, mode);
    this.#paths.set(file, path);
    if (statSync(path).isDirectory()) return file;
    if (!this.#synced.has(path)) this.#synced.set(path, isNew ? undefined : readFileSync(path));
    if (isNew) this.#later(path, () => rmSync(path, { force: true }));
    return file;
  }

  write(file: number, bytes: Uint8Array): number {
    this.#step();
    // Half of it, as a short write would; the cut may so fall into the middle.
    return writeSync(file, bytes, 0, Math.ceil(bytes.length / 2));
  }

  sync(file: number): void {
    this.#step();
    fsyncSync(file);
    const path = this.#paths.get(file)!;
    if (statSync(path).isDirectory()) this.#undo = this.#undo.filter((one) => one.folder !== path);
    else this.#synced.set(path, readFileSync(path));
  }

  close(file: number): void {
    // The system closes the files of a process that died.
    closeSync(file);
  }

  rename(from: string, to: string): void {
    this.#step();
    const [moved, replaced] = [readFileSync(from), contentOf(to)];
    renameSync(from, to);
    this.#synced.set(to, this.#synced.has(from) ? this.#synced.get(from) : moved);
    this.#synced.delete(from);
    this.#later(to, () => {
      writeFileSync(from, moved);
      if (replaced) writeFileSync(to, replaced);
      else rmSync(to, { force: true });
    });
  }

  remove(path: string): void {
    this.#step();
    const content = contentOf(path);
    rmSync(path, { force: true });
    this.#synced.delete(path);
    if (content) this.#later(path, () => writeFileSync(path, content));
  }

  #later(path: string, run: () => void): void {
    this.#undo.push({ folder: dirname(path), run });
  }

  #step(): void {
    const isHere = this.steps++ === this.#at;
    if (this.#isDead || (isHere && this.#cut !== 'failed')) {
      this.#isDead = true;
      throw new Error('power cut');
    }
    if (isHere) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  }
}

function contentOf(path: string): Uint8Array | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}

/**
 * Does something again and again on fresh ground, cut at the first call, the second, and so on
 * until it comes to its end; each time `check` looks at what is found afterwards. Returns how many
 * cuts were walked.
 */
export async function walkCuts<T>(options: {
  readonly prepare: () => T;
  readonly run: (ground: T, disk: CrashDisk) => void | Promise<void>;
  readonly check: (ground: T, at: string) => void | Promise<void>;
  readonly cuts?: readonly Cut[];
  readonly diskOf?: (at: number, cut: Cut) => CrashDisk;
}): Promise<number> {
  const { diskOf = (at: number, cut: Cut) => new CrashDisk(at, cut) } = options;
  let walked = 0;
  for (const cut of options.cuts ?? (['kept', 'lost', 'failed'] as const)) {
    for (let at = 0; ; at++) {
      const ground = options.prepare();
      const disk = diskOf(at, cut);
      try {
        await options.run(ground, disk);
      } catch (error) {
        if (!disk.hasCut) throw error;
      }
      disk.powerOff();
      await options.check(ground, `${cut} at call ${at}`);
      if (!disk.hasCut) break;
      walked++;
    }
  }
  return walked;
}
