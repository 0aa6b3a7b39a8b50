/** The client tools of mosquitto: programs by other people that say whether the broker is one. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Target } from './target/target.ts';

const toolMsMax = 15_000;
/** A keep-alive of 5 s, the shortest that the tools take, is to be seen. */
const noticeMsMax = 8_000;

export interface ToolEnd {
  readonly code: number | null;
  /** The lines of its standard output. */
  readonly lines: readonly string[];
  readonly complaints: string;
}

/** A tool that runs: what it printed so far, and how it ended. */
export class Tool {
  readonly ended: Promise<ToolEnd>;
  readonly #child: ChildProcess;
  #output = '';
  #complaints = '';

  constructor(name: 'mosquitto_pub' | 'mosquitto_sub', options: readonly string[]) {
    // Into a pipe they would keep what they print until they end.
    this.#child = spawn('stdbuf', ['-oL', name, ...options], {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: toolMsMax,
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => reject(new Error(`${name}: ${error.message}`)));
      this.#child.once('close', (code) => {
        const lines = this.#output.split('\n').filter((line) => line !== '');
        resolve({ code, lines, complaints: this.#complaints });
      });
    });
    this.ended.catch(() => {});
  }

  /** Resolves once it has printed this; with -d both tools say what they send and hear. */
  async says(text: string): Promise<void> {
    const until = performance.now() + noticeMsMax;
    while (!this.#output.includes(text)) {
      if (performance.now() > until) {
        this.kill();
        throw new Error(`a tool did not say "${text}": ${this.#output}${this.#complaints}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** As a cable pulled: no DISCONNECT. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Stops it as a shell would: it says DISCONNECT. */
  interrupt(): void {
    this.#child.kill('SIGINT');
  }
}

/** The tools aimed at a broker, with the credential that they were given. */
export class Tools {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  /** A subscriber, once the broker has answered its subscription; prints topic and payload. */
  async subscriber(...options: readonly string[]): Promise<Tool> {
    const tool = new Tool('mosquitto_sub', [...this.#where(options), '-d', '-v', ...options]);
    await tool.says('received SUBACK');
    return tool;
  }

  /** A subscriber that is only waited for. */
  subscribe(...options: readonly string[]): Promise<ToolEnd> {
    return new Tool('mosquitto_sub', [...this.#where(options), ...options]).ended;
  }

  async publish(...options: readonly string[]): Promise<void> {
    const { code, complaints } = await this.tryPublish(...options);
    if (code !== 0) throw new Error(`mosquitto_pub: ${complaints}`);
  }

  tryPublish(...options: readonly string[]): Promise<ToolEnd> {
    return new Tool('mosquitto_pub', [...this.#where(options), ...options]).ended;
  }

  #where(options: readonly string[]): string[] {
    const { ports, credentials, caFile } = this.#target;
    const given = ['-u', credentials.tools.name, '-P', credentials.tools.password];
    const isTls = options.includes('--tls-version');
    const where = isTls
      ? ['-h', 'localhost', '-p', String(ports.tls), '--cafile', caFile]
      : ['-h', '127.0.0.1', '-p', String(ports.mqtt)];
    return [...where, ...given];
  }
}

/** What was delivered, of a subscriber's lines with -d -v: "topic payload". */
export function deliveries({ lines }: ToolEnd, topic = 'tools/'): string[] {
  return lines.filter((line) => line.startsWith(topic));
}
