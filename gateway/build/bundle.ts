/**
 * Bundles the program `muster` (gateway, relay, every command) into dist/: loading hundreds of
 * small files takes half of the memory and three quarters of the start-up time otherwise. What
 * every node runs is one file, `main.cjs`; the rest lies beside it in files that are read when they
 * are asked for, because every byte that is read stays in memory.
 */
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { lateModules, leanDependencies } from './lean-dependencies.ts';
import { helperByRecipe, nativePackages, nativesByPath } from './natives.ts';
import { type Bundle, root } from './output.ts';

/** Dynamic imports that every node makes when it starts: what they load lies in main.cjs. */
const startParts = [
  'gateway/src/main.ts',
  'node-agent/agent/src/cli/commands/run.ts',
  'node-agent/adapters/src/clock-system/index.ts',
  'node-agent/adapters/src/crypto-sodium/index.ts',
  'node-agent/adapters/src/discovery-mdns/index.ts',
  'node-agent/adapters/src/logger-pino/index.ts',
  'node-agent/adapters/src/random-system/index.ts',
  'node-agent/adapters/src/store-sqlite/index.ts',
  'node-agent/adapters/src/transport-libp2p/index.ts',
];

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  outdir: '.',
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  // Source maps name files and lines alone; `muster --debug` reads them.
  sourcesContent: false,
  logLevel: 'warning',
};

/** Of a file in dist/, as the sources' is of one in src/: both find what lies beside both. */
const ownUrl = `const __url = require('node:url').pathToFileURL(__dirname + '.cjs').href;`;

type Chunks = ReadonlyMap<string, string>;

export async function bundle(): Promise<Bundle> {
  const esbuild = await import('esbuild');
  // First in chunks, each of what the same dynamic imports need.
  const split = await esbuild.build({
    ...common,
    entryPoints: ['gateway/src/main.ts'],
    format: 'esm',
    splitting: true,
    entryNames: '[name]-[hash]',
    define: { 'import.meta.url': '__url' },
    external: [...nativePackages],
    sourcemap: 'inline',
    plugins: [nativesByPath, helperByRecipe, leanDependencies, lateModules],
  });
  const chunks = new Map(split.outputFiles!.map((file) => [nameOf(file.path), file.text]));
  const early = earlyChunks(split.metafile!);
  // Then those of a start as one file, in CommonJS: an `import` of Node's own modules reads every
  // export, and with `node:http` alone that loads HTTP/2 and a whole second HTTP client.
  const commonJs: BuildOptions = {
    ...common,
    format: 'cjs',
    sourcemap: 'linked',
    // From a folder of dist/.
    sourceRoot: '../../../',
    supported: { 'dynamic-import': false },
  };
  const main = await esbuild.build({
    ...commonJs,
    stdin: { contents: mainOf(split.metafile!, early), resolveDir: root },
    entryNames: 'main',
    banner: { js: ownUrl },
    plugins: [fromChunks(chunks, early)],
  });
  const late = [...chunks.keys()].filter((name) => !early.has(name));
  const others = await Promise.all(
    late.map((name) =>
      esbuild.build({
        ...commonJs,
        entryPoints: [`./${name}`],
        entryNames: name.slice(0, -'.cjs'.length),
        // What it shares with a start it has from there.
        banner: { js: `${ownUrl}require=require('./main.cjs');` },
        plugins: [fromChunks(chunks, new Set([name]))],
      }),
    ),
  );
  const files = [main, ...others].flatMap(({ outputFiles }) => outputFiles!);
  return {
    files: new Map(files.map((file) => [nameOf(file.path), file.contents])),
    inputs: Object.keys(split.metafile!.inputs),
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Chunks that a start loads: those of its parts, and what they import. */
function earlyChunks({ outputs }: Metafile): ReadonlySet<string> {
  const early = new Set<string>();
  const take = (path: string): void => {
    if (early.has(path)) return;
    early.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && outputs[next]) take(next);
    }
  };
  for (const part of startParts) {
    const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === part);
    if (!found) throw new Error(`${part} is no dynamic import any more`);
    take(found[0]);
  }
  return early;
}

/** main.cjs begins the program, and is asked by the late files for what lies in it. */
function mainOf({ outputs }: Metafile, early: ReadonlySet<string>): string {
  const [entry] = Object.entries(outputs).find(([, one]) => one.entryPoint === startParts[0])!;
  const parts = [...early].map((name) => `'./${name}': () => require('./${name}')`);
  return `const parts = { ${parts.join()} };
    module.exports = (name) => (name in parts ? parts[name]() : require(name));
    require('./${entry}');`;
}

/** Resolves chunks to their text; those that are not to be in this file stay files. */
function fromChunks(chunks: Chunks, inside: ReadonlySet<string>): Plugin {
  return {
    name: 'from-chunks',
    setup(build) {
      build.onResolve({ filter: /^\.\// }, ({ path }) => {
        const name = path.slice('./'.length);
        return inside.has(name) ? { path: name, namespace: 'chunk' } : { path, external: true };
      });
      build.onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path }) => ({
        contents: chunks.get(path)!,
        resolveDir: root,
      }));
    },
  };
}
