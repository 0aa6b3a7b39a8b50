/**
 * What a key looks like: a short tag beside a name, the long form for comparing in person, and a
 * colour and a pattern for the eye. A help for telling people apart; only the long form, compared
 * in person, proves anything.
 */

/** Without letters that are taken for one another (Crockford's base 32, lower case). */
const letters = '0123456789abcdefghjkmnpqrstvwxyz';
export const hues = 12;

function letterAt(keyHex: string, index: number): string {
  const bits = 5 * index;
  const nibble = Math.floor(bits / 4);
  const window = Number.parseInt(keyHex.slice(nibble, nibble + 3).padEnd(3, '0'), 16);
  return letters[(window >> (12 - (bits % 4) - 5)) & 31]!;
}

/** Four letters, 20 bits. */
export function shortTag(keyHex: string): string {
  return [0, 1, 2, 3].map((index) => letterAt(keyHex, index)).join('');
}

/** Eight groups of four letters, 160 bits. */
export function longFingerprint(keyHex: string): string[] {
  return Array.from({ length: 8 }, (_, group) =>
    Array.from({ length: 4 }, (_, index) => letterAt(keyHex, 4 * group + index)).join(''),
  );
}

export function hueOf(keyHex: string): number {
  return Number.parseInt(keyHex.slice(8, 12), 16) % hues;
}

/** Cells of a 5 × 5 pattern that is the same on its left and right, as [column, row]. */
export function patternOf(keyHex: string): (readonly [number, number])[] {
  const bits = Number.parseInt(keyHex.slice(12, 16), 16);
  const cells: (readonly [number, number])[] = [];
  for (let i = 0; i < 15; i++) {
    if (((bits >> i) & 1) === 0) continue;
    const column = i % 3;
    const row = Math.floor(i / 3);
    cells.push([column, row]);
    if (column < 2) cells.push([4 - column, row]);
  }
  return cells;
}
