/** TCP ports of this machine: which are free, and who holds one. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { MusterError } from '@muster/core';

/** How far up a free port is looked for. */
const searchPorts = 50;

export function isPortFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}

/** The first of `count` free ports in a row from this one on; throws when there is none nearby. */
export async function freePortFrom(host: string, port: number, count = 1): Promise<number> {
  for (let first = port; first < port + searchPorts && first + count <= 65_536; first++) {
    const ports = Array.from({ length: count }, (_, i) => first + i);
    const free = await Promise.all(ports.map((one) => isPortFree(host, one)));
    if (free.every(Boolean)) return first;
  }
  throw new MusterError(
    'port-taken',
    `No free port from ${port} to ${port + searchPorts - 1}`,
    'Choose another with --port.',
  );
}

/** A port that is free now, of the system's choosing. */
export function anyFreePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The error for a port that someone chose and someone else holds. */
export async function portTaken(host: string, port: number): Promise<MusterError> {
  const holder = portHolder(port);
  const who = holder ? ` by ${holder}` : '';
  const free = await freePortFrom(host, port + 1).catch(() => undefined);
  const other = free === undefined ? 'choose another with --port' : `use --port ${free}`;
  return new MusterError('port-taken', `Port ${port} is taken${who}`, `Stop it, or ${other}.`);
}

/**
 * "node main.ts (process 812)", where the system lets us see it (Linux, own processes, or root).
 */
export function portHolder(port: number): string | undefined {
  try {
    const sockets = listeningInodes(port);
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (!holdsSocket(pid, sockets)) continue;
      // The program and its first argument: "node main.ts" says more than "node".
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2);
      return `${words
        .map((word) => basename(word))
        .join(' ')
        .trim()} (process ${pid})`;
    }
  } catch {
    // Not Linux, or not for our eyes.
  }
  return undefined;
}

/** Inodes of sockets that listen on a port (proc(5): /proc/net/tcp, state 0A). */
function listeningInodes(port: number): Set<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1),
  );
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const listening = fields.filter(
    ([, local, , state]) => state === '0A' && local?.endsWith(suffix),
  );
  return new Set(listening.map((columns) => `socket:[${columns[9]}]`));
}

function holdsSocket(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((file) => sockets.has(readlinkSync(`${folder}/${file}`)));
  } catch {
    return false;
  }
}
