/**
 * Tidy rule: what a reader can hold. Files aim at 100 lines, are looked at again at 300 (a warning)
 * and end at 500; functions end at 70 lines, and lines at 100 columns.
 */
import { baseName, type Finding, isCode, isTest, type TidyFile } from '../finding.ts';
import { syntaxOf } from '../syntax.ts';

const fileLinesToLookAt = 300;
const fileLinesMax = 500;
const functionLinesMax = 70;
const columnsMax = 100;

function isMeasured(path: string): boolean {
  return isCode(path) || /\.(?:css|html|sh|mts|js)$/.test(path) || baseName(path) === 'run';
}

export function sizes(files: readonly TidyFile[]): Finding[] {
  return files.flatMap((file) => {
    if (file.text === undefined || !isMeasured(file.path)) return [];
    const lines = file.text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    return [...fileLength(file, lines), ...columns(file, lines), ...functionLengths(file)];
  });
}

function fileLength({ path }: TidyFile, { length }: readonly string[]): Finding[] {
  if (length > fileLinesMax) {
    return [{ path, line: 0, message: `${length} lines; ${fileLinesMax} are the most` }];
  }
  if (length <= fileLinesToLookAt) return [];
  return [{ path, line: 0, message: `${length} lines; look at it again`, warning: true }];
}

function columns({ path }: TidyFile, lines: readonly string[]): Finding[] {
  return lines.flatMap((text, index) => {
    const length = text.length <= columnsMax ? text.length : [...text].length;
    if (length <= columnsMax || /https?:\/\//.test(text)) return [];
    return [{ path, line: index + 1, message: `${length} columns; ${columnsMax} are the most` }];
  });
}

/** In tests and contract suites a function that only lists tests may be as long as its list. */
function functionLengths(file: TidyFile): Finding[] {
  if (!isCode(file.path)) return [];
  const mayList = isTest(file.path) || /\/testing\//.test(file.path);
  return syntaxOf(file)
    .functions.filter(({ lines }) => lines > functionLinesMax)
    .filter(({ listsTests }) => !(mayList && listsTests))
    .map(({ name, line, lines }) => ({
      path: file.path,
      line,
      message: `${name} has ${lines} lines; ${functionLinesMax} are the most`,
    }));
}
