/**
 * The binaries that a bundle cannot hold: SQLite, sodium, and the Bluetooth helper. They stay where
 * npm or setup put them, and the bundle names the place, because the packages' own search looks at
 * dozens of places and costs more than all of our own code does.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const host = `${process.platform}-${process.arch}`;
/** Where the binary of a package lies in it. */
const binaries = {
  'better-sqlite3': `prebuilds/${host}.node`,
  'sodium-native': `prebuilds/${host}/sodium-native.node`,
};

/** What is looked for when the program runs. */
export const nativePackages: readonly string[] = Object.keys(binaries).map(
  (name) => `${name}/package.json`,
);

/** False where npm brought no such binary: there Muster runs from its sources. */
export function hasBinaries(): boolean {
  const { resolve } = createRequire(import.meta.url);
  return Object.entries(binaries).every(([name, binary]) =>
    existsSync(join(dirname(resolve(`${name}/package.json`)), binary)),
  );
}

export const nativesByPath: Plugin = {
  name: 'natives-by-path',
  setup(build) {
    build.onLoad({ filter: /(better-sqlite3\/lib|sodium-native)\/binding\.js$/ }, ({ path }) => {
      const name = path.includes('better-sqlite3') ? 'better-sqlite3' : 'sodium-native';
      const folder = `require.resolve('${name}/package.json').slice(0, -'package.json'.length)`;
      const load = `require(${folder} + '${binaries[name]}')`;
      const exported = name === 'sodium-native' ? load : `{ getBinding: () => ${load} }`;
      return { contents: `module.exports = ${exported};` };
    });
  },
};

/** The helper of Bluetooth is looked for beside its recipe, which stays where it is. */
export const helperByRecipe: Plugin = {
  name: 'helper-by-recipe',
  setup(build) {
    build.onLoad({ filter: /transport-ble\/l2cap\/build\.ts$/ }, ({ path }) => {
      const fromRoot = path.slice(path.lastIndexOf('/node-agent/'));
      const url = `new URL('../..${fromRoot}', import.meta.url)`;
      const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', url);
      return { contents, loader: 'ts' };
    });
  },
};
