/**
 * org.bluez on a message bus: calls with the errors of Bluetooth, and events of its objects for
 * whoever watches them. Below step 4 of a message's way. It keeps nothing of what bluetoothd says.
 */
import type { Clock } from '@muster/core';
import {
  type DBusCall,
  type DBusConnection,
  DBusError,
  type DBusSignal,
  type DBusValue,
  isObjectPath,
} from '../dbus/index.ts';
import { bleErrorOf } from './errors.ts';
import { bluezLimits } from './limits.ts';
import {
  adapterNameOf,
  bluezInterfaces,
  bluezName,
  objectManagerInterface,
  propertiesInterface,
} from './names.ts';
import {
  type Interfaces,
  interfacesOf,
  objectsOf,
  type Properties,
  propertiesOf,
} from './properties.ts';

export interface BluezEvent {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly path: string;
  readonly interface: string;
  /** What was said now; empty when removed. */
  readonly properties: Properties;
}

export type BluezWatcher = (event: BluezEvent) => void;

/** To bluetoothd. */
export type BluezCall = Omit<DBusCall, 'destination'>;

const noProperties: Properties = new Map();

export class BluezBus {
  readonly clock: Clock;
  /** The bus itself, for objects of ours. */
  readonly connection: DBusConnection;
  /** Unique name of bluetoothd, whose calls alone are believed; undefined while it is away. */
  owner: string | undefined;
  readonly #byPath = new Map<string, Set<BluezWatcher>>();
  readonly #byAdapter = new Map<string, Set<BluezWatcher>>();
  #onAdapter: BluezWatcher = () => {};

  constructor(connection: DBusConnection, clock: Clock) {
    this.connection = connection;
    this.clock = clock;
  }

  /** `onAdapter` hears of adapters themselves: what came, went, or changed. */
  async listen(onAdapter: BluezWatcher): Promise<void> {
    this.#onAdapter = onAdapter;
    const run = (signal: DBusSignal): void => this.#onSignal(signal);
    const sender = bluezName;
    await this.connection.subscribe({ sender, interface: objectManagerInterface }, run);
    const changed = { interface: propertiesInterface, member: 'PropertiesChanged' };
    await this.connection.subscribe({ sender, ...changed, pathNamespace: '/org/bluez' }, run);
  }

  /** The values of the answer; rejects with a BleError. */
  async call(call: BluezCall): Promise<readonly DBusValue[]> {
    if (!isObjectPath(call.path))
      throw bleErrorOf(new DBusError('malformed', call.path), 'to call');
    try {
      const timeoutMs = bluezLimits.callMsMax;
      return await this.connection.call({ timeoutMs, ...call, destination: bluezName });
    } catch (error) {
      throw bleErrorOf(error, `to call ${call.member}`);
    }
  }

  /** A call whose answer nobody wants. */
  send(call: BluezCall): void {
    this.connection.send({ ...call, destination: bluezName });
  }

  async set(path: string, property: string, signature: string, value: DBusValue): Promise<void> {
    await this.call({
      ...{ path, interface: propertiesInterface, member: 'Set', signature: 'ssv' },
      body: [bluezInterfaces.adapter, property, { signature, value }],
    });
  }

  async propertiesOf(path: string, interface_: string): Promise<Properties> {
    const call = { path, interface: propertiesInterface, member: 'GetAll', signature: 's' };
    const [all] = await this.call({ ...call, body: [interface_] });
    return propertiesOf(all);
  }

  async objects(): Promise<ReadonlyMap<string, Interfaces>> {
    const call = { interface: objectManagerInterface, member: 'GetManagedObjects' };
    const [all] = await this.call({ path: '/', ...call });
    return objectsOf(all);
  }

  /** Events of this very object, until the function that it gives is called. */
  watch(path: string, watcher: BluezWatcher): () => void {
    return addTo(this.#byPath, path, watcher);
  }

  /** Events of everything below an adapter, such as `hci0`. */
  watchBelow(adapterName: string, watcher: BluezWatcher): () => void {
    return addTo(this.#byAdapter, adapterName, watcher);
  }

  #onSignal({ path, member, body }: DBusSignal): void {
    if (member === 'PropertiesChanged') {
      const [name, changed] = body;
      if (typeof name === 'string') this.#tell('changed', path, name, propertiesOf(changed));
      return;
    }
    const [object, interfaces] = body;
    if (typeof object !== 'string') return;
    if (member === 'InterfacesAdded') {
      for (const [name, properties] of interfacesOf(interfaces)) {
        this.#tell('added', object, name, properties);
      }
    } else if (member === 'InterfacesRemoved' && Array.isArray(interfaces)) {
      for (const name of interfaces) {
        if (typeof name === 'string') this.#tell('removed', object, name, noProperties);
      }
    }
  }

  #tell(kind: BluezEvent['kind'], path: string, name: string, properties: Properties): void {
    const adapterName = adapterNameOf(path);
    if (adapterName === undefined || !name.startsWith('org.bluez.')) return;
    const event = { kind, path, interface: name, properties };
    for (const watcher of this.#byPath.get(path) ?? []) watcher(event);
    if (path.length === '/org/bluez/'.length + adapterName.length) this.#onAdapter(event);
    else for (const watcher of this.#byAdapter.get(adapterName) ?? []) watcher(event);
  }
}

function addTo(
  watchers: Map<string, Set<BluezWatcher>>,
  key: string,
  watcher: BluezWatcher,
): () => void {
  const own: BluezWatcher = (event) => watcher(event);
  const set = watchers.get(key) ?? new Set();
  watchers.set(key, set.add(own));
  return () => {
    set.delete(own);
    if (set.size === 0 && watchers.get(key) === set) watchers.delete(key);
  };
}
