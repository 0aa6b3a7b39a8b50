/**
 * Bundles what runs in the machine, one file a program: loading hundreds of small files takes
 * seconds there. Native modules are looked for in the tree's own node_modules (NODE_PATH).
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (main: string): string => fileURLToPath(new URL(main, import.meta.url));

/** Writes `conductor.cjs` and the others into the folder, and what is loaded before btvirt. */
export async function buildPrograms(folder: string): Promise<void> {
  const air = ['-o', join(folder, 'air.so'), at('machine/air.c'), '-ldl'];
  execFileSync('gcc', ['-O2', '-shared', '-fPIC', ...air]);
  await build({
    entryPoints: { conductor: at('conductor/main.ts'), person: at('person/main.ts') },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    define: { 'import.meta.url': '__url' },
    banner: { js: `const __url = require('node:url').pathToFileURL(__filename).href;` },
    external: ['better-sqlite3', 'sodium-native'],
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
}
