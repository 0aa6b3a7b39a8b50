/** Which state of the code ran: a figure or a failure without it cannot be repeated. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The short id of the commit that is checked out, with a `+` where files differ from it. */
export function currentCommit(): string {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const git = (...args: string[]) => spawnSync('git', args, { cwd, encoding: 'utf8' });
  const commit = git('rev-parse', '--short', 'HEAD').stdout?.trim() ?? '';
  if (commit === '') return 'unknown';
  return git('status', '--porcelain', '-uno').stdout?.trim() === '' ? commit : `${commit}+`;
}
