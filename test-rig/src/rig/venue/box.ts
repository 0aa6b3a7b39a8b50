/** One box of the venue: a real agent process in its namespace, killed and started as power is. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The program `muster`, as npm runs it. */
export const musterMain = new URL('../../../../gateway/src/main.ts', import.meta.url).pathname;

const execute = promisify(execFile);

const codeCache = getCompileCacheDir();
/**
 * Nothing of the rig's own environment may override a configuration file. Compiled code is shared:
 * Node puts a folder for its version into the one that it is given.
 */
export const environment = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  ...(codeCache !== undefined && { NODE_COMPILE_CACHE: dirname(codeCache) }),
};

export interface BoxOptions {
  readonly namespace: string;
  readonly folder: string;
  readonly name: string;
  readonly role?: 'node' | 'gateway' | 'relay';
  /** What Node is started with, its own options first; the sources unless given. */
  readonly program?: readonly string[];
  /** Members of its configuration file. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export class Box {
  readonly #options: BoxOptions;
  #process: ChildProcess | undefined;

  constructor(options: BoxOptions) {
    this.#options = options;
    const config = { log: { level: 'info' }, ...options.config };
    writeFileSync(join(options.folder, 'muster.jsonc'), `${JSON.stringify(config)}\n`);
  }

  start(): void {
    const { namespace, folder, name, role = 'node', program = [musterMain] } = this.#options;
    const command = ['netns', 'exec', namespace, process.execPath, ...program, 'run'];
    const child = spawn('ip', [...command, '--role', role, '--data', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    });
    const log = createWriteStream(join(folder, `${name}.log`), { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#process = child;
  }

  /** Of the running agent; undefined while there is none. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** What its admin types: the command `muster` on this box, its JSON answer. */
  async muster(...words: string[]): Promise<Readonly<Record<string, unknown>>> {
    const { namespace, folder } = this.#options;
    const command = ['netns', 'exec', namespace, process.execPath, musterMain, ...words];
    const { stdout } = await execute('ip', [...command, '--data', folder, '--json']);
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  }

  /** `kill -9`, as when the plug is pulled; `ip netns exec` became the agent, so it is this one. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}
