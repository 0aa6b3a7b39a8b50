/**
 * `npm run vectors` writes the files of docs/protocol/vectors; with `--check` it only compares, and
 * ends with code 1 if one differs. A difference is a change of the protocol: see
 * docs/protocol/README.md before you keep it. No step of a message's way.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { vectorFiles } from './files.ts';

const folder = new URL('../../../docs/protocol/vectors/', import.meta.url);

function textOf(path: URL): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const [option, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (option !== undefined && option !== '--check')) {
  console.error('Usage: npm run vectors [-- --check]');
  process.exit(2);
}
for (const [name, text] of vectorFiles()) {
  const path = new URL(name, folder);
  const same = textOf(path) === text;
  if (!same && option === '--check') process.exitCode = 1;
  else if (!same) writeFileSync(path, text);
  const verdict = same ? 'unchanged' : option === '--check' ? 'differs' : 'written';
  console.log(`${name}: ${verdict}`);
}
