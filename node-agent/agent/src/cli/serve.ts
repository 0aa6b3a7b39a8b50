/**
 * Keeps a node up in this process until it is told to stop: what `start` and `run` have in common.
 * One life follows another without a new process: blank, claimed, restarted, reset. Order within
 * each: folder, what a power cut left undone, configuration, identity, port, node.
 */
import { existsSync } from 'node:fs';
import { MusterError } from '@muster/core';
import { settleFolder } from '@muster/provisioning';
import { configTemplate } from '../config/index.ts';
import { freeBytes, openDataFolder } from '../data-folder/data-folder.ts';
import { certifiedRole } from '../data-folder/identity.ts';
import { lockFolder } from '../data-folder/lock.ts';
import type { CommandContext } from './context.ts';
import { isBlank, type Life, type LifeEnd, type ServeOptions } from './life.ts';
import { liveAsMember } from './live-as-member.ts';
import { clientParts } from './with-session.ts';

export type { Served, ServeOptions, ShownUnclaimed } from './life.ts';

/** What must be left on the disk to begin with: the store's first pages and a little to write. */
const freeBytesMin = 2_000_000;

/** Throws a MusterError when a life cannot begin. */
export async function serve(context: CommandContext, options: ServeOptions): Promise<LifeEnd> {
  openDataFolder(context.folder);
  requireRoom(context);
  const lock = await lockFolder(context.folder);
  try {
    for (let given = options; ; ) {
      const end = await live({ context, options: given });
      if (end.kind === 'claimed') given = afterClaim(given, end.port);
      else if (end.kind !== 'next') return end;
    }
  } finally {
    await lock.release();
  }
}

/**
 * Resolves when the process is asked to stop: Ctrl-C, systemd, a closed terminal. To be called
 * before the node comes up, so that a request in between is not lost. A second Ctrl-C ends at once.
 */
export function untilAskedToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve(signal));
    }
  });
}

async function live(life: Life): Promise<LifeEnd> {
  const { folder } = life.context;
  const { crypto } = await clientParts();
  const settled = settleFolder(folder.path, { crypto, configTemplate: configTemplate() });
  if (settled === 'reset' || settled === 'move' || isBlank(life)) {
    // Loaded only here: a member never needs it.
    return (await import('./live-blank.ts')).liveBlank(life);
  }
  const role = life.options.role ?? certifiedRole(crypto, folder);
  const extensions = await life.options.extensions(role);
  return extensions ? liveAsMember(life, extensions) : { kind: 'other-role', role };
}

/** The admin has named it, whatever the command line called it; its page stays where it is. */
function afterClaim(options: ServeOptions, httpPort: number): ServeOptions {
  const { nodeName: _, ...settings } = options.settings;
  return { ...options, settings: { ...settings, httpPort } };
}

function requireRoom({ folder }: CommandContext): void {
  const free = freeBytes(folder);
  // A node that has its store already starts on a full disk too: it makes room itself.
  if (free === undefined || free >= freeBytesMin || existsSync(folder.storeFile)) return;
  throw new MusterError(
    'disk-full',
    `The disk of the data folder ${folder.path} is full`,
    'Make room on it (a few megabytes suffice to start), or choose another with --data.',
  );
}
