/**
 * The 24 words that are the root key on paper: shown or printed once, and asked back, so that
 * nobody finds out too late that the sheet was never made. They lie nowhere beside the vault.
 */
import { readFileSync } from 'node:fs';
import { MusterError, type Random } from '@muster/core';
import { recoverySheetHtml, wordsFaultText } from '@muster/provisioning';
import { qrSvg, writeNew } from '../code-files.ts';
import type { CommandContext } from '../context.ts';
import type { Prompt } from '../prompt.ts';

export interface SheetOptions {
  readonly sheet?: string;
  readonly yes?: boolean;
}

interface Recovery {
  readonly siteName: string;
  readonly words: string;
  readonly prompt: Prompt;
  readonly random: Random;
}

/** Words of one line on the screen. */
const perLine = 6;

export async function handOverWords(
  context: CommandContext,
  recovery: Recovery,
  { sheet, yes }: SheetOptions,
): Promise<void> {
  const { terminal } = context;
  if (sheet !== undefined) {
    await writeSheet(recovery, sheet);
    terminal.note(`The recovery sheet is ${sheet}. Print it, lock it away, remove the file.`);
  } else if (!terminal.json) {
    terminal.line('\nWrite these 24 words down, in order. Whoever has them is the site:\n');
    for (const line of wordLines(recovery.words)) terminal.line(`  ${line}`);
    terminal.line();
  }
  if (!yes && recovery.prompt.isTerminal) await askBack(context, recovery);
}

export async function writeSheet(
  { siteName, words }: Pick<Recovery, 'siteName' | 'words'>,
  path: string,
): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  writeNew(path, recoverySheetHtml({ siteName, words, qrSvg: await qrSvg(words), date }));
}

function wordLines(words: string): string[] {
  const all = words.split(' ');
  const numbered = all.map((word, index) => `${`${index + 1}`.padStart(2)} ${word.padEnd(9)}`);
  const starts = Array.from({ length: Math.ceil(all.length / perLine) }, (_, row) => row * perLine);
  return starts.map((start) =>
    numbered
      .slice(start, start + perLine)
      .join(' ')
      .trimEnd(),
  );
}

/** Two of the words, until both are right. */
async function askBack(
  { terminal }: CommandContext,
  { words, prompt, random }: Recovery,
): Promise<void> {
  const all = words.split(' ');
  const first = random.bytes(1)[0]! % all.length;
  const second = (first + 1 + (random.bytes(1)[0]! % (all.length - 1))) % all.length;
  for (const index of [first, second]) {
    for (;;) {
      const typed = await prompt.line(`Type word ${index + 1} of the sheet: `);
      if (typed === undefined) throw notWrittenDown();
      if (typed.trim().toLowerCase() === all[index]) break;
      terminal.note('That is not it. Look at the sheet again.');
    }
  }
}

function notWrittenDown(): MusterError {
  const mend = 'The vault is made. Get the words again with: muster vault sheet';
  return new MusterError('words-not-confirmed', 'The words were not confirmed', mend);
}

export async function readWords(prompt: Prompt, file: string | undefined): Promise<string> {
  if (file !== undefined && file !== '-') return readText(file);
  return (await prompt.secret('The 24 words of the recovery sheet, in one line: ')) ?? '';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const mend = 'Check its name, and that you may read it.';
    throw new MusterError('file-unreadable', `${path} cannot be read (${code})`, mend);
  }
}

export function wrongWords(fault: keyof typeof wordsFaultText): MusterError {
  const { message, mend } = wordsFaultText[fault];
  return new MusterError(fault, message, mend);
}
