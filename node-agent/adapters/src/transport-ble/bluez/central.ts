/**
 * Connects one adapter to devices in reach and opens a conversation on their GATT service: one
 * connect at a time, with a limit on everything. Below step 4 of a message's way. Whatever fails
 * leaves no link behind.
 */
import type { Logger } from '@muster/core';
import { type BleCentral, type BleConnection, BleError, type BlePeer } from '../ble.ts';
import type { AddressLife } from './address-life.ts';
import type { BluezBus } from './bluez-bus.ts';
import { CommandWriter } from './command-writer.ts';
import type { DeviceLinks } from './device-links.ts';
import { GattCarrier } from './gatt-carrier.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces, devicePathOf } from './names.ts';
import { booleanOf, bytesOf, rssiOf } from './properties.ts';
import type { QuietGate } from './quiet-gate.ts';
import { type RemoteService, RemoteServiceFinder } from './remote-service.ts';
import type { BluezScanner } from './scanner.ts';

export interface CentralOptions {
  readonly bus: BluezBus;
  readonly adapterName: string;
  readonly adapterPath: string;
  readonly gate: QuietGate;
  readonly life: AddressLife | undefined;
  readonly links: DeviceLinks;
  readonly scanner: BluezScanner;
  readonly logger: Logger;
}

type OpenArguments = readonly [path: string, peer: BlePeer, service: string, signal: AbortSignal];

export class BluezCentral implements BleCentral {
  readonly #options: CentralOptions;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Paths of the devices with a conversation of ours. */
  readonly #conversing = new Set<string>();
  #isGone = false;

  constructor(options: CentralOptions) {
    this.#options = options;
  }

  async connect(peer: BlePeer, service: string, signal: AbortSignal): Promise<BleConnection> {
    if (this.#waiting >= bluezLimits.connectsMax) {
      throw new BleError('in-progress', 'too many connects wait for this adapter');
    }
    this.#waiting += 1;
    const mine = this.#queue.then(() => this.#connect(peer, service, signal));
    this.#queue = mine.then(
      () => {},
      () => {},
    );
    void mine
      .finally(() => {
        this.#waiting -= 1;
      })
      .catch(() => {});
    // Who waits for others, or for a quiet moment, can give up at once.
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(givenUp());
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([mine, aborted]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The adapter is gone, or off: what waits comes to nothing, also when it is on again. */
  dispose(): void {
    this.#isGone = true;
  }

  async #connect(peer: BlePeer, service: string, signal: AbortSignal): Promise<BleConnection> {
    checkAborted(signal);
    const { scanner, gate, adapterPath } = this.#options;
    const path = devicePathOf(adapterPath, peer);
    if (this.#conversing.has(path)) throw new BleError('in-progress', 'connected already');
    // A scan and a connect share the radio, and the connect would wait for the scan's end.
    const release = await scanner.hold();
    try {
      return await gate.pass(async () => {
        const connection = await this.#openAgain(path, peer, service, signal);
        if (!signal.aborted) return connection;
        connection.close();
        throw givenUp();
      });
    } finally {
      release();
    }
  }

  async #openAgain(...what: OpenArguments): Promise<BleConnection> {
    for (let left: number = bluezLimits.connectAgainMax; ; left -= 1) {
      try {
        return await this.#open(...what);
      } catch (error) {
        // The other end was ending an old link, which bluetoothd still took for connected here;
        // or the kernel, which connects to what it hears next, has heard it just before.
        const isWorthIt = error instanceof BleError && ['gone', 'timeout'].includes(error.code);
        if (!isWorthIt || left === 0 || this.#isGone) throw error;
      }
    }
  }

  async #open(...[path, peer, service, signal]: OpenArguments): Promise<BleConnection> {
    checkAborted(signal);
    const { bus, adapterName, links } = this.#options;
    await links.settled(path);
    // Its links are watched no longer: nobody would hear of the end of this one.
    if (this.#isGone) throw new BleError('gone', 'the adapter is gone');
    const finder = new RemoteServiceFinder(bus, adapterName, path);
    try {
      await this.#link(path, signal);
      const remote = await finder.find(service);
      return await this.#converse(path, peer, remote, signal);
    } catch (error) {
      // Also ends a Connect that bluetoothd still tries.
      await links.cut(path);
      throw error;
    } finally {
      finder.stop();
    }
  }

  /** Connected, and what the device offers is known. */
  async #link(path: string, signal: AbortSignal): Promise<void> {
    const { bus, life } = this.#options;
    const startMs = bus.clock.monotonicMs();
    const resolved = this.#untilResolved(path, signal);
    try {
      const timeoutMs = bluezLimits.connectMsMax;
      const call = { path, interface: bluezInterfaces.device, member: 'Connect' };
      await bus.call({ ...call, timeoutMs, signal });
      const isResolved = async (): Promise<boolean> => {
        const properties = await bus.propertiesOf(path, bluezInterfaces.device);
        return booleanOf(properties, 'ServicesResolved') === true;
      };
      if (await isResolved()) return;
      await resolved.done;
      // Its answer comes after all that was told of the services.
      await isResolved();
    } finally {
      resolved.forget();
      life?.used(startMs, bus.clock.monotonicMs());
    }
  }

  #untilResolved(path: string, signal: AbortSignal): { done: Promise<void>; forget(): void } {
    const { bus } = this.#options;
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    done.catch(() => {});
    const unwatch = bus.watch(path, ({ kind, interface: name, properties }) => {
      if (name !== bluezInterfaces.device) return;
      if (booleanOf(properties, 'ServicesResolved') === true) resolve();
      const isLost = kind === 'removed' || booleanOf(properties, 'Connected') === false;
      if (isLost) reject(new BleError('gone', 'the link was lost while it was set up'));
    });
    const onAbort = (): void => reject(givenUp());
    signal.addEventListener('abort', onAbort);
    const timeoutMs = bluezLimits.connectMsMax + bluezLimits.resolveMsMax;
    const timer = bus.clock.after(timeoutMs, () =>
      reject(new BleError('timeout', 'its services do not appear')),
    );
    const forget = (): void => {
      unwatch();
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    return { done, forget };
  }

  async #converse(
    path: string,
    peer: BlePeer,
    remote: RemoteService,
    signal: AbortSignal,
  ): Promise<BleConnection> {
    const { bus, links } = this.#options;
    let isLost = false;
    let onLost = (): void => {
      isLost = true;
    };
    const use = links.use(path, () => onLost());
    let unwatch = (): void => {};
    try {
      const notifying = await this.#slotPath(remote, signal);
      // The other end may talk before StartNotify has been answered.
      const early: Uint8Array[] = [];
      let deliver = (value: Uint8Array): void => {
        if (early.length < bluezLimits.packetsEarlyMax) early.push(value);
      };
      unwatch = bus.watch(notifying, ({ kind, interface: name, properties }) => {
        const isValue = kind === 'changed' && name === bluezInterfaces.characteristic;
        const value = isValue ? bytesOf(properties, 'Value') : undefined;
        if (value !== undefined) deliver(value);
      });
      const call = { path: notifying, interface: bluezInterfaces.characteristic };
      await bus.call({ ...call, member: 'StartNotify', signal });
      this.#conversing.add(path);
      const connection = new CentralConnection(this.#options, peer, path, remote, () => {
        unwatch();
        this.#conversing.delete(path);
        const ended = use.release().then(() => this.#stopNotify(notifying));
        links.ending(path, ended);
      });
      onLost = () => connection.gatt.end('connection-lost');
      if (isLost) connection.gatt.end('connection-lost');
      deliver = (value) => connection.gatt.deliver(value);
      for (const value of early) deliver(value);
      return connection;
    } catch (error) {
      unwatch();
      void use.release();
      throw error;
    }
  }

  /** The peripheral says which of its characteristics is ours: one octet. */
  async #slotPath(remote: RemoteService, signal: AbortSignal): Promise<string> {
    const read = { interface: bluezInterfaces.characteristic, member: 'ReadValue' };
    const body = [new Map()];
    const path = remote.toPeripheral;
    const [slot] = await this.#options.bus.call({
      path,
      ...read,
      signature: 'a{sv}',
      body,
      signal,
    });
    const notifying =
      slot instanceof Uint8Array ? remote.fromPeripheral[slot[0] ?? 255] : undefined;
    if (notifying === undefined) throw new BleError('malformed', 'it gave no slot of its service');
    return notifying;
  }

  /**
   * Once the link is gone, or where it lives on for the other role. On a link it is a request, and
   * bluetoothd dies of its answer when the other end leaves meanwhile (5.66, disable_ccc_callback).
   */
  async #stopNotify(path: string): Promise<void> {
    try {
      const call = { path, interface: bluezInterfaces.characteristic, member: 'StopNotify' };
      await this.#options.bus.call(call);
    } catch (error) {
      this.#options.logger.debug('ble-notify-not-stopped', { error: `${error}` });
    }
  }
}

class CentralConnection implements BleConnection {
  readonly peer: BlePeer;
  readonly initiator = true;
  readonly gatt: GattCarrier;
  #rssiDbm: number | undefined;

  constructor(
    { bus }: CentralOptions,
    peer: BlePeer,
    path: string,
    remote: RemoteService,
    onEnd: () => void,
  ) {
    this.peer = peer;
    const unwatch = bus.watch(path, ({ properties }) => {
      this.#rssiDbm = rssiOf(properties) ?? this.#rssiDbm;
    });
    const writer = new CommandWriter(bus, remote.toPeripheral, {
      onDrain: () => this.gatt.drained(),
      onFailed: (reason) => this.gatt.end(reason),
    });
    this.gatt = new GattCarrier(remote.mtu, {
      write: (value) => writer.write(value),
      end: () => {
        writer.end();
        unwatch();
        onEnd();
      },
    });
  }

  rssiDbm(): number | undefined {
    return this.#rssiDbm;
  }

  close(): void {
    this.gatt.close();
  }
}

function checkAborted(signal: AbortSignal): void {
  if (signal.aborted) throw givenUp();
}

function givenUp(): BleError {
  return new BleError('aborted', 'it is not wanted any more');
}
