/** One controller of the fake org.bluez, and the devices that it knows. */
import type { DBusValue, DBusVariant } from '../../../src/transport-ble/dbus/index.ts';
import { bluezError, type FakeBluez } from './fake-bluez.ts';
import { FakeDevice } from './fake-device.ts';
import { flag, type Managed, method, octets, text } from './fake-objects.ts';

const adapterInterface = 'org.bluez.Adapter1';

export class FakeAdapter {
  readonly bluez: FakeBluez;
  readonly name: string;
  readonly path: string;
  readonly devices = new Map<string, FakeDevice>();
  isPowered: boolean;
  alias = 'the host name';
  /** Why it cannot be switched on: an error's name. */
  powerError: string | undefined;
  /** Calls of Powered, in order. */
  readonly powerCalls: boolean[] = [];
  isDiscovering = false;
  discoveries = 0;
  rssi = -60;
  /** The kernel's: how long a private address lasts; undefined: there is none. */
  /** Of the next address; undefined: there is one for ever. */
  addressLifeMs: number | (() => number) | undefined;
  /** The kernel's timer is late. */
  addressLateMs = 0;
  /** Of a device whose link has ended (`Cache = no`); by itself bluetoothd keeps them. */
  forgetsServices = true;
  readonly notifyStops: { readonly isConnected: boolean }[] = [];
  /** Signs of the other end that a test wants to be wrong; by member. */
  readonly answers = new Map<string, () => void | Promise<void>>();
  /** By path, the oldest first: bluetoothd keeps them while it is off. */
  readonly applications = new Map<string, { owner: string; objects: Managed }>();
  /** Paths that are registered; only the last one is on air here. */
  readonly advertisements = new Set<string>();
  /** 0: bluetoothd has not asked the kernel yet, and what was left on air is there still. */
  supportedInstances = 5;
  #leftover: { service: string; data: Uint8Array } | undefined;
  #advertisement: { owner: string; data: Uint8Array; service: string } | undefined;
  #address: string;
  #lapsesMs = Number.NEGATIVE_INFINITY;
  #draws = 0;
  readonly #number: number;
  #unexports: (() => void)[] = [];

  constructor(bluez: FakeBluez, name: string, number: number, isPowered: boolean) {
    this.bluez = bluez;
    this.name = name;
    this.path = `/org/bluez/${name}`;
    this.#number = number;
    this.#address = `00:AA:01:00:00:0${number}`;
    this.isPowered = isPowered;
  }

  get address(): string {
    return this.#address;
  }

  /** What a central finds first. */
  get application(): { owner: string; objects: Managed } | undefined {
    return [...this.applications.values()][0];
  }

  get addressType(): 'public' | 'random' {
    return this.addressLifeMs === undefined ? 'public' : 'random';
  }

  get data(): string | undefined {
    const data = this.#advertisement?.data;
    return data && Buffer.from(data).toString('latin1');
  }

  appear(): void {
    this.#unexports.push(this.bluez.bus.export(this.path, { interfaces: this.#interfaces() }));
    this.bluez.tellAdded(this.path, {
      [adapterInterface]: this.#properties(),
      'org.bluez.GattManager1': {},
      'org.bluez.LEAdvertisingManager1': {},
    });
  }

  disappear(): void {
    for (const device of [...this.devices.values()]) device.forget();
    for (const unexport of this.#unexports) unexport();
    const names = [adapterInterface, 'org.bluez.GattManager1', 'org.bluez.LEAdvertisingManager1'];
    this.bluez.tellRemoved(this.path, names);
  }

  /** As `bluetoothctl power off` does. */
  power(isOn: boolean): void {
    if (!isOn) {
      for (const device of [...this.devices.values()]) device.disconnect();
      this.isDiscovering = false;
      if (this.#advertisement !== undefined) this.#leftover = this.#advertisement;
      this.#advertisement = undefined;
    }
    this.#lapsesMs = Number.NEGATIVE_INFINITY;
    if (isOn) this.#resume();
    this.isPowered = isOn;
    const changed = { Powered: flag(isOn) };
    this.bluez.bus.emitPropertiesChanged(this.path, adapterInterface, changed);
  }

  /** As the kernel has it when bluetoothd was killed. */
  leave(service: string, data: Uint8Array): void {
    this.supportedInstances = 0;
    this.#leftover = { service, data };
    this.#resume();
  }

  /** What the next bluetoothd does, in its time. */
  takeBack(): void {
    this.supportedInstances = 5;
    this.#leftover = undefined;
    this.#advertisement = undefined;
  }

  #resume(): void {
    if (this.#leftover === undefined) return;
    this.#advertisement = { ...this.#leftover, owner: '' };
    this.use(true);
  }

  /** The kernel uses its address: a lapsed one is replaced unless it is on air. */
  use(isReenabled: boolean): void {
    const nowMs = this.bluez.clock.monotonicMs();
    const isOnAir = this.#advertisement !== undefined && !isReenabled;
    // A controller that scans takes no other address (Core 5.4, vol 4 part E, 7.8.4).
    const isHeld = isOnAir || this.isDiscovering;
    const life = this.addressLifeMs;
    if (life !== undefined && !isHeld && nowMs >= this.#lapsesMs) {
      const lifeMs = typeof life === 'number' ? life : life();
      this.#lapsesMs = nowMs + lifeMs + this.addressLateMs;
      this.#draws += 1;
      const draw = this.#draws.toString(16).toUpperCase().padStart(2, '0');
      this.#address = `40:00:00:0${this.#number}:00:${draw}`;
    }
    this.#note(nowMs);
  }

  /** Others that scan hear this one. */
  beHeard(): void {
    for (const other of this.bluez.adapters.values()) {
      if (other !== this && other.isDiscovering) other.hear(this);
    }
  }

  hear(other: FakeAdapter): void {
    const advertisement = other.#advertisement;
    if (advertisement === undefined || !other.isPowered) return;
    const { service, data } = advertisement;
    const serviceData: DBusVariant = {
      signature: 'a{sv}',
      value: new Map([[service, octets(data)]]),
    };
    this.hearProperties(other.address, other.addressType, serviceData);
  }

  /** Anything at all, as a stranger's phone. */
  hearProperties(address: string, type: string, serviceData: DBusVariant): FakeDevice {
    const rssi = { signature: 'n', value: this.rssi };
    const known = this.deviceAt(address);
    if (known !== undefined) {
      known.change({ RSSI: rssi, ServiceData: serviceData });
      return known;
    }
    const device = new FakeDevice(this, address, type, { RSSI: rssi, ServiceData: serviceData });
    device.appear();
    return device;
  }

  deviceAt(address: string): FakeDevice | undefined {
    return [...this.devices.values()].find((device) => device.address === address);
  }

  #note(atMs: number): void {
    const { data, address } = this;
    if (data !== undefined) this.bluez.onAir.push({ address, data, atMs });
  }

  #properties(): Record<string, DBusVariant> {
    return {
      Address: text(`00:AA:01:00:00:0${this.#number}`),
      AddressType: text('public'),
      Alias: text(this.alias),
      Powered: flag(this.isPowered),
      Pairable: flag(false),
      Roles: { signature: 'as', value: ['central', 'peripheral'] },
      Modalias: text('usb:v1D6Bp0246d0542'),
    };
  }

  #interfaces() {
    return {
      [adapterInterface]: {
        properties: this.#adapterProperties(),
        methods: {
          SetDiscoveryFilter: method('a{sv}', '', () => []),
          StartDiscovery: method('', '', () => this.#startDiscovery()),
          StopDiscovery: method('', '', () => this.#stopDiscovery()),
          RemoveDevice: method('o', '', ([path]) => this.#removeDevice(path)),
        },
      },
      'org.bluez.GattManager1': {
        methods: {
          RegisterApplication: method('oa{sv}', '', ([path], sender) => {
            // bluetoothd asks the application before it answers, in its own time.
            return this.#register(path as string, sender);
          }),
          UnregisterApplication: method('o', '', ([path]) => {
            if (!this.applications.delete(path as string)) throw bluezError('DoesNotExist');
            return [];
          }),
        },
      },
      'org.bluez.LEAdvertisingManager1': {
        properties: {
          SupportedInstances: { signature: 'y', get: () => this.supportedInstances },
          ActiveInstances: { signature: 'y', get: () => 0 },
        },
        methods: {
          RegisterAdvertisement: method('oa{sv}', '', ([path], sender) =>
            this.#advertise(path as string, sender),
          ),
          UnregisterAdvertisement: method('o', '', ([path]) => this.#fallSilent(path as string)),
        },
      },
    };
  }

  #adapterProperties() {
    const fixed = Object.entries(this.#properties()).map(([name, { signature }]) => [
      name,
      { signature, get: (): DBusValue => this.#properties()[name]!.value },
    ]);
    return {
      ...Object.fromEntries(fixed),
      Powered: {
        signature: 'b',
        get: () => this.isPowered,
        set: (value: DBusValue) => {
          this.powerCalls.push(value as boolean);
          if (value === true && this.powerError !== undefined) throw bluezError(this.powerError);
          if (value !== this.isPowered) this.power(value as boolean);
        },
      },
      Alias: {
        signature: 's',
        get: () => this.alias,
        set: (value: DBusValue) => {
          this.alias = value as string;
        },
      },
    };
  }

  async #answer(member: string): Promise<void> {
    if (!this.isPowered) throw bluezError('NotReady');
    await this.answers.get(member)?.();
  }

  async #startDiscovery(): Promise<[]> {
    await this.#answer('StartDiscovery');
    this.use(false);
    this.isDiscovering = true;
    this.discoveries += 1;
    for (const other of this.bluez.adapters.values()) if (other !== this) this.hear(other);
    return [];
  }

  #stopDiscovery(): [] {
    if (!this.isDiscovering) throw bluezError('Failed', 'No discovery started');
    this.isDiscovering = false;
    return [];
  }

  #removeDevice(path: DBusValue | undefined): [] {
    const device = this.devices.get(path as string);
    if (device === undefined) throw bluezError('DoesNotExist');
    device.forget();
    return [];
  }

  async #register(path: string, owner: string): Promise<[]> {
    await this.#answer('RegisterApplication');
    // Those of one that left the bus are forgotten.
    for (const [old, known] of this.applications) {
      if (known.owner !== owner) this.applications.delete(old);
    }
    this.applications.set(path, { owner, objects: await this.bluez.objectsOf(owner, path) });
    return [];
  }

  async #advertise(path: string, owner: string): Promise<[]> {
    await this.#answer('RegisterAdvertisement');
    const call = ['org.freedesktop.DBus.Properties', 'GetAll'] as const;
    const body = ['org.bluez.LEAdvertisement1'];
    const [all] = await this.bluez.callBack(owner, path, call, 's', body);
    const serviceData = (all as ReadonlyMap<string, DBusVariant>).get('ServiceData')!;
    const [[service, data]] = [...(serviceData.value as ReadonlyMap<string, DBusVariant>)] as [
      [string, DBusVariant],
    ];
    this.advertisements.add(path);
    await this.answers.get('AddAdvertising')?.();
    if (!this.advertisements.has(path)) throw bluezError('Failed', 'taken back');
    this.#advertisement = { owner, service, data: data.value as Uint8Array };
    this.use(true);
    this.beHeard();
    return [];
  }

  #fallSilent(path: string): [] {
    if (!this.advertisements.delete(path)) throw bluezError('DoesNotExist');
    // The kernel takes nothing back while it is off.
    if (!this.isPowered) return [];
    this.#leftover = undefined;
    this.#advertisement = undefined;
    return [];
  }
}
