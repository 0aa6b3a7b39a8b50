/**
 * What this machine's files say about Bluetooth, for which D-Bus has no words: settings of
 * bluetoothd, radio switches, how long the kernel keeps a private address. Below step 4 of a
 * message's way. A file that cannot be read is unknown, never an exception.
 */
import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { bluezLimits } from './limits.ts';

export type Privacy = 'on' | 'off' | 'unknown';

/** bluetoothd's main.conf; undefined: not said there, so its default holds. */
export interface BluezSettings {
  readonly file: string;
  readonly controllerMode?: string;
  readonly privacy?: string;
  readonly channels?: string;
  readonly cache?: string;
  /** Seconds; 0: links outlive a change of address. */
  readonly temporaryTimeout?: string;
  readonly name?: string;
}

const settingsFile = '/etc/bluetooth/main.conf';

export class Machine {
  readonly #root: string;

  /** `root`: `/` but in tests. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Undefined: not readable. */
  settings(): BluezSettings | undefined {
    const text = this.#read(settingsFile);
    if (text === undefined) return undefined;
    const values = parsedSettings(text);
    const entries = [
      ['controllerMode', values.get('general/controllermode')],
      ['privacy', values.get('general/privacy')],
      ['temporaryTimeout', values.get('general/temporarytimeout')],
      ['name', values.get('general/name')],
      ['channels', values.get('gatt/channels')],
      ['cache', values.get('gatt/cache')],
    ].filter(([, value]) => value !== undefined);
    return { file: settingsFile, ...Object.fromEntries(entries) };
  }

  privacy(): Privacy {
    const settings = this.settings();
    if (settings === undefined) return 'unknown';
    const { privacy = 'off' } = settings;
    return /^(?:device|network|on|limited-device|limited-network)$/.test(privacy) ? 'on' : 'off';
  }

  /** By the kernel's debugfs, which only root can read. */
  addressLifeMs(adapterName: string): number | undefined {
    const text = this.#read(`/sys/kernel/debug/bluetooth/${adapterName}/rpa_timeout`);
    const ms = Number.parseInt(text ?? '', 10) * 1000;
    const isSound = ms >= bluezLimits.addressLifeMsMin && ms <= bluezLimits.addressLifeMsMax;
    return isSound ? ms : undefined;
  }

  /** Whether `setAddressLifeMs` would work: as root, where debugfs is mounted. */
  canSetAddressLife(adapterName: string): boolean {
    const lifeMs = this.addressLifeMs(adapterName);
    return lifeMs !== undefined && this.setAddressLifeMs(adapterName, lifeMs);
  }

  /** False: it may not be set here. For the addresses that the kernel makes from now on. */
  setAddressLifeMs(adapterName: string, lifeMs: number): boolean {
    try {
      const path = `/sys/kernel/debug/bluetooth/${adapterName}/rpa_timeout`;
      // Never made where it is not: debugfs may not be mounted.
      const file = openSync(join(this.#root, path), 'r+');
      try {
        writeSync(file, `${Math.round(lifeMs / 1000)}\n`);
      } finally {
        closeSync(file);
      }
    } catch {
      return false;
    }
    return this.addressLifeMs(adapterName) === lifeMs;
  }

  /** Of the kernel's timers; undefined: it does not say. */
  ticksPerSecond(): number | undefined {
    const release = this.#read('/proc/sys/kernel/osrelease')?.trim() ?? '';
    if (!/^[A-Za-z0-9][A-Za-z0-9.+_~-]*$/.test(release)) return undefined;
    const [, ticks] =
      /^CONFIG_HZ=([0-9]{1,5})$/m.exec(this.#read(`/boot/config-${release}`) ?? '') ?? [];
    return ticks === undefined || Number(ticks) === 0 ? undefined : Number(ticks);
  }

  /** By a radio switch, of software or of the machine. */
  isBlocked(adapterName: string): boolean {
    const folder = `/sys/class/bluetooth/${adapterName}`;
    const switches = this.#list(folder).filter((name) => /^rfkill[0-9]+$/.test(name));
    return switches.some((name) =>
      ['soft', 'hard'].some((kind) => this.#read(`${folder}/${name}/${kind}`)?.trim() === '1'),
    );
  }

  /** Adapters that the kernel has, known to bluetoothd or not. */
  adapterNames(): readonly string[] {
    return this.#list('/sys/class/bluetooth').filter((name) => /^hci[0-9]{1,3}$/.test(name));
  }

  /** Undefined: this machine does not say. */
  hasKernelModule(): boolean | undefined {
    if (this.#list('/sys').length === 0) return undefined;
    const isThere = (path: string): boolean => this.#list(path).includes('bluetooth');
    return isThere('/sys/module') || isThere('/sys/class');
  }

  #read(path: string): string | undefined {
    try {
      const file = openSync(join(this.#root, path), 'r');
      try {
        const bytes = new Uint8Array(bluezLimits.fileBytesMax);
        return Buffer.from(bytes.subarray(0, readSync(file, bytes))).toString('utf8');
      } finally {
        closeSync(file);
      }
    } catch {
      return undefined;
    }
  }

  #list(path: string): readonly string[] {
    try {
      return readdirSync(join(this.#root, path));
    } catch {
      return [];
    }
  }
}

/** `group/key` in lower case (GLib's key files, as bluetoothd reads them). */
function parsedSettings(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let group = '';
  for (const line of text.split('\n')) {
    const [, name] = /^\[([^\]]+)\]/.exec(line) ?? [];
    if (name !== undefined) group = name.toLowerCase();
    const [, key, value] = /^([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) values.set(`${group}/${key.toLowerCase()}`, value ?? '');
  }
  return values;
}
