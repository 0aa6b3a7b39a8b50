/**
 * Bundles the agent into dist/: loading hundreds of small files takes half of the memory and three
 * quarters of the start-up time otherwise. Natives stay in node_modules.
 */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';

/** The package's folder. */
const here = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(here, 'dist');
const inputsFile = join(dist, 'inputs.json');

/** Compiled code is kept beside the bundle, so that later starts need not compile it again. */
const entry = `#!/usr/bin/env node
require('node:module').enableCompileCache(require('node:path').join(__dirname, 'compiled'));
require('./main.cjs');
`;

/** What stands for import.meta.url in CommonJS. */
const banner = `const __url = require('node:url').pathToFileURL(__filename).href;`;

/** Where the binary of a package lies in it. */
const host = `${process.platform}-${process.arch}`;
const binaries = {
  'better-sqlite3': `prebuilds/${host}.node`,
  'sodium-native': `prebuilds/${host}/sodium-native.node`,
};

/**
 * The binaries stay where npm put them. The packages' own search for them looks at dozens of places
 * and costs more than all of our own code does; the bundle names the one place.
 */
const nativesByPath: Plugin = {
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
const helperByPath: Plugin = {
  name: 'helper-by-path',
  setup(build) {
    build.onLoad({ filter: /transport-ble\/l2cap\/build\.ts$/ }, ({ path }) => {
      const file = `require('node:path').join(__dirname, '${relative(dist, path)}')`;
      const url = `require('node:url').pathToFileURL(${file})`;
      const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', url);
      return { contents, loader: 'ts' };
    });
  },
};

/** Dependencies' code that would cost memory at every start, and what stands in for it. */
const leanDependencies: Plugin = {
  name: 'lean-dependencies',
  setup(build) {
    // Noise's own cryptography, in whose place ours is given: it compiles WebAssembly when loaded.
    build.onLoad({ filter: /@libp2p\/noise\/dist\/src\/crypto\/index\.js$/ }, () => ({
      contents: 'export const defaultCrypto = undefined; export const pureJsCrypto = undefined;',
    }));
    build.onLoad({ filter: /@libp2p\/noise\/dist\/src\/crypto\/js\.js$/ }, () => ({
      contents: 'export const pureJsCrypto = undefined;',
    }));
    // Locks that other processes of a cluster would share: there are none.
    build.onLoad({ filter: /mortice\/dist\/src\/node\.js$/ }, () => ({
      contents: `import { TypedEventEmitter } from 'main-event';
        export default () => new TypedEventEmitter();`,
      resolveDir: here,
    }));
    // Addresses only need some order; that of a language loads 2 MB of its tables.
    build.onLoad({ filter: /@libp2p\/peer-(store|record)\/dist\/.*\.js$/ }, ({ path }) => {
      const compared = /([\w.]+(?:\(\))?)\.localeCompare\(([^;]+)\);/g;
      const text = readFileSync(path, 'utf8').replace(compared, 'plainOrder($1, $2);');
      return { contents: `${text}\nfunction plainOrder(a, b) { return a < b ? -1 : +(a > b); }` };
    });
  },
};

/** Modules that a dependency asks for at its start and never uses here, or only for https. */
const lateModules: Plugin = {
  name: 'late-modules',
  setup(build) {
    const instead = (filter: RegExp, contents: (path: string) => string): void => {
      const namespace = String(filter);
      build.onResolve({ filter }, ({ path, importer }) =>
        importer.includes('node_modules') ? { path, namespace } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: contents(path) }));
    };
    // ws: for wss:// addresses of the command line.
    instead(
      /^(https|tls)$/,
      (path) =>
        `module.exports = new Proxy({}, { get: (_, name) => require('node:${path}')[name] });`,
    );
    // pino: whether it runs in a thread, which it never does.
    instead(/^worker_threads$/, () => 'module.exports = { isMainThread: true };');
    // pino: for transports in threads, of which we use none.
    instead(/^thread-stream$/, () => 'module.exports = class ThreadStream {};');
    // sodium-native: to check the kinds of arguments.
    instead(
      /^assert$/,
      () => 'module.exports = (right, message) => { if (!right) throw new TypeError(message); };',
    );
  },
};

/**
 * What is wanted once in a while, by an admin as a rule: files of their own, read when they are
 * asked for, because every byte of the bundle is in memory from the start.
 */
const late = {
  jsqr: 'jsqr',
  pngjs: 'pngjs',
  qrcode: 'qrcode',
  bip39: '@scure/bip39',
  'bip39-words': '@scure/bip39/wordlists/english.js',
  webauthn: '@simplewebauthn/server',
  x509: join(here, '../../provisioning/src/tls/certificate.ts'),
};

const lateDependencies: Plugin = {
  name: 'late-dependencies',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const wanted = path.startsWith('.') ? join(resolveDir, path) : path;
      const [name] = Object.entries(late).find(([, from]) => from === wanted) ?? [];
      return name ? { path: `./late/${name}.cjs`, external: true } : undefined;
    });
  },
};

/** False where npm brought no such binary: there the agent runs from its sources. */
export function hasBinaries(): boolean {
  const { resolve } = createRequire(import.meta.url);
  return Object.entries(binaries).every(([name, binary]) =>
    existsSync(join(dirname(resolve(`${name}/package.json`)), binary)),
  );
}

function stampOf(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${size}:${mtimeMs}`;
}

/** True when every file that went into dist/ is still the same. */
export function isFresh(): boolean {
  if (!existsSync(inputsFile) || !existsSync(join(dist, 'main.cjs'))) return false;
  try {
    const inputs = Object.entries(
      JSON.parse(readFileSync(inputsFile, 'utf8')) as Record<string, string>,
    );
    return inputs.every(([path, stamp]) => stampOf(join(here, path)) === stamp);
  } catch {
    return false;
  }
}

export async function build(): Promise<void> {
  const { build: bundle } = await import('esbuild');
  rmSync(dist, { recursive: true, force: true });
  const common: BuildOptions = {
    outdir: dist,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    // An `import` of Node's own modules reads every export, and with `node:http` alone that loads
    // HTTP/2 and a whole second HTTP client: CommonJS takes 3 MB and 40 ms less for the same code.
    format: 'cjs',
    define: { 'import.meta.url': '__url' },
    platform: 'node',
    target: 'node24',
    minify: true,
    legalComments: 'linked',
    external: ['better-sqlite3/package.json', 'sodium-native/package.json'],
    mainFields: ['module', 'main'],
    banner: { js: banner },
    absWorkingDir: here,
    logLevel: 'warning',
  };
  const [main, others] = await Promise.all([
    bundle({
      ...common,
      metafile: true,
      entryPoints: { main: join(here, 'src/main.ts') },
      plugins: [nativesByPath, helperByPath, leanDependencies, lateModules, lateDependencies],
    }),
    bundle({ ...common, metafile: true, outdir: join(dist, 'late'), entryPoints: late }),
  ]);
  writeFileSync(join(dist, 'muster.cjs'), entry, { mode: 0o755 });
  const read = { ...main.metafile.inputs, ...others.metafile.inputs };
  const files = Object.keys(read).filter((path) => existsSync(join(here, path)));
  const inputs = files.map((path) => [path, stampOf(join(here, path))]);
  inputs.push(['build/bundle.ts', stampOf(fileURLToPath(import.meta.url))]);
  writeFileSync(inputsFile, JSON.stringify(Object.fromEntries(inputs)));
}
