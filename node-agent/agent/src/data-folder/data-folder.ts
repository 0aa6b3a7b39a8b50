/**
 * The data folder: everything that a node keeps, and where. Opening it makes sure that it can be
 * written, so that a full or read-only disk is said at the start and in words. Never keeps content.
 */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MusterError } from '@muster/core';
import { makeFolderDurably } from '@muster/provisioning';

export interface DataFolder {
  readonly path: string;
  readonly configFile: string;
  readonly storeFile: string;
  /** Who runs here now, for the command line. */
  readonly runFile: string;
  /** Key and chain of the command line's own device. */
  readonly deviceFile: string;
}

export function dataFolderAt(path: string): DataFolder {
  const folder = resolve(path);
  return {
    path: folder,
    configFile: join(folder, 'muster.jsonc'),
    storeFile: join(folder, 'store.db'),
    runFile: join(folder, 'agent.json'),
    deviceFile: join(folder, 'cli.key'),
  };
}

/** Makes the folder where it is missing and tries to write into it. */
export function openDataFolder(folder: DataFolder): void {
  const probe = join(folder.path, '.probe');
  try {
    makeFolderDurably(folder.path);
    // As long as a page of the disk, so that a disk that is full to the last byte is noticed.
    writeFileSync(probe, Buffer.alloc(4096), { flush: true });
  } catch (error) {
    throw folderError(folder.path, error as NodeJS.ErrnoException);
  } finally {
    rmIfThere(probe);
  }
}

/** Bytes that this user may still write there; undefined where the system does not say. */
export function freeBytes(folder: DataFolder): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder.path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function folderError(path: string, error: NodeJS.ErrnoException): MusterError {
  const options = { cause: error };
  switch (error.code) {
    case 'EROFS':
      return new MusterError(
        'data-read-only',
        `The data folder ${path} is on a disk that is mounted read-only`,
        'Mount it writable (a worn SD card turns read-only: replace it), or choose another ' +
          'with --data.',
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return new MusterError(
        'data-forbidden',
        `The data folder ${path} may not be written by this user`,
        'Give it to the user that runs Muster (chown), or choose another with --data.',
        options,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new MusterError(
        'disk-full',
        `The disk of the data folder ${path} is full`,
        'Make room on it (a few megabytes suffice to start), or choose another with --data.',
        options,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new MusterError(
        'data-no-folder',
        `${path} is not a folder`,
        'Choose a folder with --data.',
        options,
      );
    default:
      return new MusterError(
        'data-broken',
        `The data folder ${path} cannot be used (${error.code})`,
        'Check the disk, or choose another folder with --data.',
        options,
      );
  }
}

function rmIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What could not be written need not be removed.
  }
}
