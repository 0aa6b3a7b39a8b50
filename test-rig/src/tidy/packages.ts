/**
 * The packages of the repository and the table of DESIGN section 3: which may import which, and
 * which of Node's built-in modules each may use. No step of a message's way; a new package or a
 * new permission is a line here, with its reason.
 */

export interface PackageRule {
  readonly name: string;
  readonly folder: string;
  /** Our own packages that it may import. */
  readonly imports: readonly string[];
  /** Built-in modules that its sources may use, without `node:`. */
  readonly builtins: 'all' | readonly string[];
  /** Single functions of further built-in modules, where the rest of the module is not for it. */
  readonly functions?: Readonly<Record<string, readonly string[]>>;
}

export const packages: readonly PackageRule[] = [
  // Sans-I/O, and it runs in browsers too.
  { name: '@muster/core', folder: 'node-agent/core', imports: [], builtins: [] },
  // The real things: network, disk, radio, clock, entropy.
  {
    name: '@muster/adapters',
    folder: 'node-agent/adapters',
    imports: ['@muster/core'],
    builtins: 'all',
  },
  // Rules again, and the key and certificate files of an admin; X.509 is outside the Crypto port.
  {
    name: '@muster/provisioning',
    folder: 'provisioning',
    imports: ['@muster/core'],
    builtins: ['fs', 'fs/promises', 'path'],
    functions: { crypto: ['webcrypto'], net: ['BlockList', 'isIP'] },
  },
  // HTTP server, configuration files and command line; sockets, entropy and timers come by ports.
  {
    name: '@muster/agent',
    folder: 'node-agent/agent',
    imports: ['@muster/core', '@muster/adapters', '@muster/provisioning'],
    builtins: [
      ...['assert', 'buffer', 'child_process', 'events', 'fs', 'fs/promises', 'http', 'https'],
      ...['module', 'net', 'os', 'path', 'process', 'readline', 'readline/promises'],
      ...['stream', 'stream/promises', 'tty', 'url', 'util'],
    ],
    // Entropy and keys come by ports; a hash of a static file is no secret.
    functions: { crypto: ['createHash', 'timingSafeEqual'] },
  },
  { name: '@muster/web', folder: 'node-agent/web', imports: ['@muster/core'], builtins: [] },
  {
    name: '@muster/gateway',
    folder: 'gateway',
    imports: ['@muster/core', '@muster/adapters', '@muster/provisioning', '@muster/agent'],
    builtins: 'all',
  },
  {
    name: '@muster/test-rig',
    folder: 'test-rig',
    imports: [
      ...['@muster/core', '@muster/adapters', '@muster/provisioning', '@muster/agent'],
      '@muster/gateway',
    ],
    builtins: 'all',
  },
  // Runs before anything is installed.
  { name: 'setup', folder: 'node-agent/setup', imports: [], builtins: 'all' },
];

/** Tests work on the real things, so those of a rule-only package may import the adapters. */
export const testImports: readonly string[] = ['@muster/adapters'];

/** What a main file may use beyond its package, to read its arguments and files. */
export const mainBuiltins: readonly string[] = ['fs', 'fs/promises', 'path', 'process', 'url'];

/** The package that a file belongs to, if any. */
export function packageOf(path: string): PackageRule | undefined {
  return packages.find(({ folder }) => path.startsWith(`${folder}/`));
}
