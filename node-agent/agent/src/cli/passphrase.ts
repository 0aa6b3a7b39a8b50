/**
 * The passphrase of a vault: from a file, from standard input, or typed without echo; never from
 * the command line, where everybody on the machine could read it, and never shown.
 */
import { readFileSync } from 'node:fs';
import { MusterError } from '@muster/core';
import type { CommandContext } from './context.ts';
import type { Prompt } from './prompt.ts';

export interface PassphraseOptions {
  /** A file whose first line it is; - for standard input. */
  readonly passphraseFile?: string;
}

export async function readPassphrase(
  context: CommandContext,
  prompt: Prompt,
  { passphraseFile }: PassphraseOptions,
): Promise<string> {
  const given = await givenPassphrase(context, prompt, passphraseFile);
  if (given !== undefined) return given;
  return required(await prompt.secret('Passphrase of the vault: '));
}

/** Typed twice where it is typed. */
export async function newPassphrase(
  context: CommandContext,
  prompt: Prompt,
  { passphraseFile }: PassphraseOptions,
): Promise<string> {
  const given = await givenPassphrase(context, prompt, passphraseFile);
  if (given !== undefined) return given;
  for (;;) {
    const first = required(await prompt.secret('New passphrase (10 characters or more): '));
    const second = required(await prompt.secret('Once more: '));
    if (first === second) return first;
    context.terminal.note('These two differ. Once again:');
  }
}

async function givenPassphrase(
  { world }: CommandContext,
  prompt: Prompt,
  option: string | undefined,
): Promise<string | undefined> {
  const file = option ?? world.environment.MUSTER_PASSPHRASE_FILE;
  if (file === '-') return required(await prompt.secret('Passphrase: '));
  if (file !== undefined) return readFirstLine(file);
  if (prompt.isTerminal) return undefined;
  throw missing();
}

/** Of a file that holds a secret. */
export function readFirstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0]!;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const mend = 'Check its name, and that you may read it.';
    throw new MusterError('file-unreadable', `${path} cannot be read (${code})`, mend);
  }
}

function required(typed: string | undefined): string {
  if (typed === undefined) throw missing();
  return typed;
}

function missing(): MusterError {
  return new MusterError(
    'passphrase-missing',
    'The passphrase of the vault is needed',
    'Run it at a terminal, or name a file with --passphrase-file (- for standard input).',
  );
}
