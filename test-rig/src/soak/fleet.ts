/** The agents of the soak: real processes of one site, killed, started and looked at. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { bundledAgent } from '../rig/bundled-agent.ts';
import { Box } from '../rig/venue/box.ts';
import { VenueSite } from '../rig/venue/site.ts';
import type { SoakNetwork } from './network.ts';

export const inspectorPort = 9229;

export interface FleetOptions {
  readonly count: number;
  /** Numbers of those that listen for an inspector. */
  readonly inspected: readonly number[];
  /** Keeps their data and logs. */
  readonly folder: string;
}

export class Fleet {
  readonly site = new VenueSite('soak');
  readonly #boxes: readonly Box[];
  readonly #off = new Set<number>();

  constructor(network: SoakNetwork, { count, inspected, folder }: FleetOptions) {
    const program = bundledAgent();
    this.#boxes = Array.from({ length: count }, (_, number) => {
      const name = `agent-${number}`;
      const inspect = `--inspect=${network.accessAddress(number)}:${inspectorPort}`;
      return new Box({
        ...{ name, namespace: network.agent(number) },
        program: inspected.includes(number) ? [inspect, ...program] : program,
        folder: this.site.makeBox(folder, name),
        config: { http: { metricsPublic: true } },
      });
    });
  }

  get size(): number {
    return this.#boxes.length;
  }

  start(): void {
    for (const box of this.#boxes) box.start();
  }

  isUp(number: number): boolean {
    return !this.#off.has(number);
  }

  /** The plug is pulled, and put back after a while. */
  async killAndStart(number: number, offMs: number): Promise<void> {
    this.#off.add(number);
    await this.#boxes[number]!.kill();
    await delay(offMs);
    this.#boxes[number]!.start();
    this.#off.delete(number);
  }

  /** Agents that should run and do not. */
  gone(): number[] {
    return this.#boxes.flatMap((box, number) => {
      return this.isUp(number) && !isRunning(box.pid) ? [number] : [];
    });
  }

  residentBytes(number: number): number | undefined {
    return this.#read(number, (pid) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
    });
  }

  descriptors(number: number): number | undefined {
    return this.#read(number, (pid) => readdirSync(`/proc/${pid}/fd`).length);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#boxes.map((box) => box.stop()));
  }

  #read(number: number, read: (pid: number) => number): number | undefined {
    const { pid } = this.#boxes[number]!;
    try {
      return pid === undefined ? undefined : read(pid);
    } catch {
      return undefined;
    }
  }
}

/** A process that ended and was not waited for yet still has an entry, without memory. */
function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return /^VmRSS:/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
