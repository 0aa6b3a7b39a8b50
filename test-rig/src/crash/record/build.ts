/** Compiles the shim once for each version of its source; the C compiler is Debian's gcc. */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('shim.c', import.meta.url));
const cache = fileURLToPath(new URL('../../../../.cache/crash', import.meta.url));

/** The path of the shared library. */
export function buildShim(): string {
  const name = hash('sha1', readFileSync(source)).slice(0, 12);
  const path = `${cache}/shim-${name}.so`;
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const fresh = `${path}.${process.pid}`;
  execFileSync('gcc', ['-O2', '-shared', '-fPIC', '-o', fresh, source, '-ldl', '-lpthread']);
  renameSync(fresh, path);
  return path;
}
