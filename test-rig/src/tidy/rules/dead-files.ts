/**
 * Tidy rule: a source file that nothing names is dead and goes. Whatever names it counts: an
 * import, an entry of package.json, a page, a string in a program that starts it.
 */
import {
  baseName,
  type Finding,
  folderOf,
  isCode,
  isTest,
  joinPath,
  type TidyFile,
} from '../finding.ts';
import { packageOf } from '../packages.ts';

const naming = /\.(?:ts|tsx|mjs|json|html)$|(?:^|\/)run$/;
const quoted = /'[^'\n]*'|"[^"\n]*"/g;
const namedFile = /[\w@./*-]+\.(?:tsx?|mjs)\b/g;

export function deadFiles(files: readonly TidyFile[]): Finding[] {
  const named = new Set<string>();
  const patterns: RegExp[] = [];
  for (const file of files) {
    if (!naming.test(file.path) || baseName(file.path) === 'package-lock.json') continue;
    for (const name of namesIn(file.text ?? '')) {
      for (const target of targetsOf(file.path, name)) {
        if (target === file.path) continue;
        if (target.includes('*')) patterns.push(patternOf(target));
        else named.add(target);
      }
    }
  }
  return files
    .filter(({ path }) => isCode(path) && /(?:^|\/)src\/|\/setup\//.test(path) && !isTest(path))
    .filter(({ path }) => !named.has(path) && !patterns.some((pattern) => pattern.test(path)))
    .map(({ path }) => ({ path, line: 0, message: 'nothing names this file; remove it' }));
}

/** Names of source files in strings; those in comments keep nothing alive. */
function namesIn(text: string): string[] {
  return [...text.matchAll(quoted)].flatMap(([string]) =>
    [...string.matchAll(namedFile)].map(([name]) => name),
  );
}

/** What a name in a file may mean: beside the file, in its package, or from the root. */
function targetsOf(path: string, name: string): string[] {
  const relative = name.replace(/^\//, '');
  const targets = [joinPath(folderOf(path), relative)];
  if (name.startsWith('.')) return targets;
  const owner = packageOf(path);
  if (owner !== undefined) targets.push(joinPath(owner.folder, relative));
  targets.push(joinPath('', relative));
  return targets;
}

/** A `*` of package.json's exports stands for one or more folders. */
function patternOf(target: string): RegExp {
  const parts = target.split('*').map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}
