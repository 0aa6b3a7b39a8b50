/**
 * Finds our service on a connected device: the characteristics that it offers, in the order of
 * their handles. Below step 4 of a message's way. Whatever a foreign device shows is refused in
 * words, and bounded.
 */
import { BleError } from '../ble.ts';
import { bleUuids } from '../uuids.ts';
import type { BluezBus, BluezEvent } from './bluez-bus.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces } from './names.ts';
import { numberOf, type Properties, textOf } from './properties.ts';

export interface RemoteService {
  /** Path of the characteristic that is written, and read for our slot. */
  readonly toPeripheral: string;
  /** Paths of those that notify, by slot. */
  readonly fromPeripheral: readonly string[];
  readonly mtu: number;
}

/** Collects what bluetoothd tells of a device's services while it finds them out. */
export class RemoteServiceFinder {
  readonly #bus: BluezBus;
  readonly #prefix: string;
  readonly #services = new Map<string, Properties>();
  readonly #characteristics = new Map<string, Properties>();
  readonly #unwatch: () => void;

  constructor(bus: BluezBus, adapterName: string, devicePath: string) {
    this.#bus = bus;
    this.#prefix = `${devicePath}/`;
    this.#unwatch = bus.watchBelow(adapterName, (event) => this.#onEvent(event));
  }

  stop(): void {
    this.#unwatch();
  }

  /** Of a device that has its services resolved. */
  async find(service: string): Promise<RemoteService> {
    const told = this.#serviceOf(service);
    if (told !== undefined) return told;
    // Known to bluetoothd since before we came: the long way.
    for (const [path, interfaces] of await this.#bus.objects()) {
      for (const [name, properties] of interfaces) this.#keep(path, name, properties);
    }
    const found = this.#serviceOf(service);
    if (found === undefined) throw new BleError('refused', 'it does not offer the service');
    return found;
  }

  #onEvent({ kind, path, interface: name, properties }: BluezEvent): void {
    if (kind === 'added') this.#keep(path, name, properties);
  }

  #keep(path: string, name: string, properties: Properties): void {
    if (!path.startsWith(this.#prefix)) return;
    if (this.#services.size + this.#characteristics.size >= bluezLimits.remoteObjectsMax) return;
    if (name === bluezInterfaces.service) this.#services.set(path, properties);
    if (name === bluezInterfaces.characteristic) this.#characteristics.set(path, properties);
  }

  #serviceOf(uuid: string): RemoteService | undefined {
    const isOurs = (properties: Properties): boolean => textOf(properties, 'UUID') === uuid;
    const [servicePath] = [...this.#services].find(([, properties]) => isOurs(properties)) ?? [];
    if (servicePath === undefined) return undefined;
    const ours = [...this.#characteristics].filter(([path]) => path.startsWith(`${servicePath}/`));
    const named = (name: string) => ours.filter(([, each]) => textOf(each, 'UUID') === name);
    const [to] = named(bleUuids.toPeripheral);
    // Paths end with the handle in four hexadecimal digits.
    const fromPeripheral = named(bleUuids.fromPeripheral).map(([path]) => path);
    if (to === undefined || fromPeripheral.length === 0) return undefined;
    const mtu = Math.max(numberOf(to[1], 'MTU') ?? 0, bluezLimits.attMtuDefault);
    return { toPeripheral: to[0], fromPeripheral: fromPeripheral.sort(), mtu };
  }
}
