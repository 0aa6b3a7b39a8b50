/**
 * Mutators for text and JSON, and the words that break programs: names of the prototype, text that
 * reads the other way, ends of strings, paths, numbers that are none.
 */
import { fromUtf8, utf8 } from '@muster/core';
import { intBelow, pick } from '@muster/core/testing';
import type { Ground } from './ground.ts';

export const hostileTexts: readonly string[] = [
  ...['', ' ', '\0', 'a\0b', '\r\n', '\t', '__proto__', 'constructor', 'toString', 'null'],
  ...['\u202eevil', '\u200b', '\u2066x\u2069', '\ufeff', '\ufffd', 'e\u0301', '\u{1f600}'],
  ...['../../etc/passwd', 'C:\\x', '%2e%2e%2f', '<script>', "' OR 1=1 --", '$(id)', '{{1}}'],
  ...['-1', '0', '1e999', '-0', '0x10', '1.5', 'NaN', '9007199254740993', '18446744073709551616'],
  ...['A'.repeat(63), 'A'.repeat(64), 'A'.repeat(65), 'A'.repeat(256), 'ä'.repeat(40)],
  ...['#', '+', '/', '$SYS/#', 'a/b', '=', '==', '-', '_', '.', ':', ',', '"', '\\', '[', '{'],
];

/** JSON values that a reader of ours does not expect. */
const hostileValues: readonly string[] = [
  ...['null', 'true', '0', '-1', '1e999', '-0', '1.5', '9007199254740993', '2147483648'],
  ...[
    '""',
    '[]',
    '{}',
    '[[]]',
    '{"__proto__":{"a":1}}',
    '{"length":1e9}',
    '"\\ud800"',
    '"\\u0000"',
  ],
  '{"toString":null}',
];

/** Changed text, or undefined where the input is no UTF-8. */
export function mutateText(input: Uint8Array, ground: Ground): Uint8Array | undefined {
  if (input.length > 16_384) return undefined;
  const text = fromUtf8(input);
  if (text === undefined) return undefined;
  const isJson = text.startsWith('{') || text.startsWith('[');
  const change = isJson && ground.random.uint32() % 4 !== 0 ? changeJson : changeWords;
  return utf8(change(text, ground));
}

const wordPattern = /[A-Za-z0-9_]+|[^A-Za-z0-9_]/gu;

function changeWords(text: string, { random, other }: Ground): string {
  const words = text.match(wordPattern) ?? [''];
  const at = intBelow(random, words.length);
  const otherWords = (fromUtf8(other().subarray(0, 1_024)) ?? '').match(wordPattern) ?? [''];
  const word = words[at]!;
  switch (intBelow(random, 7)) {
    case 0:
      words[at] = pick(random, hostileTexts);
      break;
    case 1:
      words.splice(at, 0, pick(random, hostileTexts));
      break;
    case 2:
      words.splice(at, 1 + intBelow(random, 4));
      break;
    case 3:
      words[at] = word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase();
      break;
    case 4:
      words[at] = pick(random, otherWords);
      break;
    case 5:
      words[at] = word.repeat(1 + intBelow(random, random.uint32() % 16 === 0 ? 2_000 : 4));
      break;
    default:
      words.splice(at, 0, ...words.slice(at, at + intBelow(random, 8)));
  }
  return words.join('');
}

const valuePattern = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\{\}|\[\]/g;

/** One value or key of the JSON is another one, is there twice, or lies very deep. */
function changeJson(text: string, { random }: Ground): string {
  const spots = [...text.matchAll(valuePattern)];
  if (spots.length === 0) return `${text}${pick(random, hostileValues)}`;
  const spot = pick(random, spots);
  const end = spot.index + spot[0].length;
  const put = (value: string) => text.slice(0, spot.index) + value + text.slice(end);
  switch (intBelow(random, 5)) {
    case 0:
      return put(JSON.stringify(pick(random, hostileTexts)));
    case 1:
      return put(`${spot[0]},${spot[0]}`);
    case 2: {
      const depth = 1 << intBelow(random, random.uint32() % 32 === 0 ? 16 : 5);
      return put('['.repeat(depth) + spot[0] + ']'.repeat(depth));
    }
    case 3:
      return put(pick(random, spots)[0]);
    default:
      return put(pick(random, hostileValues));
  }
}
