/**
 * How the machine under a node is: temperature, power, load, memory, Wi-Fi stations. A port, and
 * its Linux side out of /proc, /sys and `iw`: a library for it (systeminformation) takes 10 MB of
 * memory for the same few files (docs/adr/0022). Sampled with a report only, never in a message's
 * way; what a machine does not say is left out.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import type { NodeReport } from '@muster/core';

export type MachineSample = NodeReport['machine'];

export interface MachineProbe {
  sample(): Promise<MachineSample>;
}

/** The edge of the system, so that tests can be any machine. */
export interface MachineEdge {
  /** Undefined where there is no such file. */
  read(path: string): string | undefined;
  /** Names in a folder; none where there is no such folder. */
  list(path: string): readonly string[];
  /** What a command prints; undefined when it fails or is not there. */
  run(command: string, given: readonly string[]): Promise<string | undefined>;
  load(): { readonly loadPercent: number; readonly memoryPercent: number };
}

const runMsMax = 2_000;
const zonesMax = 16;

export const linuxEdge: MachineEdge = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  list(path) {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  },
  run: (command, given) =>
    new Promise((resolve) => {
      execFile(command, [...given], { timeout: runMsMax, encoding: 'utf8' }, (error, text) =>
        resolve(error ? undefined : text),
      );
    }),
  load: () => ({
    loadPercent: Math.min(100, Math.round((100 * loadavg()[0]!) / availableParallelism())),
    memoryPercent: Math.round(100 * (1 - freemem() / totalmem())),
  }),
};

export class LinuxProbe implements MachineProbe {
  readonly #edge: MachineEdge;

  constructor(edge: MachineEdge = linuxEdge) {
    this.#edge = edge;
  }

  async sample(): Promise<MachineSample> {
    return {
      ...this.#temperature(),
      ...this.#power(),
      ...this.#edge.load(),
      ...(await this.#stations()),
    };
  }

  /** The hottest of the thermal zones, which say it in thousandths of a degree. */
  #temperature(): Pick<MachineSample, 'temperatureC'> {
    const folder = '/sys/class/thermal';
    const zones = this.#edge.list(folder).filter((name) => name.startsWith('thermal_zone'));
    const all = zones
      .slice(0, zonesMax)
      .map((zone) => Number(this.#edge.read(`${folder}/${zone}/temp`) ?? Number.NaN) / 1000)
      .filter((degrees) => degrees > -100 && degrees < 200);
    return all.length > 0 ? { temperatureC: Math.round(Math.max(...all) * 10) / 10 } : {};
  }

  /** Raspberry Pi firmware: bit 0 under-voltage now, bits 1 to 3 capped, throttled, soft limit. */
  #power(): Pick<MachineSample, 'throttled' | 'underVoltage'> {
    const text = this.#edge.read('/sys/devices/platform/soc/soc:firmware/get_throttled')?.trim();
    const bits = text && /^(0x)?[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : undefined;
    if (bits === undefined) return {};
    return { underVoltage: (bits & 1) !== 0, throttled: (bits & 0b1110) !== 0 };
  }

  /** Only where there is a Wi-Fi adapter that is an access point. */
  async #stations(): Promise<Pick<MachineSample, 'wifiStations' | 'wifiStationsMax'>> {
    const names = this.#edge.list('/sys/class/net');
    const isWifi = (name: string): boolean =>
      this.#edge.list(`/sys/class/net/${name}/phy80211`).length > 0;
    if (!names.some(isWifi)) return {};
    const interfaces = await this.#edge.run('iw', ['dev']);
    const points = accessPointsIn(interfaces ?? '');
    if (points.length === 0) return {};
    const dumps = await Promise.all(
      points.map((name) => this.#edge.run('iw', ['dev', name, 'station', 'dump'])),
    );
    const wifiStations = dumps.join('\n').match(/^Station /gm)?.length ?? 0;
    const most = /Maximum associated stations in AP mode: (\d+)/;
    const found = most.exec((await this.#edge.run('iw', ['phy'])) ?? '')?.[1];
    return { wifiStations, ...(found ? { wifiStationsMax: Number(found) } : {}) };
  }
}

/** Names of the interfaces of type AP in what `iw dev` prints. */
function accessPointsIn(text: string): string[] {
  const parts = text.split(/^\s*Interface /m).slice(1);
  return parts
    .filter((part) => /^\s*type AP$/m.test(part))
    .map((part) => part.split('\n', 1)[0]!.trim());
}
