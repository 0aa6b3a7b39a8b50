/**
 * What a page under attack looks like: whether each text that is drawn is neutral, each link goes
 * where it says, and everything stays inside the screen and its own row. Judged by rules of its
 * own, not by the code of the page.
 */
import type { Page } from 'playwright-core';
import { callInPage } from './in-page.ts';

/** A row of the timeline as it is drawn. */
export interface SeenRow {
  readonly order: string;
  readonly text: string;
  /** Undefined where the row goes on under the name above it. */
  readonly name: string | undefined;
  readonly badges: readonly string[];
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly tags: readonly string[];
  /** What sticks out of the row, in words. */
  readonly outside: readonly string[];
}

export function seenRows(page: Page, orders: readonly string[]): Promise<SeenRow[]> {
  return page.evaluate<SeenRow[]>(callInPage('rows', orders));
}

/** What is wrong with the page as a whole: width, and any text that is not neutral. */
export async function faultsOfPage(page: Page): Promise<string[]> {
  const seen = callInPage('page', undefined);
  const { wide, texts } = await page.evaluate<{ wide: string[]; texts: string[] }>(seen);
  const unneutral = texts.flatMap((text) => {
    const fault = faultOfText(text);
    return fault ? [`${fault}: ${JSON.stringify(text.slice(0, 60))}`] : [];
  });
  return [...wide, ...unneutral.slice(0, 10)];
}

const kept = String.raw`(?!\n|\u200C|\u200D|\uFE0F)`;
const unseenLetters = new RegExp(`${kept}[\\p{Cc}\\p{Cf}\\p{Cs}\\p{DI}\\u2800\\u2028\\u2029]`, 'u');
const joinable = String.raw`[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F]`;
const joiner = String.raw`(?:\u200C|\u200D)`;
const looseJoiner = new RegExp(`(?<!${joinable})${joiner}|${joiner}(?!${joinable})`, 'u');
/** Ticks, stars and shields; each an alternative, because some are two code points wide. */
const badgeLike = new RegExp([...'★☆☑✅✓✔⭐🎖🏅🛡👮🗸🗹'].join('|'), 'u');

/** Why a text that is drawn is not neutral; undefined when it is. */
export function faultOfText(text: string): string | undefined {
  if (!text.isWellFormed()) return 'half a letter';
  const unseen = unseenLetters.exec(text)?.[0];
  if (unseen) return `U+${unseen.codePointAt(0)!.toString(16)}`;
  if (looseJoiner.test(text)) return 'a joiner that joins nothing';
  if (/\p{M}{5}/u.test(text)) return 'a pile of marks';
  return /\n{5}/.test(text) ? 'many empty lines' : undefined;
}

/** Of a name, which is one line and wears nothing. */
export function faultOfName(name: string): string | undefined {
  if (name.includes('\n')) return 'several lines';
  if (/[@＠﹫]/.test(name)) return 'the mark of another site';
  if (badgeLike.test(name)) return 'something like a badge';
  return [...name].length > 40 ? 'longer than a name' : faultOfText(name);
}

/** What is left of a text when all that may go is gone: what was said, and no more. */
export function coreOf(text: string): string {
  const unseen = /[\p{C}\p{Z}\p{M}\p{DI}\s\u2800]/gu;
  return text.toWellFormed().normalize('NFC').replace(unseen, '');
}
