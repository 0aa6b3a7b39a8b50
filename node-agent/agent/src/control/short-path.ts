/**
 * A path by which the kernel takes a Unix socket, however long the folder's is: it allows 107 bytes
 * (unix(7)), data folders of tests and of users' homes are longer.
 */
import { closeSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const pathBytesMax = 107;

/** Calls `use` with a path that fits; the path is good until `use` has settled. */
export async function withShortPath<T>(
  path: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (Buffer.byteLength(path) <= pathBytesMax) return use(path);
  const folder = openSync(dirname(path), 'r');
  try {
    return await use(`/proc/self/fd/${folder}/${basename(path)}`);
  } finally {
    closeSync(folder);
  }
}
