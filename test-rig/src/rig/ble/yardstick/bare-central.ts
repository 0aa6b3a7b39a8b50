/** The least that a GATT central needs on BlueZ: it looks, connects, writes, and is notified. */
import type { DBusConnection, DBusSignal, DBusValue } from '@muster/adapters/transport-ble/dbus';
import { bare, bareUuids, setProperty } from './bare.ts';

const waitMsMax = 20_000;

export interface BareCentral {
  readonly foundMs: number;
  readonly connectedMs: number;
  /** Until the services are known and notifications are on. */
  readonly readyMs: number;
  /** Called with each value that is notified. */
  onNotify: (value: Uint8Array) => void;
  /** Without response; resolves with bluetoothd's answer to the call. */
  write(value: Uint8Array): Promise<unknown>;
  stop(): Promise<void>;
}

type Properties = ReadonlyMap<string, { readonly value: DBusValue }>;
type Interfaces = ReadonlyMap<string, Properties>;

export async function startBareCentral(bus: DBusConnection, adapter: string): Promise<BareCentral> {
  const path = `/org/bluez/${adapter}`;
  const signals = new Signals();
  const match = { sender: 'org.bluez' };
  await bus.subscribe({ ...match, interface: bare.objects }, (one) => signals.hear(one));
  await bus.subscribe({ ...match, interface: bare.properties }, (one) => signals.hear(one));
  await setProperty(bus, path, 'Powered', { signature: 'b', value: true });
  const beginMs = performance.now();
  const found = signals.next('the peripheral is found', foundAt(path));
  const filter: DBusValue = new Map([['Transport', { signature: 's', value: 'le' }]]);
  await bare.call(bus, path, bare.adapter, 'SetDiscoveryFilter', ['a{sv}', filter]);
  await bare.call(bus, path, bare.adapter, 'StartDiscovery');
  const device = await found;
  const foundMs = performance.now() - beginMs;
  await bare.call(bus, path, bare.adapter, 'StopDiscovery');
  const resolved = signals.next('its services are known', (signal) =>
    signal.path === device && changed(signal)?.get('ServicesResolved')?.value === true
      ? device
      : undefined,
  );
  await bare.call(bus, device, bare.device, 'Connect');
  const connectedMs = performance.now() - beginMs - foundMs;
  await resolved;
  const { written, notified } = await characteristics(bus, device);
  await bare.call(bus, notified, bare.characteristic, 'StartNotify');
  const readyMs = performance.now() - beginMs - foundMs - connectedMs;
  const options: DBusValue = new Map([['type', { signature: 's', value: 'command' }]]);
  const central: BareCentral = {
    ...{ foundMs, connectedMs, readyMs, onNotify: () => {} },
    write: (value) =>
      bare.call(bus, written, bare.characteristic, 'WriteValue', ['aya{sv}', value, options]),
    async stop() {
      await bare.call(bus, device, bare.device, 'Disconnect');
      await bare.call(bus, path, bare.adapter, 'RemoveDevice', ['o', device]);
    },
  };
  signals.onSignal = (signal) => {
    if (signal.path !== notified) return;
    const value = changed(signal)?.get('Value')?.value;
    if (value instanceof Uint8Array) central.onNotify(value);
  };
  return central;
}

/** Signals of bluetoothd, and who waits for one of them. */
class Signals {
  onSignal: (signal: DBusSignal) => void = () => {};
  readonly #waiting = new Set<(signal: DBusSignal) => void>();

  hear(signal: DBusSignal): void {
    this.onSignal(signal);
    for (const look of [...this.#waiting]) look(signal);
  }

  /** The first thing that `pick` finds in one. */
  next(what: string, pick: (signal: DBusSignal) => string | undefined): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (signal: DBusSignal): void => {
      const picked = pick(signal);
      if (picked === undefined) return;
      clearTimeout(late);
      this.#waiting.delete(look);
      resolve(picked);
    };
    const late = setTimeout(() => reject(new Error(`not in time: ${what}`)), waitMsMax);
    this.#waiting.add(look);
    return promise;
  }
}

function foundAt(adapter: string): (signal: DBusSignal) => string | undefined {
  return (signal) => {
    const isAdded = signal.member === 'InterfacesAdded';
    const [path, interfaces] = isAdded ? (signal.body as [string, Interfaces]) : [signal.path];
    const properties = isAdded ? interfaces?.get(bare.device) : changed(signal);
    const uuids = properties?.get('UUIDs')?.value;
    const isOurs = Array.isArray(uuids) && uuids.includes(bareUuids.service);
    return isOurs && path.startsWith(`${adapter}/`) ? path : undefined;
  };
}

function changed(signal: DBusSignal): Properties | undefined {
  return signal.member === 'PropertiesChanged' ? (signal.body[1] as Properties) : undefined;
}

async function characteristics(bus: DBusConnection, device: string) {
  const [objects] = await bare.call(bus, '/', bare.objects, 'GetManagedObjects');
  const find = (uuid: string): string => {
    for (const [path, interfaces] of objects as ReadonlyMap<string, Interfaces>) {
      const found = interfaces.get(bare.characteristic)?.get('UUID')?.value;
      if (path.startsWith(`${device}/`) && found === uuid) return path;
    }
    throw new Error(`${device} has no characteristic ${uuid}`);
  };
  return { written: find(bareUuids.written), notified: find(bareUuids.notified) };
}
