/**
 * An invite as a file: on the boot partition of a card that was prepared on another machine, or in
 * the data folder. What is wrong with it is written beside it, for whoever looks at the card again;
 * after the claim the file is put aside, for its code is used up.
 */
import { closeSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Clock, FaultText, Logger, Timer } from '@muster/core';
import { inviteLimits } from './limits.ts';

export interface InviteFilesOptions {
  /** Of the data folder. */
  readonly folder: string;
  /** Relative ones lie in the data folder. */
  readonly paths: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** A file is there, or has other content than before; false when it is to be offered again. */
  readonly onInvite: (invite: InviteFile) => boolean;
}

export interface InviteFile {
  readonly path: string;
  readonly text: string;
}

export class InviteFiles {
  readonly #options: InviteFilesOptions;
  /** What was handed on last, by path; at most one each. */
  readonly #told = new Map<string, string>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: InviteFilesOptions) {
    this.#options = options;
  }

  start(): void {
    const { folder, paths, clock, onInvite } = this.#options;
    for (const path of paths.map((one) => resolve(folder, one))) {
      const text = readStart(path);
      if (text === undefined || this.#told.get(path) === text) continue;
      if (onInvite({ path, text })) this.#told.set(path, text);
      // One at a time: the next one is looked at when this came to nothing.
      break;
    }
    if (!this.#stopped) {
      this.#timer = clock.after(inviteLimits.fileEveryMs, () => this.start());
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** It was called off, not refused: it is handed on at the next look. */
  offerAgain({ path }: InviteFile): void {
    this.#told.delete(path);
  }

  /** The code is used up: the file must not be tried again after a reset. */
  putAside({ path }: InviteFile): void {
    this.#try(path, () => {
      rmSync(beside(path, 'error'), { force: true });
      renameSync(path, beside(path, 'used'));
    });
  }

  sayWrong({ path }: InviteFile, { message, mend }: FaultText): void {
    this.#options.logger.warn('an invite file is of no use', { file: path, message, mend });
    this.#try(path, () => writeFileSync(beside(path, 'error'), `${message}\n${mend}\n`));
  }

  #try(path: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      // A boot partition may be read-only; the claim itself does not rest on it.
      this.#options.logger.warn('beside the invite nothing can be written', {
        file: path,
        error: String(error),
      });
    }
  }
}

/** `muster-invite.txt` → `muster-invite.used.txt`. */
function beside(path: string, what: 'used' | 'error'): string {
  const name = path.slice(dirname(path).length).replace(/^\//, '');
  return join(dirname(path), `${name.replace(/\.txt$/, '')}.${what}.txt`);
}

/** Undefined where there is no such file; never more than a code and its surroundings need. */
function readStart(path: string): string | undefined {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(inviteLimits.fileBytesMax);
      return bytes.toString('utf8', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
