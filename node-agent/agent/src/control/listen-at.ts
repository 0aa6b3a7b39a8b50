/**
 * Listening at a Unix socket in the data folder, and what is said where its file system knows none:
 * FAT and exFAT (a USB stick as bought), folders that a host shares with a virtual machine. No step
 * of a message's way.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { MusterError } from '@muster/core';
import { withShortPath } from './short-path.ts';

/** Only this machine's user can open it then. Throws a MusterError where there are no sockets. */
export async function listenAt(server: Server, path: string): Promise<void> {
  // What an agent that was killed left behind; the folder's lock says that none runs.
  rmSync(path, { force: true });
  try {
    await withShortPath(path, async (short) => {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(short, resolve);
      });
      chmodSync(short, 0o600);
    });
  } catch (error) {
    server.close();
    rmSync(path, { force: true });
    throw noSockets(dirname(path), error);
  }
}

/** Makes one and reaches it, as the command line would; leaves nothing behind. */
export async function requireSockets(folder: string): Promise<void> {
  const path = join(folder, '.probe.sock');
  const server = createServer((socket) => socket.destroy());
  await listenAt(server, path);
  try {
    await withShortPath(path, reach);
  } catch (error) {
    throw noSockets(folder, error);
  } finally {
    await new Promise((resolve) => server.close(resolve));
    rmSync(path, { force: true });
  }
}

function reach(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

function noSockets(folder: string, cause: unknown): MusterError {
  const { code } = cause as NodeJS.ErrnoException;
  return new MusterError(
    'no-sockets',
    `The file system of the data folder ${folder} has no Unix sockets (${code})`,
    'FAT, exFAT and folders shared with a virtual machine have none. Choose a folder on a disk ' +
      'with a file system of Linux (such as ext4) with --data.',
    { cause },
  );
}
