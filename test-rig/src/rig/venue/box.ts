/** One box of the venue: a real agent process in its namespace, killed and started as power is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const agentMain = new URL('../../../../node-agent/agent/src/main.ts', import.meta.url).pathname;

export interface BoxOptions {
  readonly namespace: string;
  readonly folder: string;
  readonly name: string;
}

export class Box {
  readonly #options: BoxOptions;
  #process: ChildProcess | undefined;

  constructor(options: BoxOptions) {
    this.#options = options;
    writeFileSync(join(options.folder, 'muster.jsonc'), '{ "log": { "level": "info" } }\n');
  }

  start(): void {
    const { namespace, folder, name } = this.#options;
    const command = ['netns', 'exec', namespace, process.execPath, agentMain, 'run'];
    const child = spawn('ip', [...command, '--data', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing of the rig's own environment may override the configuration file.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
    const log = createWriteStream(join(folder, `${name}.log`), { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#process = child;
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
