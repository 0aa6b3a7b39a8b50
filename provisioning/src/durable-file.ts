/**
 * Writes a small file so that a power cut at any moment leaves the old content or the new one,
 * whole: temporary file, fsync, rename, fsync of the folder. Belongs to no step; keys, certificates
 * and chain states rest on it. Never leaves a secret readable for others, not even for a moment.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The calls that can fail, so that a test can fail each in turn. */
export interface FileCalls {
  open(path: string, flags: string, mode?: number): number;
  write(file: number, bytes: Uint8Array): number;
  sync(file: number): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

const systemCalls: FileCalls = {
  open: openSync,
  write: (file, bytes) => writeSync(file, bytes),
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
};

/** Returns once content and name are on disk. `mode` is that of the new file, 0600 unless given. */
export function writeDurably(
  path: string,
  text: string,
  options: { readonly mode?: number; readonly calls?: FileCalls | undefined } = {},
): void {
  const { mode = 0o600, calls = systemCalls } = options;
  // One writer a folder (the data folder is locked), so a fixed name suffices and leaves no litter.
  const temporary = `${path}.new`;
  calls.remove(temporary);
  try {
    withFile(calls, calls.open(temporary, 'wx', mode), (file) => {
      writeAll(file, Buffer.from(text), calls);
      calls.sync(file);
    });
    calls.rename(temporary, path);
  } catch (error) {
    calls.remove(temporary);
    throw error;
  }
  syncFolder(path, calls);
}

/** A file that is on disk already takes a name, of another one or a new one; in one step. */
export function renameDurably(from: string, to: string, calls: FileCalls = systemCalls): void {
  calls.rename(from, to);
  syncFolder(to, calls);
}

/** Returns once the name is gone from the disk; does nothing where there is none. */
export function removeDurably(path: string, calls: FileCalls = systemCalls): void {
  calls.remove(path);
  syncFolder(path, calls);
}

/**
 * As `removeDurably`, and writes zeros over the content first: as far as that means anything, for
 * the flash of an SD card may keep the old block until it needs it.
 */
export function wipeDurably(path: string, calls: FileCalls = systemCalls): void {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return;
  withFile(calls, calls.open(path, 'r+'), (file) => {
    writeAll(file, new Uint8Array(bytes), calls);
    calls.sync(file);
  });
  removeDurably(path, calls);
}

/**
 * Makes a folder, and those above it that are missing. Their names are on disk when it returns, and
 * so are the names of the files in it: a process that was killed may have given some a moment ago,
 * and what is read from now on must not be gone after a power cut.
 */
export function makeFolderDurably(path: string, mode = 0o700): void {
  const folder = resolve(path);
  const first = mkdirSync(folder, { recursive: true, mode });
  syncNames(folder, systemCalls);
  try {
    syncFolder(folder, systemCalls);
    for (let at = folder; first !== undefined && at !== first; ) {
      at = dirname(at);
      syncFolder(at, systemCalls);
    }
  } catch (error) {
    // Where it was already, what is above it need not be readable.
    if (first !== undefined) throw error;
  }
}

/** Makes a rename or removal in the folder of this path last. */
function syncFolder(path: string, calls: FileCalls): void {
  syncNames(dirname(path), calls);
}

function syncNames(folder: string, calls: FileCalls): void {
  withFile(calls, calls.open(folder, 'r'), (file) => calls.sync(file));
}

function writeAll(file: number, bytes: Uint8Array, calls: FileCalls): void {
  for (let at = 0; at < bytes.length; ) at += calls.write(file, bytes.subarray(at));
}

function withFile(calls: FileCalls, file: number, use: (file: number) => void): void {
  try {
    use(file);
  } finally {
    calls.close(file);
  }
}
