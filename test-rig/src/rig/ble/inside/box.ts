/** A box in the machine: the agent as it ships, on a copy of the data folder made outside. */
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { getJson } from '@muster/agent';
import { until } from '../../report.ts';
import { type BlePlan, type BoxName, resultsFolder } from './event.ts';
import { Program } from './program.ts';

export interface BoxSettings {
  readonly name: BoxName;
  readonly port: number;
  readonly adapters: readonly string[];
  readonly namespace?: string;
  readonly mesh: { readonly listen: readonly string[]; readonly mdns: boolean };
}

/** `GET /api/v1/nearby`. */
export interface NearbyNode {
  readonly name: string;
  readonly level: string;
  readonly seenMsAgo: number;
}

/** `muster ble scan`. */
export interface Heard {
  readonly name: string;
  readonly rssiDbm?: number;
}

interface Neighbour {
  readonly name: string;
  readonly state: string;
  readonly [member: string]: unknown;
}

interface Status {
  readonly neighbours: readonly Neighbour[];
  readonly linksRefused: Readonly<Record<string, number>>;
}

const patience = { waitMsMax: 30_000, everyMs: 50 };

export class Box {
  readonly settings: BoxSettings;
  readonly #plan: BlePlan;
  readonly folder: string;
  #program: Program | undefined;

  constructor(plan: BlePlan, settings: BoxSettings) {
    const { name, port, adapters, mesh } = settings;
    this.settings = settings;
    this.#plan = plan;
    this.folder = `/run/muster/${name}`;
    rmSync(this.folder, { recursive: true, force: true });
    cpSync(`${resultsFolder}/boxes/${name}`, this.folder, { recursive: true });
    const config = {
      http: { port, tlsPort: 0 },
      mesh,
      ble: { enabled: true, adapters },
      log: { level: 'debug' },
    };
    writeFileSync(`${this.folder}/muster.jsonc`, `${JSON.stringify(config)}\n`);
  }

  get url(): string {
    return `http://127.0.0.1:${this.settings.port}`;
  }

  /** Resolves once it says that it is ready, or that it waits to be claimed. */
  async start(): Promise<void> {
    const { name, namespace } = this.settings;
    const command = [this.#plan.node, ...this.#plan.agent, 'run', '--data', this.folder];
    const log = `${resultsFolder}/${name}.log`;
    const before = existsSync(log) ? statSync(log).size : 0;
    const program = new Program({ name, command, ...(namespace && { namespace }) });
    this.#program = program;
    const ready = async (): Promise<boolean> => {
      program.check();
      const said = readFileSync(log).subarray(before).toString();
      return /"event":"(ready|unclaimed)"/.test(said);
    };
    await until(`${name} is ready`, ready, patience);
  }

  /** It says nothing any more, and its radio keeps the connection up. */
  freeze(isFrozen: boolean): void {
    this.#program!.signal(isFrozen ? 'SIGSTOP' : 'SIGCONT');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    await this.#program?.end(signal);
  }

  /** Neighbours that it has a working link with; not of a box in a namespace. */
  async links(): Promise<readonly Neighbour[]> {
    const { neighbours } = await this.#status();
    return neighbours.filter(({ state }) => state !== 'greeting');
  }

  /** How many links it ended or turned away, by reason. */
  async refused(): Promise<Readonly<Record<string, number>>> {
    return (await this.#status()).linksRefused;
  }

  /** Whom it says that it has near; not of a box in a namespace. */
  async nearby(): Promise<readonly NearbyNode[]> {
    const { json } = await getJson(this.url, '/api/v1/nearby');
    return (json as { nodes: readonly NearbyNode[] }).nodes;
  }

  /** What its radio heard. */
  async heard(): Promise<readonly Heard[]> {
    return ((await this.ask('ble.scan')) as { heard: readonly Heard[] }).heard;
  }

  /** What its admin asks on the machine itself (control socket). */
  async ask(command: string): Promise<unknown> {
    const socket = createConnection(`${this.folder}/control.sock`);
    socket.setEncoding('utf8').write(`${JSON.stringify({ command, params: {} })}\n`);
    let text = '';
    for await (const chunk of socket) text += chunk;
    const answer = JSON.parse(text) as { ok: boolean; result?: unknown; error?: unknown };
    if (!answer.ok) throw new Error(`${command}: ${JSON.stringify(answer.error)}`);
    return answer.result;
  }

  async #status(): Promise<Status> {
    return (await getJson(this.url, '/api/v1/status')).json as Status;
  }
}
