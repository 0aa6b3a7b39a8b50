/**
 * Plays bluetoothd on a real message bus, with controllers on one air of its own: discovery,
 * connections, GATT both ways, and a kernel that changes private addresses as Linux does. What the
 * tests put in its way (refusals, silence, wrong types) they do by its fields.
 */
import type { Clock } from '@muster/core';
import {
  connectDBus,
  type DBusConnection,
  DBusError,
  type DBusValue,
  type DBusVariant,
} from '../../../src/transport-ble/dbus/index.ts';
import { FakeAdapter } from './fake-adapter.ts';
import { managedObjects, silentLogger } from './fake-objects.ts';

/** What bluetoothd is asked when it hangs. */
export const neverAnswered = {
  ...{ path: '/org/bluez/never', interface: 'org.bluez.Never1', member: 'Wait' },
  ...{ signature: '', body: [] },
} as const;

export class FakeBluez {
  readonly bus: DBusConnection;
  readonly clock: Clock;
  readonly adapters = new Map<string, FakeAdapter>();
  /** Every (address, data) that was on air. */
  readonly onAir: { address: string; data: string; atMs: number }[] = [];

  private constructor(bus: DBusConnection, clock: Clock) {
    this.bus = bus;
    this.clock = clock;
  }

  static async start(path: string, clock: Clock, names: readonly string[]): Promise<FakeBluez> {
    const bus = await connectDBus({ path, clock, logger: silentLogger, onClose: () => {} });
    const fake = new FakeBluez(bus, clock);
    bus.export('/org/bluez', { interfaces: { 'org.bluez.AgentManager1': {} } });
    const methods = { Wait: { in: '', out: '', run: () => new Promise<[]>(() => {}) } };
    bus.export(neverAnswered.path, { interfaces: { [neverAnswered.interface]: { methods } } });
    for (const name of names) fake.add(name);
    const call = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };
    await bus.call({
      ...{ ...call, interface: 'org.freedesktop.DBus', member: 'RequestName' },
      ...{ signature: 'su', body: ['org.bluez', 0] },
    });
    return fake;
  }

  /** Plugs a controller in. */
  add(name: string, isPowered = true): FakeAdapter {
    const adapter = new FakeAdapter(this, name, this.adapters.size, isPowered);
    this.adapters.set(name, adapter);
    adapter.appear();
    return adapter;
  }

  remove(name: string): void {
    this.adapters.get(name)?.disappear();
    this.adapters.delete(name);
  }

  /** By the address that it has now. */
  at(address: string): FakeAdapter | undefined {
    return [...this.adapters.values()].find((adapter) => adapter.address === address);
  }

  tellAdded(path: string, interfaces: Record<string, Record<string, DBusVariant>>): void {
    const all = Object.entries(interfaces).map(
      ([name, properties]) => [name, new Map(Object.entries(properties))] as const,
    );
    this.#tell('InterfacesAdded', 'oa{sa{sv}}', [path, new Map(all)]);
  }

  tellRemoved(path: string, interfaces: readonly string[]): void {
    this.#tell('InterfacesRemoved', 'oas', [path, interfaces]);
  }

  async objectsOf(destination: string, path: string) {
    return managedObjects(await this.callBack(destination, path, managerCall, '', []));
  }

  async callBack(
    destination: string,
    path: string,
    [interface_, member]: readonly [string, string],
    signature: string,
    body: readonly DBusValue[],
  ): Promise<readonly DBusValue[]> {
    return await this.bus.call({
      destination,
      path,
      interface: interface_,
      member,
      signature,
      body,
    });
  }

  stop(): void {
    this.bus.close();
  }

  #tell(member: string, signature: string, body: readonly DBusValue[]): void {
    this.bus.emit('/', managerCall[0], member, signature, body);
  }
}

const managerCall = ['org.freedesktop.DBus.ObjectManager', 'GetManagedObjects'] as const;

export function bluezError(name: string, text = name): DBusError {
  return new DBusError('remote', text, { errorName: `org.bluez.Error.${name}` });
}
