/**
 * Reads the repository for the tidy rules: all files that belong to it, the text of those that have
 * one. No step of a message's way. It reads only, and follows no links.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TidyFile } from './finding.ts';

const ignoredFolders = new Set(['node_modules', 'dist', '.git', '.cache', '.muster', 'coverage']);
const textual = /\.(?:ts|tsx|mts|mjs|js|json|jsonc|md|css|html|svg|sh|yml|yaml|txt|service)$/;
const textualNames = new Set(['run', 'LICENSE', '.npmrc', '.gitignore', '.editorconfig']);

export const repositoryRoot = resolve(import.meta.dirname, '..', '..', '..');

export function readRepository(root: string = repositoryRoot): TidyFile[] {
  return [...filesBelow(root, '')];
}

function* filesBelow(root: string, folder: string): Generator<TidyFile> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!ignoredFolders.has(entry.name)) yield* filesBelow(root, path);
    } else if (entry.isFile()) {
      const isText = textual.test(entry.name) || textualNames.has(entry.name);
      yield isText ? { path, text: readFileSync(join(root, path), 'utf8') } : { path };
    }
  }
}
