/** The agent as a process that is started and killed again and again in one data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { bundledAgent } from '../bundled-agent.ts';

/** What Node runs: the agent as it ships. */
const agentArgs = bundledAgent();
const startMsMax = 20_000;

export class AgentProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  /** What it said last. */
  #output = '';

  private constructor(folder: string, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    const alone = { MUSTER_MESH_MDNS: 'false', MUSTER_BLE_ENABLED: 'false' };
    const environment = { MUSTER_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0', ...alone };
    this.#child = spawn(
      process.execPath,
      [...agentArgs, 'run', '--data', folder, '--port', String(port)],
      { env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  /** Resolves once it is ready; rejects with what it said when it is not. */
  static start(folder: string, port: number): Promise<AgentProcess> {
    const started = new AgentProcess(folder, port);
    const child = started.#child;
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        child.kill('SIGKILL');
        reject(new Error(`the agent ${why}: ${started.#output}`));
      };
      const late = setTimeout(() => fail('did not become ready'), startMsMax);
      const onOutput = (text: string): void => {
        started.#output = (started.#output + text).slice(-4_000);
        if (!started.#output.includes('"event":"ready"')) return;
        clearTimeout(late);
        resolve(started);
      };
      child.stdout?.setEncoding('utf8').on('data', onOutput);
      child.stderr?.setEncoding('utf8').on('data', onOutput);
      started.#ended.then(() => {
        clearTimeout(late);
        fail('ended');
      });
    });
  }

  /** A start that is killed after so long, wherever it is by then. */
  static async cut(folder: string, port: number, afterMs: number): Promise<void> {
    const started = new AgentProcess(folder, port);
    await Promise.race([delay(afterMs), started.#ended]);
    await started.kill();
  }

  /** As a power cut would, but for the disk's own cache. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
