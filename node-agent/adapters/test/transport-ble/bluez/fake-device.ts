/** A device that an adapter of the fake org.bluez knows: a link, and the GATT objects behind it. */
import type { DBusValue, DBusVariant } from '../../../src/transport-ble/dbus/index.ts';
import type { FakeAdapter } from './fake-adapter.ts';
import { bluezError } from './fake-bluez.ts';
import { flag, method, octets, text } from './fake-objects.ts';

const deviceInterface = 'org.bluez.Device1';
const characteristicInterface = 'org.bluez.GattCharacteristic1';
const serviceInterface = 'org.bluez.GattService1';

export class FakeDevice {
  readonly adapter: FakeAdapter;
  readonly address: string;
  readonly path: string;
  properties: Record<string, DBusVariant>;
  mtu = 517;
  /** What the other end has of this link. */
  #other: FakeDevice | undefined;
  #unexports: (() => void)[] = [];
  #services: (() => void)[] = [];
  /** Resolves when all that was written has arrived. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(
    adapter: FakeAdapter,
    address: string,
    addressType: string,
    more: Record<string, DBusVariant>,
  ) {
    this.adapter = adapter;
    this.address = address;
    this.path = `${adapter.path}/dev_${address.replaceAll(':', '_')}`;
    this.properties = {
      ...{ Address: text(address), AddressType: text(addressType), Paired: flag(false) },
      ...{ Bonded: flag(false), Connected: flag(false), ServicesResolved: flag(false), ...more },
    };
  }

  get isConnected(): boolean {
    return this.properties.Connected?.value === true;
  }

  appear(): void {
    const { bluez } = this.adapter;
    this.adapter.devices.set(this.path, this);
    const properties = Object.fromEntries(
      Object.keys(this.properties).map((name) => [
        name,
        {
          signature: this.properties[name]!.signature,
          get: (): DBusValue => this.properties[name]!.value,
        },
      ]),
    );
    const methods = {
      Connect: method('', '', () => this.#connect()),
      Disconnect: method('', '', () => this.#disconnectCalled()),
    };
    const interfaces = { [deviceInterface]: { properties, methods } };
    this.#unexports.push(bluez.bus.export(this.path, { interfaces }));
    bluez.tellAdded(this.path, { [deviceInterface]: this.properties });
  }

  change(changed: Record<string, DBusVariant>): void {
    this.properties = { ...this.properties, ...changed };
    this.adapter.bluez.bus.emitPropertiesChanged(this.path, deviceInterface, changed);
  }

  /** Both ends lose the link. */
  disconnect(): void {
    const other = this.#other;
    this.#unlink();
    if (other !== undefined) other.#unlink();
  }

  forget(): void {
    this.disconnect();
    this.#forgetServices();
    for (const unexport of this.#unexports) unexport();
    this.adapter.devices.delete(this.path);
    this.adapter.bluez.tellRemoved(this.path, [deviceInterface]);
  }

  #unlink(): void {
    this.#other = undefined;
    if (this.adapter.forgetsServices) this.#forgetServices();
    if (!this.isConnected) return;
    this.change({ Connected: flag(false), ServicesResolved: flag(false) });
    this.adapter.use(true);
  }

  #forgetServices(): void {
    for (const end of this.#services) end();
    this.#services = [];
  }

  /** bluetoothd ends the link after 2 s: what it was given before goes out still. */
  async #disconnectCalled(): Promise<[]> {
    if (!this.isConnected) throw bluezError('NotConnected');
    await this.#written;
    this.disconnect();
    return [];
  }

  async #connect(): Promise<[]> {
    const { adapter } = this;
    if (this.isConnected) return [];
    await adapter.answers.get('Connect')?.();
    const remote = adapter.bluez.at(this.address);
    if (remote?.data === undefined) throw bluezError('Failed', 'le-connection-abort-by-local');
    adapter.use(true);
    const { address, addressType } = adapter;
    const other = remote.deviceAt(address) ?? new FakeDevice(remote, address, addressType, {});
    if (!remote.devices.has(other.path)) other.appear();
    this.#other = other;
    other.#other = this;
    this.change({ Connected: flag(true) });
    other.change({ Connected: flag(true) });
    remote.use(true);
    for (const each of [this, other]) each.#resolve();
    return [];
  }

  /** What the other end's application offers, as objects below this device. */
  #resolve(): void {
    this.change({ ServicesResolved: flag(true) });
    const application = this.#other?.adapter.application;
    let handle = 0x40;
    for (const [path, interfaces] of application?.objects ?? []) {
      const service = interfaces.get(serviceInterface);
      if (service !== undefined) this.#offer('service', serviceInterface, service, {});
      const characteristic = interfaces.get(characteristicInterface);
      if (characteristic === undefined) continue;
      handle += 3;
      const name = `service/char00${handle.toString(16)}`;
      const more = { MTU: { signature: 'q', value: this.mtu } };
      this.#offer(name, characteristicInterface, characteristic, more, path);
    }
  }

  #offer(
    name: string,
    interface_: string,
    properties: ReadonlyMap<string, DBusVariant>,
    more: Record<string, DBusVariant>,
    remotePath?: string,
  ): void {
    const { bluez } = this.adapter;
    const path = `${this.path}/${name}`;
    const all = { ...Object.fromEntries(properties), ...more };
    const fixed = Object.entries(all).map(([key, { signature, value }]) => [
      key,
      { signature, get: (): DBusValue => value },
    ]);
    const methods = remotePath === undefined ? {} : this.#methodsOf(path, remotePath);
    const described = { properties: Object.fromEntries(fixed), methods };
    const end = bluez.bus.export(path, { interfaces: { [interface_]: described } });
    this.#services.push(() => {
      end();
      bluez.tellRemoved(path, [interface_]);
    });
    bluez.tellAdded(path, { [interface_]: all });
  }

  /** Calls go to the application at the other end; its notifications come back. */
  #methodsOf(path: string, remotePath: string) {
    const { bluez } = this.adapter;
    const forward = async (member: string, signature: string, value: readonly DBusValue[]) => {
      await this.adapter.answers.get(member)?.();
      const other = this.#other;
      const owner = other?.adapter.application?.owner;
      if (other === undefined || owner === undefined) throw bluezError('NotConnected');
      const options = new Map<DBusValue, DBusValue>([
        ['device', { signature: 'o', value: other.path }],
        ['mtu', { signature: 'q', value: this.mtu }],
      ]);
      const call = [characteristicInterface, member] as const;
      return await bluez.callBack(owner, remotePath, call, signature, [...value, options]);
    };
    return {
      ReadValue: method('a{sv}', 'ay', () => forward('ReadValue', 'a{sv}', [])),
      WriteValue: method('aya{sv}', '', ([value]) => {
        // Without response: bluetoothd answers at once.
        const written = forward('WriteValue', 'aya{sv}', [value!]).catch(() => {});
        this.#written = Promise.all([this.#written, written]);
        return [];
      }),
      StartNotify: method('', '', async () => {
        await this.adapter.answers.get('StartNotify')?.();
        const sender = this.#other?.adapter.application?.owner;
        if (sender === undefined) throw bluezError('NotConnected');
        const start = [characteristicInterface, 'StartNotify'] as const;
        await bluez.callBack(sender, remotePath, start, '', []);
        const what = { interface: 'org.freedesktop.DBus.Properties', path: remotePath };
        const end = await bluez.bus.subscribe({ sender, ...what }, ({ body }) => {
          const changed = body[1] as ReadonlyMap<string, DBusVariant>;
          const value = changed.get('Value')?.value as Uint8Array;
          const told = { Value: octets(value) };
          bluez.bus.emitPropertiesChanged(path, characteristicInterface, told);
        });
        this.#services.push(end);
        return [];
      }),
      StopNotify: method('', '', () => {
        this.adapter.notifyStops.push({ isConnected: this.isConnected });
        return [];
      }),
    };
  }
}
