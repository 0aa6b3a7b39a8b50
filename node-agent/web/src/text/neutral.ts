/**
 * Makes names and texts of strangers harmless to look at: what is invisible, turns the direction of
 * writing, piles up marks, or imitates a badge goes. The page shows the result as plain text only.
 * It changes what is shown, never what was signed.
 */

/**
 * Controls, format characters and all that Unicode lets fonts leave out, also what is not assigned
 * yet, but for line feed, joiners and the selector of emoji; separators of lines; the blank letter.
 */
const unseen =
  /(?!\n|\u200C|\u200D|\uFE0F)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu;
/** Joiners: what they join comes first in the match. (Lookbehind would stop older Safari.) */
const emojiJoined = '\\p{Extended_Pictographic}[\\uFE0F\\u{1F3FB}-\\u{1F3FF}]?\\u200D';
const joinersInNames = new RegExp(
  `(${emojiJoined})(?=\\p{Extended_Pictographic})|[\\u200C\\u200D]`,
  'gu',
);
/** Persian and the scripts of India spell words with joiners: texts keep them, names do without. */
const letterJoined = '[\\p{L}\\p{M}][\\u200C\\u200D]';
const joinersInTexts = new RegExp(
  `(${emojiJoined})(?=\\p{Extended_Pictographic})|(${letterJoined})(?=\\p{L})|[\\u200C\\u200D]`,
  'gu',
);
const pileOfMarks = /(\p{M}{3})\p{M}+/gu;
/** Ticks, shields and stars that a name could wear like a badge. */
const badgeLike = new RegExp(
  '[\\u2605\\u2606\\u2611\\u2705\\u2713\\u2714\\u2B50\\u{1F396}\\u{1F3C5}\\u{1F530}' +
    '\\u{1F5F8}\\u{1F5F9}\\u{1F6E1}\\u{1F46E}\\u{10102}]\\uFE0F?',
  'gu',
);

/** It marks another site, and only this page sets it. */
const atSigns = /[@\uFE6B\uFF20]/gu;

const nameCharactersMax = 40;

/** One line without tricks; '' when nothing visible is left. */
export function neutralName(name: string): string {
  const seen = name.replace(unseen, '').replace(badgeLike, '').replace(atSigns, '·');
  const visible = seen.replace(joinersInNames, '$1');
  const plain = visible.normalize('NFC').replace(pileOfMarks, '$1').replace(/\s+/gu, ' ').trim();
  const characters = [...plain];
  if (characters.length <= nameCharactersMax) return plain;
  const start = characters.slice(0, nameCharactersMax - 1).join('');
  return `${start.replace(/[\u200D\s]+$/u, '')}…`;
}

/** Lines stay, at most two empty ones together. */
export function neutralText(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').replaceAll('\t', '  ').replace(unseen, '');
  return lines
    .replace(joinersInTexts, '$1$2')
    .replace(pileOfMarks, '$1')
    .replace(/\n{4,}/g, '\n\n\n')
    .trim();
}

/** Letters that look alike in most fonts, by the Latin one; a small part of Unicode TS 39. */
const lookalikes: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'aаαɑ',
    'bЬв',
    'cсϲ',
    'eеё',
    'hһн',
    'iіlӏ1|ı!',
    'jј',
    'kкκ',
    'mм',
    'nпη',
    'oо0ο',
    'pрρ',
    'sѕ5$',
    'tтτ',
    'uυ',
    'vѵν',
    'wѡ',
    'xхχ',
    'yуγ',
  ].flatMap((set) => [...set].map((letter) => [letter, set[0]!])),
);

/** What two names have in common when a reader could take one for the other. */
export function foldName(name: string): string {
  const plain = neutralName(name).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return [...plain]
    .filter((letter) => /[\p{L}\p{N}\p{S}!|$]/u.test(letter))
    .map((letter) => lookalikes[letter] ?? letter)
    .join('');
}
