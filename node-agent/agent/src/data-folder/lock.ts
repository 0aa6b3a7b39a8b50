/**
 * One agent a data folder: two would fork the store. The lock is an abstract Unix socket named
 * after the folder's inode: the kernel gives it back the moment its holder dies, however it dies,
 * so there is nothing stale to judge. `agent.json` covers what it does not reach (another network
 * namespace).
 */
import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { MusterError } from '@muster/core';
import type { DataFolder } from './data-folder.ts';
import { readRunRecord } from './run-file.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/** For the agent. Throws a MusterError when another one has the folder. */
export async function lockFolder(folder: DataFolder): Promise<FolderLock> {
  const other = readRunRecord(folder.runFile);
  if (other) throw lockedError(folder, `process ${other.pid}, at ${other.url}`);
  const lock = await tryLock(folder, 'agent');
  if (!lock) throw lockedError(folder, 'another process that is just starting');
  return lock;
}

/** Undefined when another process holds this part of the folder. */
export async function tryLock(
  folder: DataFolder,
  part: 'agent' | 'device' | 'admin',
): Promise<FolderLock | undefined> {
  const { dev, ino } = statSync(folder.path);
  const server = await tryListen(`\0muster-${part}-${dev}-${ino}`);
  return server && { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Undefined when someone else listens on that name. */
function tryListen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    // The lock alone keeps no process alive.
    server.listen(name, () => resolve(server.unref()));
  });
}

function lockedError(folder: DataFolder, holder: string): MusterError {
  return new MusterError(
    'data-in-use',
    `The data folder ${folder.path} is in use by ${holder}`,
    'Use the agent that runs (muster status), stop it, or choose another folder with --data.',
  );
}
