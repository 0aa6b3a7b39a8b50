/**
 * What GATT carries on this machine when nobody asks more of it than values, one after the other:
 * the yardstick of our byte stream over GATT. It goes over the connection that the stream has, and
 * both ends are in this process, as those of the stream are.
 */
import { createSystemClock } from '@muster/adapters/clock-system';
import type { BlePeer } from '@muster/adapters/transport-ble';
import { connectDBus, type DBusConnection } from '@muster/adapters/transport-ble/dbus';
import { loggerOf } from '../inside/logger.ts';
import { BareService, bareUuids, characteristicInterface } from './bare-service.ts';

const valueBytes = 495;
/** As many as our own layer has (bluez/limits.ts). */
const outstandingMax = 4;
const arrivedMsMax = 30_000;

type Interfaces = ReadonlyMap<string, ReadonlyMap<string, { readonly value: unknown }>>;

export class BareGatt {
  readonly #near: DBusConnection;
  readonly #far: DBusConnection;
  readonly #service: BareService;
  #written = '';
  #onNotify: () => void = () => {};

  private constructor(near: DBusConnection, far: DBusConnection) {
    this.#near = near;
    this.#far = far;
    this.#service = new BareService(far);
  }

  /** Offers the service at the far end, before anybody connects. */
  static async offer(adapter: string): Promise<BareGatt> {
    const bare = new BareGatt(await bus(), await bus());
    await bare.#service.register(adapter);
    return bare;
  }

  /** At the near end, once it is connected. */
  async find(adapter: string, peer: BlePeer): Promise<void> {
    const device = `/org/bluez/${adapter}/dev_${peer.address.replaceAll(':', '_')}`;
    const interface_ = 'org.freedesktop.DBus.ObjectManager';
    const [objects] = await this.#call('/', interface_, 'GetManagedObjects');
    const find = (uuid: string): string => {
      for (const [path, interfaces] of objects as unknown as ReadonlyMap<string, Interfaces>) {
        const found = interfaces.get(characteristicInterface)?.get('UUID')?.value;
        if (path.startsWith(`${device}/`) && found === uuid) return path;
      }
      throw new Error(`${device} has no characteristic ${uuid}`);
    };
    this.#written = find(bareUuids.written);
    const path = find(bareUuids.notified);
    const match = { sender: 'org.bluez', path, member: 'PropertiesChanged' };
    await this.#near.subscribe(match, ({ body }) => {
      if ((body[1] as ReadonlyMap<string, unknown>).has('Value')) this.#onNotify();
    });
    await this.#call(path, characteristicInterface, 'StartNotify');
  }

  /** Bytes a second, without response, to the last one's arrival. */
  async writeFlow(values: number): Promise<number> {
    const counter = new Counter(values);
    this.#service.onWrite = () => counter.add();
    const options = new Map([['type', { signature: 's', value: 'command' }]]);
    const lane = async (): Promise<void> => {
      for (let i = 0; i < values / outstandingMax; i++) {
        const body = [new Uint8Array(valueBytes), options];
        const call = { member: 'WriteValue', signature: 'aya{sv}', body };
        await this.#near.call({
          ...{ destination: 'org.bluez', path: this.#written, timeoutMs: 10_000 },
          ...{ interface: characteristicInterface, ...call },
        });
      }
    };
    await Promise.all(Array.from({ length: outstandingMax }, lane));
    return counter.bytesPerS();
  }

  /** Bytes a second, as notifications, to the last one's arrival. */
  async notifyFlow(values: number): Promise<number> {
    const counter = new Counter(values);
    this.#onNotify = () => counter.add();
    for (let i = 0; i < values; i++) {
      this.#service.notify(new Uint8Array(valueBytes));
      // The bus is a socket: what it has not taken waits in this process.
      if (this.#far.writeBufferLength > 0) await new Promise<void>(setImmediate);
    }
    return counter.bytesPerS();
  }

  stop(): void {
    this.#near.close();
    this.#far.close();
  }

  #call(path: string, interface_: string, member: string) {
    const call = { destination: 'org.bluez', path, interface: interface_, member };
    return this.#near.call({ ...call, timeoutMs: 10_000 });
  }
}

function bus(): Promise<DBusConnection> {
  const onClose = (error: Error): void => {
    throw error;
  };
  return connectDBus({ clock: createSystemClock(), logger: loggerOf('bare'), onClose });
}

class Counter {
  readonly #beginMs = performance.now();
  readonly #wanted: number;
  readonly #reached = Promise.withResolvers<void>();
  #count = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  add(): void {
    this.#count++;
    if (this.#count === this.#wanted) this.#reached.resolve();
  }

  async bytesPerS(): Promise<number> {
    const fail = (): void => this.#reached.reject(new Error(`${this.#count} of ${this.#wanted}`));
    const late = setTimeout(fail, arrivedMsMax);
    await this.#reached.promise.finally(() => clearTimeout(late));
    return (this.#wanted * valueBytes * 1_000) / (performance.now() - this.#beginMs);
  }
}
