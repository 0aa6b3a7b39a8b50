/**
 * Reads the text of a configuration file (JSON with comments and trailing commas) into values by
 * setting, noting every problem with line and column. Strict: an unknown or repeated key is a
 * fault, because a mistyped one would silently do nothing.
 */
import { configTree } from '@muster/provisioning';
import { getNodeValue, type Node, type ParseError } from 'jsonc-parser';
import { nearest } from './nearest.ts';
import type { ConfigProblem } from './problem.ts';
import { type SettingName, settingNames, settings } from './schema.ts';

export interface ReadValues {
  readonly values: Map<SettingName, unknown>;
  readonly problems: ConfigProblem[];
}

/** Longer files are refused before they are parsed; the whole template takes 3 KiB. */
const fileBytesMax = 256 * 1024;
/** More than anybody reads at once; what is behind them is not looked at. */
const problemsMax = 50;
const keyCharsShownMax = 64;

const byPath = new Map(settingNames.map((name) => [settings[name].path, name]));
const sections = new Set(settingNames.map((name) => settings[name].path.split('.')[0]!));

export function readFileText(text: string, file: string): ReadValues {
  const read: ReadValues = { values: new Map(), problems: [] };
  const at = placeIn(text, file);
  if (text.length > fileBytesMax) {
    read.problems.push({
      where: file,
      message: `is longer than ${fileBytesMax} characters`,
      mend: 'Check that this is the configuration file.',
    });
    return read;
  }
  const errors: ParseError[] = [];
  const root = configTree(text, errors);
  // One slip of the hand yields several parse errors; only the first one helps.
  const first = errors[0];
  if (first) read.problems.push({ ...at(first.offset), ...syntaxProblem(text, first) });
  else if (root) readRoot(root, { read, at });
  return read;
}

interface Reading {
  readonly read: ReadValues;
  readonly at: (offset: number) => Pick<ConfigProblem, 'where' | 'line' | 'column'>;
}

function readRoot(root: Node, reading: Reading): void {
  forEachMember(root, { reading, of: 'the file' }, (key, value) => {
    if (!sections.has(key.value)) {
      unknownKey(reading, key, [...sections]);
      return;
    }
    const known = [...byPath.keys()].filter((path) => path.startsWith(`${key.value}.`));
    forEachMember(value, { reading, of: `"${key.value}"` }, (inner, innerValue) => {
      const name = byPath.get(`${key.value}.${inner.value}`);
      if (!name) {
        const names = known.map((path) => path.slice(key.value.length + 1));
        unknownKey(reading, inner, names);
        return;
      }
      const found: unknown = getNodeValue(innerValue);
      const fault = settings[name].fault(found);
      if (!fault) reading.read.values.set(name, found);
      else reading.read.problems.push({ ...reading.at(innerValue.offset), ...wrong(name, fault) });
    });
  });
}

/** Visits the members of an object; says so when it is none or names something twice. */
function forEachMember(
  node: Node,
  context: { reading: Reading; of: string },
  visit: (key: Node, value: Node) => void,
): void {
  const { read, at } = context.reading;
  if (node.type !== 'object') {
    read.problems.push({
      ...at(node.offset),
      message: `${context.of} must be an object in { }`,
      mend: 'Put its settings between { and }.',
    });
    return;
  }
  const seen = new Set<string>();
  for (const member of node.children ?? []) {
    if (read.problems.length >= problemsMax) return;
    const [key, value] = member.children ?? [];
    if (!key || !value) continue;
    if (seen.has(key.value)) {
      const message = `${shown(key)} is given twice`;
      read.problems.push({ ...at(key.offset), message, mend: 'Take one of them out.' });
    } else visit(key, value);
    seen.add(key.value);
  }
}

/** In quotes; a key may be as long as the file. */
function shown(key: Node): string {
  return JSON.stringify(key.value.slice(0, keyCharsShownMax));
}

function unknownKey(reading: Reading, key: Node, known: readonly string[]): void {
  const near = nearest(key.value, known);
  reading.read.problems.push({
    ...reading.at(key.offset),
    message: `unknown key ${shown(key)}`,
    mend: near ? `Did you mean "${near}"?` : `Known here: ${known.join(', ')}.`,
  });
}

export function wrong(name: SettingName, fault: string): Pick<ConfigProblem, 'message' | 'mend'> {
  const setting = settings[name];
  const fallback = JSON.stringify(setting.fallback);
  return {
    message: `${setting.path} ${fault}`,
    mend: `${setting.about} Without it: ${fallback}.`,
  };
}

function syntaxProblem(text: string, error: ParseError): Pick<ConfigProblem, 'message' | 'mend'> {
  const found = text.slice(error.offset).split(/\s/, 1)[0]?.slice(0, 20) ?? '';
  const message = found === '' ? 'the file ends too early' : `did not expect ${found} here`;
  const mend = 'Check commas, quotes and brackets just before this place.';
  return { message, mend };
}

function placeIn(text: string, file: string): Reading['at'] {
  return (offset) => {
    const before = text.slice(0, offset).split('\n');
    const line = before.length;
    const column = before.at(-1)!.length + 1;
    return { where: `${file}:${line}:${column}`, line, column };
  };
}
