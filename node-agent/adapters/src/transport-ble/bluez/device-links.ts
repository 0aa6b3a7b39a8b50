/**
 * The links of one adapter by their devices. One link may carry two conversations, one for each
 * role: it is cut when the last of them has ended, and all of them end when it is lost. Links on
 * which nobody talks are cut. Below step 4 of a message's way.
 */
import type { Clock, Logger, Timer } from '@muster/core';
import type { BluezBus, BluezEvent } from './bluez-bus.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces, deviceAddressOf } from './names.ts';
import { booleanOf } from './properties.ts';

export interface DeviceLinksOptions {
  readonly bus: BluezBus;
  readonly adapterName: string;
  readonly adapterPath: string;
  readonly logger: Logger;
}

/** One conversation's share of a link. */
export interface DeviceUse {
  /**
   * Once; cuts the link if nobody else uses it, unless it is kept for somebody who comes at once.
   * `onLost` is not called any more. Resolves when a link that is cut is gone, else at once.
   */
  release(isKept?: boolean): Promise<void>;
}

interface Use {
  readonly onLost: () => void;
}

export class DeviceLinks {
  readonly #options: DeviceLinksOptions;
  readonly #clock: Clock;
  readonly #uses = new Map<string, Set<Use>>();
  readonly #idle = new Map<string, Timer>();
  /** Conversations that are being ended, by devices; what comes of it is in `#cuts`. */
  readonly #endings = new Map<string, Promise<void>>();
  /** Links that are being cut. */
  readonly #cuts = new Map<string, Promise<void>>();
  readonly #unwatch: () => void;

  constructor(options: DeviceLinksOptions) {
    this.#options = options;
    this.#clock = options.bus.clock;
    const { bus, adapterName } = options;
    this.#unwatch = bus.watchBelow(adapterName, (event) => this.#onEvent(event));
  }

  /** `onLost` is called once when the link is gone, unless it was released before. */
  use(path: string, onLost: () => void): DeviceUse {
    const use = { onLost };
    const uses = this.#uses.get(path) ?? new Set<Use>();
    this.#uses.set(path, uses.add(use));
    this.#endIdle(path);
    return {
      release: async (isKept = false) => {
        if (!uses.delete(use) || uses.size > 0 || this.#uses.get(path) !== uses) return;
        this.#uses.delete(path);
        if (isKept) this.#watchIdle(path);
        else await this.cut(path);
      },
    };
  }

  /** Ends the link of a device that nobody uses. */
  cut(path: string): Promise<void> {
    if (this.#uses.has(path)) return Promise.resolve();
    const cutting = this.#cuts.get(path) ?? this.#cut(path).finally(() => this.#cuts.delete(path));
    this.#cuts.set(path, cutting);
    return cutting;
  }

  /** Resolves when no link of this device is on its way to its end. */
  async settled(path: string): Promise<void> {
    await this.#endings.get(path);
    await this.#cuts.get(path);
  }

  /** A conversation with this device ends, and is over when `ended` resolves. */
  ending(path: string, ended: Promise<void>): void {
    const all = Promise.all([this.#endings.get(path), ended]).then(() => {});
    this.#endings.set(path, all);
    void all.finally(() => {
      if (this.#endings.get(path) === all) this.#endings.delete(path);
    });
  }

  /** Over when bluetoothd says that it is: who connects before that has the link that ends. */
  async #cut(path: string): Promise<void> {
    const { bus, logger } = this.#options;
    const ended = this.#untilEnded(path);
    try {
      await bus.call({ path, interface: bluezInterfaces.device, member: 'Disconnect' });
      const properties = await bus.propertiesOf(path, bluezInterfaces.device);
      if (booleanOf(properties, 'Connected') === true) await ended.done;
    } catch (error) {
      // Most often it is gone already, which is what we want.
      logger.debug('ble-link-not-cut', { error: `${error}` });
    } finally {
      ended.forget();
    }
  }

  #untilEnded(path: string): { readonly done: Promise<void>; forget(): void } {
    const { bus } = this.#options;
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const unwatch = bus.watch(path, ({ kind, interface: name, properties }) => {
      if (name !== bluezInterfaces.device) return;
      if (kind === 'removed' || booleanOf(properties, 'Connected') === false) resolve();
    });
    const timer = this.#clock.after(bluezLimits.cutMsMax, resolve);
    return {
      done,
      forget() {
        unwatch();
        timer.cancel();
      },
    };
  }

  /** Ends every conversation and its link. */
  async cutAll(): Promise<void> {
    const all = [...this.#uses.keys()];
    for (const path of all) this.#lose(path);
    await Promise.all(all.map((path) => this.cut(path)));
  }

  /** The adapter is gone, and every link with it. */
  dispose(): void {
    this.#unwatch();
    for (const path of [...this.#idle.keys()]) this.#endIdle(path);
    for (const path of [...this.#uses.keys()]) this.#lose(path);
  }

  #onEvent({ kind, path, interface: name, properties }: BluezEvent): void {
    if (name !== bluezInterfaces.device || deviceAddressOf(path) === undefined) return;
    const isConnected = kind === 'removed' ? false : booleanOf(properties, 'Connected');
    if (isConnected === true) this.#watchIdle(path);
    if (isConnected !== false) return;
    this.#endIdle(path);
    this.#lose(path);
  }

  #lose(path: string): void {
    const uses = this.#uses.get(path);
    if (uses === undefined) return;
    this.#uses.delete(path);
    const all = [...uses];
    uses.clear();
    for (const { onLost } of all) onLost();
  }

  /** Whoever connects and says nothing takes the place of somebody who would. */
  #watchIdle(path: string): void {
    if (this.#uses.has(path) || this.#idle.has(path)) return;
    const isFull = this.#idle.size >= bluezLimits.idleLinksMax;
    const delayMs = isFull ? 0 : bluezLimits.idleLinkMs;
    const timer = this.#clock.after(delayMs, () => {
      this.#idle.delete(path);
      void this.#cutStranger(path);
    });
    if (!isFull) this.#idle.set(path, timer);
  }

  #endIdle(path: string): void {
    this.#idle.get(path)?.cancel();
    this.#idle.delete(path);
  }

  /**
   * Somebody's keyboard is paired, and none of our business. A stranger may pair for as long as its
   * link lasts, so being bonded counts where bluetoothd tells it.
   */
  async #cutStranger(path: string): Promise<void> {
    const { bus, logger } = this.#options;
    try {
      const properties = await bus.propertiesOf(path, bluezInterfaces.device);
      const isTheirs = booleanOf(properties, 'Bonded') ?? booleanOf(properties, 'Paired') ?? false;
      if (!isTheirs && booleanOf(properties, 'Connected') === true) await this.cut(path);
    } catch (error) {
      logger.debug('ble-device-unknown', { error: `${error}` });
    }
  }
}
