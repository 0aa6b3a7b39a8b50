/** A small disk of its own, where the one who runs the tests may mount one. */
import { execFileSync } from 'node:child_process';

/** Undefined when mounting is not permitted; else what unmounts it. */
export function mountTmpfs(folder: string, options: string): (() => void) | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return () => execFileSync('umount', ['-l', folder]);
}
