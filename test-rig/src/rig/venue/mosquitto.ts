/**
 * MQTT clients that are not ours: Debian's mosquitto_pub and mosquitto_sub, in the namespace of a
 * device at the gateway. What they say of an acknowledgement is what any device would believe.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Device {
  readonly namespace: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** For TLS: file with the site's certificate authority. */
  readonly caFile?: string;
}

/** A retrying device gives up after this; the gateway is back long before. */
const publishMsMax = 30_000;

function optionsOf(device: Device): string[] {
  const { host, port, user, password, caFile } = device;
  const tls = caFile === undefined ? [] : ['--cafile', caFile];
  return ['-h', host, '-p', String(port), '-u', user, '-P', password, ...tls];
}

function run(device: Device, program: string, words: readonly string[]): ChildProcess {
  const command = ['netns', 'exec', device.namespace, program, ...optionsOf(device), ...words];
  return spawn('ip', command, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Publishes one message; true when the broker acknowledged it (at QoS 0: when it was sent). */
export async function publish(
  device: Device,
  message: { readonly topic: string; readonly text: string; readonly qos: 0 | 1 | 2 },
): Promise<boolean> {
  const { topic, text, qos } = message;
  const child = run(device, 'mosquitto_pub', ['-t', topic, '-q', String(qos), '-m', text]);
  const timer = setTimeout(() => child.kill('SIGKILL'), publishMsMax);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return code === 0;
}

/** A subscriber with a session of its own that outlives its connections. */
export class Subscriber {
  readonly #child: ChildProcess;
  readonly #texts: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(device: Device, topic: string, options: { qos: 0 | 1 | 2; clientId: string }) {
    const { qos, clientId } = options;
    const session = qos === 0 ? [] : ['-c'];
    const words = ['-t', topic, '-q', String(qos), '-i', clientId, ...session];
    this.#child = run(device, 'mosquitto_sub', words);
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      const { text } = JSON.parse(line) as { text: string };
      this.#texts.push(text);
      for (const check of this.#waiting) check();
    });
  }

  /** Texts of the messages in the order in which they came. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  async sees(text: string, withinMs: number): Promise<void> {
    if (this.#texts.includes(text)) return;
    const seen = Promise.withResolvers<void>();
    const check = (): void => {
      if (this.#texts.includes(text)) seen.resolve();
    };
    this.#waiting.add(check);
    const late = () => seen.reject(new Error(`no MQTT message "${text}" in ${withinMs} ms`));
    const timer = setTimeout(late, withinMs);
    try {
      await seen.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}
