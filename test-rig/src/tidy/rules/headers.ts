/**
 * Tidy rule: every source file begins by saying what it is, so that a newcomer can open any of them
 * first.
 */
import { type Finding, isBuild, isCode, isTest, type TidyFile } from '../finding.ts';

const sources = /(?:^|\/)src\/|^node-agent\/setup\//;

export function headers(files: readonly TidyFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path) && (sources.test(path) || isBuild(path)))
    .filter(({ path }) => !isTest(path))
    .filter(({ text }) => !/^(?:#!.*\n)?\s*\/[*/]/.test(text ?? ''))
    .map(({ path }) => ({
      path,
      line: 1,
      message: 'begin with a comment: what it is, which step it serves, what it must never do',
    }));
}
