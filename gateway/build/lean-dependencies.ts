/**
 * Code of dependencies that would cost memory or time at every start and does nothing here, and
 * what stands in for it, each with its reason. The sources run on the dependencies as they are.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

export const leanDependencies: Plugin = {
  name: 'lean-dependencies',
  setup(build) {
    const instead = (filter: RegExp, contents: string): void => {
      build.onLoad({ filter }, () => ({ contents, resolveDir: here }));
    };
    // Noise's own cryptography, in whose place ours is given: it compiles WebAssembly when loaded.
    instead(
      /@libp2p\/noise\/dist\/src\/crypto\/index\.js$/,
      'export const defaultCrypto = undefined; export const pureJsCrypto = undefined;',
    );
    instead(/@libp2p\/noise\/dist\/src\/crypto\/js\.js$/, 'export const pureJsCrypto = undefined;');
    // Curves in JavaScript, for keys that no node has; those of nodes are Node's own Ed25519. A
    // stranger's key of such a kind is refused as one that does not decode.
    instead(
      /@noble\/curves\/(ed25519|secp256k1)\.js$/,
      'export const ed25519 = undefined; export const secp256k1 = undefined;',
    );
    // Twenty ways to write bytes, made ready one by one: those that libp2p writes in.
    instead(
      /multiformats\/dist\/src\/basics\.js$/,
      `import * as base16 from 'multiformats/bases/base16';
        import * as base32 from 'multiformats/bases/base32';
        import * as base58 from 'multiformats/bases/base58';
        import * as base64 from 'multiformats/bases/base64';
        export const bases = { ...base16, ...base32, ...base58, ...base64 };`,
    );
    // A logger for terminals, in whose place ours is given: its colours ask for half of node:util.
    instead(/@libp2p\/logger\/dist\/src\/index\.js$/, 'export const defaultLogger = undefined;');
    // Locks that other processes of a cluster would share: there are none.
    instead(
      /mortice\/dist\/src\/node\.js$/,
      `import { TypedEventEmitter } from 'main-event';
        export default () => new TypedEventEmitter();`,
    );
    // Of X.509's dependencies: whoever splits a program into files may load it before its polyfill.
    build.onLoad({ filter: /\/tsyringe\/dist\/esm5\/index\.js$/ }, ({ path }) => ({
      contents: `import 'reflect-metadata';\n${readFileSync(path, 'utf8')}`,
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
export const lateModules: Plugin = {
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
    // ws: for faster packages that are not installed, sought in every folder above at each start.
    instead(/^(bufferutil|utf-8-validate)$/, () => "throw new Error('not installed');");
    // sodium-native: to check the kinds of arguments.
    instead(
      /^assert$/,
      () => 'module.exports = (right, message) => { if (!right) throw new TypeError(message); };',
    );
  },
};
