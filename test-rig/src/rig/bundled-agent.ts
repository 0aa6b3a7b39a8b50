/** The program as it ships: one bundle, started with the options of docs and units. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { musterMain } from './venue/box.ts';

const folder = fileURLToPath(new URL('../../../gateway/', import.meta.url));
/** A young generation of 1 MB, as on a small board. */
const flags = ['--max-semi-space-size=1'];

/** What Node is started with. Builds the bundle; where none can be: the sources. */
export function bundledAgent(): readonly string[] {
  const built = spawnSync(process.execPath, [`${folder}build/main.ts`], { stdio: 'inherit' });
  return [...flags, built.status === 0 ? `${folder}dist/muster.cjs` : musterMain];
}
