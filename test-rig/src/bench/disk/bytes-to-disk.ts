/**
 * Bytes that this process has sent towards a disk, as the kernel counts them (/proc/self/io,
 * write_bytes): whole pages of the page cache, each time one is written again. It does not hold
 * what the file system writes for itself (its journal), and stands still for a disk in memory.
 */
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export function bytesToDisk(): number {
  const counted = /^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1];
  if (counted === undefined) throw new Error('the kernel counts no bytes written');
  return Number(counted);
}

/** Throws unless writing into this folder is counted. */
export function mustCount(folder: string): void {
  const path = join(folder, 'counted');
  const bytes = 256 * 1024;
  const before = bytesToDisk();
  const fd = openSync(path, 'w');
  writeSync(fd, Buffer.alloc(bytes, 1));
  fsyncSync(fd);
  closeSync(fd);
  rmSync(path);
  if (bytesToDisk() - before < bytes) throw new Error(`${folder} is on no disk`);
}
