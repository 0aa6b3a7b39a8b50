/**
 * The words of the tidy rules: what a rule reads and what it answers. A rule is a pure function of
 * file texts, so that its test can hand it a file with a planted fault. No step of a message's way;
 * rules never read the disk.
 */

/** A file of the repository: its path from the root, with `/`; text is absent for binary files. */
export interface TidyFile {
  readonly path: string;
  readonly text?: string;
}

export interface Finding {
  readonly path: string;
  /** From 1; 0 means the file as a whole. */
  readonly line: number;
  readonly message: string;
  /** A warning is printed and fails nothing. */
  readonly warning?: boolean;
}

export type Rule = (files: readonly TidyFile[]) => Finding[];

const codePattern = /\.(?:ts|tsx|mjs)$/;

export function isCode(path: string): boolean {
  return codePattern.test(path) && !path.endsWith('.d.ts');
}

/** Whether a path lies in a test folder, or is a test. */
export function isTest(path: string): boolean {
  return /(?:^|\/)test\//.test(path) || path.endsWith('.test.ts');
}

/** Whether a file is part of the web app's build, which runs in Node, and not of the app. */
export function isBuild(path: string): boolean {
  return /^node-agent\/web\/(?:build\/|vite\.config\.ts$)/.test(path);
}

/**
 * Whether a file is where a program starts: the only kind that reads the environment. The test
 * runner starts the tests, Vite its configuration, and npm the files of setup.
 */
export function isMain(path: string): boolean {
  if (/(?:^|\/)(?:main\.(?:tsx?|mjs)|vite\.config\.ts)$/.test(path)) return true;
  return path.startsWith('node-agent/setup/') || isTest(path);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Joins a folder and a relative path, resolving `.` and `..`. */
export function joinPath(folder: string, relative: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') {
      // Above the root the path can belong to nothing; keep it visible.
      if (parts.length === 0 || parts.at(-1) === '..') parts.push('..');
      else parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
