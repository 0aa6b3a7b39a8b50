/**
 * What an admin may have this box do with itself: start again, take another name, become blank, or
 * move to another site. Each is decided here and done by whoever runs the agent, once the answer is
 * on its way and the store is closed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Clock,
  type Crypto,
  claimFaultText,
  decodeClaimCode,
  judgeClaimCode,
  MusterError,
  nameLimits,
  Power,
} from '@muster/core';
import type { NextLife } from '../unclaimed/next-life.ts';
import type { ActCommand } from './act-commands.ts';

export interface NodeCommandsOptions {
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** Path of the data folder. */
  readonly folder: string;
  /** Writes the node's name into its configuration. */
  rename(name: string): void;
  /** Undefined where nobody would take the next life up, as in a program that embeds an agent. */
  readonly onNextLife: ((next: NextLife) => void) | undefined;
}

/** So that the answer reaches the admin's page before its socket ends. */
const answerMs = 500;

export function nodeCommands(options: NodeCommandsOptions): Readonly<Record<string, ActCommand>> {
  const go = (next: NextLife): Record<string, never> => {
    const { clock, onNextLife } = options;
    if (!onNextLife) {
      const mend = 'Start it with muster run, or start it again by hand.';
      throw new MusterError('no-next-life', 'This box cannot start itself again', mend);
    }
    clock.after(answerMs, () => onNextLife(next));
    return {};
  };
  const command = (power: number, run: ActCommand['run']): ActCommand => ({
    ...{ power, isHereOnly: false, run },
  });
  return {
    'node.restart': command(Power.rules, async () => go({ kind: 'restart' })),
    'node.rename': command(Power.nodes, async ({ name }) => {
      options.rename(nameOf(name));
      return go({ kind: 'restart' });
    }),
    'node.reset': command(Power.nodes, async ({ keepConfig }) => {
      requireNoRoot(options.folder);
      return go({ kind: 'reset', keepConfig: keepConfig === true });
    }),
    'node.move': command(Power.nodes, async ({ invite, keepConfig }) => {
      requireNoRoot(options.folder);
      const text = requireInvite(options, invite);
      return go({ kind: 'move', keepConfig: keepConfig === true, invite: text });
    }),
  };
}

function nameOf(value: unknown): string {
  const name = typeof value === 'string' ? value.trim() : '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const isRight = name !== '' && !/[\u0000-\u001f\u007f]/.test(name) && name.isWellFormed();
  if (isRight && Buffer.byteLength(name) <= nameLimits.nameBytesMax) return name;
  const mend = `Give a name of at most ${nameLimits.nameBytesMax} bytes, such as Blue box.`;
  throw new MusterError('name-wrong', 'This is no name for a box', mend);
}

/** A reset from afar must never take the site's last key with it. */
function requireNoRoot(folder: string): void {
  const file = ['site.key', 'admin.vault'].find((name) => existsSync(join(folder, name)));
  if (!file) return;
  const mend = 'Move the keys to another machine first, or reset this box by hand.';
  throw new MusterError('reset-holds-root', `Keys of the site lie on this box (${file})`, mend);
}

function requireInvite({ crypto, clock }: NodeCommandsOptions, invite: unknown): string {
  const text = typeof invite === 'string' ? invite : '';
  const code = decodeClaimCode(crypto, text);
  const { unixMs, quality } = clock.wall();
  const fault = code.ok
    ? judgeClaimCode(code.value, { kinds: ['invite'], unixMs, quality })
    : code.reason;
  if (!fault) return text;
  const { message, mend } = claimFaultText[fault];
  throw new MusterError(`claim-${fault}`, message, mend);
}
