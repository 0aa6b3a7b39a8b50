/**
 * Tidy rule: one noun a file. A name that says nothing gathers everything.
 */
import { type Finding, isCode, type TidyFile } from '../finding.ts';

const empty = /^(?:utils?|helpers?|misc|common|stuff|tools?)$/i;

export function fileNames(files: readonly TidyFile[]): Finding[] {
  return files
    .filter(({ path }) => isCode(path))
    .filter(({ path }) =>
      path.split('/').some((part) =>
        part
          .split('.')[0]
          ?.split(/[-_]/)
          .some((w) => empty.test(w)),
      ),
    )
    .map(({ path }) => ({ path, line: 0, message: 'name it after what it is about' }));
}
