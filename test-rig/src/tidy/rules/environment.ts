/**
 * Tidy rule: only main files read the environment and the arguments, so that everything below them
 * gets what it needs as parameters and can be run a thousand times in one process.
 */
import { type Finding, isCode, isMain, type TidyFile } from '../finding.ts';
import { syntaxOf } from '../syntax.ts';

const readers = new Set(['env', 'argv', 'argv0', 'execArgv']);

export function environment(files: readonly TidyFile[]): Finding[] {
  const findings: Finding[] = [];
  for (const file of files) {
    if (!isCode(file.path) || isMain(file.path)) continue;
    const { freeNames, imports } = syntaxOf(file);
    for (const { name, member, line } of freeNames) {
      if (name !== 'process') continue;
      if (member !== undefined && !readers.has(member)) continue;
      const what = member === undefined ? 'process as a whole' : `process.${member}`;
      const message = `only main files read ${what}; take it as a parameter`;
      findings.push({ path: file.path, line, message });
    }
    for (const { specifier, line } of imports) {
      if (specifier !== 'node:process' && specifier !== 'process') continue;
      const message = 'only main files import node:process';
      findings.push({ path: file.path, line, message });
    }
  }
  return findings;
}
