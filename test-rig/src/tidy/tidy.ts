/**
 * All tidy rules in one list, and the one way to run them. No step of a message's way; a rule is
 * pure, so this needs nothing but the files.
 */
import { type Finding, isCode, type Rule, type TidyFile } from './finding.ts';
import { corePurity } from './rules/core-purity.ts';
import { deadFiles } from './rules/dead-files.ts';
import { documents } from './rules/documents.ts';
import { environment } from './rules/environment.ts';
import { fileNames } from './rules/file-names.ts';
import { forbiddenWords } from './rules/forbidden-words.ts';
import { headers } from './rules/headers.ts';
import { importTable } from './rules/import-table.ts';
import { sizes } from './rules/sizes.ts';
import { syntaxOf } from './syntax.ts';

const rules: readonly Rule[] = [
  importTable,
  environment,
  corePurity,
  sizes,
  documents,
  headers,
  fileNames,
  deadFiles,
  forbiddenWords,
];

/** Everything there is to say about these files, in the order of their paths. */
export function tidy(files: readonly TidyFile[]): Finding[] {
  const unreadable = new Map<TidyFile, Finding>();
  for (const file of files) {
    const finding = isCode(file.path) ? readFault(file) : undefined;
    if (finding !== undefined) unreadable.set(file, finding);
  }
  const readable = files.filter((file) => !unreadable.has(file));
  const findings = [...unreadable.values(), ...rules.flatMap((rule) => rule(readable))];
  return findings.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
}

function readFault(file: TidyFile): Finding | undefined {
  try {
    syntaxOf(file);
    return undefined;
  } catch (error) {
    return { path: file.path, line: 0, message: `cannot be read: ${(error as Error).message}` };
  }
}

export function describeFinding({ path, line, message, warning }: Finding): string {
  const place = line === 0 ? path : `${path}:${line}`;
  return `${place}  ${warning ? 'warning: ' : ''}${message}`;
}
