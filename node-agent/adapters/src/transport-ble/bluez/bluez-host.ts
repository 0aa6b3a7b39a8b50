/**
 * The Bluetooth of this machine by bluetoothd on the system bus. A bus, a daemon or an adapter that
 * is not there, or goes, is a state with words for whoever can act, and is waited for. Below step 4
 * of a message's way.
 */
import type { Clock, Logger, Random, Timer } from '@muster/core';
import type { BleAdapter, BleHost, BleState, BleStateKind } from '../ble.ts';
import { connectDBus, type DBusConnection, DBusError } from '../dbus/index.ts';
import { AdapterSet } from './adapter-set.ts';
import type { ChannelsOf } from './bluez-adapter.ts';
import { BluezBus } from './bluez-bus.ts';
import { bleErrorOf } from './errors.ts';
import { bluezLimits } from './limits.ts';
import { Machine } from './machine.ts';
import { bluezName } from './names.ts';
import { Pulse } from './pulse.ts';
import { bleStateOf, daemonStateOf, isSameState } from './state.ts';
import { type BluezSurvey, surveyBluez } from './survey.ts';

export interface BluezHostOptions {
  /** Socket of the message bus; the system's own when left out. */
  readonly busPath?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Each address lives a time drawn from it, where we may say how long; left out: none does. */
  readonly random?: Random | undefined;
  /** It only hears: adapters that are on keep their links, addresses and names. */
  readonly isListener?: boolean | undefined;
  /** Names of adapters that may be used, as in `hci0`; empty: all. */
  readonly adapters?: readonly string[] | undefined;
  /** Channels of the adapter with this address; left out: GATT alone. */
  readonly channels?: ChannelsOf | undefined;
  /** Connects to the bus; another one in tests. */
  readonly connect?: typeof connectDBus | undefined;
  /** The root of the file system; `/` but in tests. */
  readonly root?: string | undefined;
}

export interface BluezHost extends BleHost {
  /** How Bluetooth is set up here; also of a host that was never started. Never rejects. */
  survey(): Promise<BluezSurvey>;
}

export function createBluezHost(options: BluezHostOptions): BluezHost {
  return new Host(options);
}

class Host implements BluezHost {
  readonly #options: BluezHostOptions;
  readonly #machine: Machine;
  readonly #logger: Logger;
  readonly #set: AdapterSet;
  state: BleState = bleStateOf('no-bus');
  #onChange: () => void = () => {};
  /** The adapters at the last change. */
  #told: readonly BleAdapter[] = [];
  #isRunning = false;
  #connection: DBusConnection | undefined;
  #bus: BluezBus | undefined;
  /** Of the bluetoothd that is there. */
  #pulse: Pulse | undefined;
  #retry: Timer | undefined;
  #retryMs: number = bluezLimits.retryMsMin;

  constructor(options: BluezHostOptions) {
    this.#options = options;
    this.#machine = new Machine(options.root ?? '/');
    this.#logger = options.logger.child('bluez');
    this.#set = new AdapterSet({
      allowed: options.adapters ?? [],
      channelsOf: options.channels ?? (() => undefined),
      machine: this.#machine,
      random: options.random,
      isListener: options.isListener ?? false,
      logger: this.#logger,
      onChange: () => this.#onAdapters(),
    });
  }

  get adapters(): readonly BleAdapter[] {
    return this.#set.adapters;
  }

  async start(onChange: () => void): Promise<void> {
    this.#onChange = onChange;
    if (this.#isRunning) return;
    this.#isRunning = true;
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#retry?.cancel();
    this.#onChange = () => {};
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(bluezLimits.stopMsMax, resolve);
    await Promise.race([this.#set.close(), late]);
    timer.cancel();
    this.#drop();
  }

  survey(): Promise<BluezSurvey> {
    const { busPath, clock, logger, adapters = [], connect = connectDBus } = this.#options;
    const machine = this.#machine;
    return surveyBluez({ busPath, clock, logger, allowed: adapters, machine, connect });
  }

  async #connect(): Promise<void> {
    const { busPath, clock, logger } = this.#options;
    try {
      const connection = await (this.#options.connect ?? connectDBus)({
        ...(busPath === undefined ? {} : { path: busPath }),
        ...{ clock, logger },
        onClose: (error) => this.#onLost(error),
      });
      if (!this.#isRunning) return connection.close();
      this.#connection = connection;
      const bus = new BluezBus(connection, clock);
      this.#bus = bus;
      await bus.listen((event) => this.#set.onEvent(event));
      await connection.watchName(bluezName, (owner) => void this.#onOwner(bus, owner));
    } catch (error) {
      this.#onLost(error);
    }
  }

  #onLost(error: unknown): void {
    if (!this.#isRunning) return;
    this.#logger.info('ble-bus-lost', { error: `${error}` });
    this.#drop();
    const isRefused = error instanceof DBusError && error.code === 'refused';
    this.#say(isRefused ? 'not-permitted' : 'no-bus');
    this.#later(() => this.#connect());
  }

  #drop(): void {
    this.#bus = undefined;
    this.#detach();
    this.#connection?.close();
    this.#connection = undefined;
  }

  #detach(): void {
    this.#pulse?.stop();
    this.#pulse = undefined;
    this.#set.detach();
  }

  /** bluetoothd came, went, or is another one. */
  async #onOwner(bus: BluezBus, owner: string | undefined): Promise<void> {
    if (this.#bus !== bus) return;
    this.#retry?.cancel();
    bus.owner = owner;
    this.#detach();
    if (owner === undefined) return this.#say('no-daemon');
    try {
      const objects = await bus.objects();
      if (this.#bus !== bus || bus.owner !== owner) return;
      this.#retryMs = bluezLimits.retryMsMin;
      this.#pulse = new Pulse(bus, () => this.#onAdapters());
      this.#set.attach(bus, objects);
      this.#onAdapters();
    } catch (error) {
      if (this.#bus !== bus || bus.owner !== owner) return;
      const { code, message } = bleErrorOf(error, 'to ask bluetoothd');
      this.#logger.warn('ble-daemon-silent', { error: message });
      this.#say(daemonStateOf(code));
      this.#later(() => this.#onOwner(bus, owner));
    }
  }

  #later(run: () => Promise<void>): void {
    this.#retry?.cancel();
    const delayMs = this.#retryMs;
    this.#retryMs = Math.min(2 * delayMs, bluezLimits.retryMsMax);
    this.#retry = this.#options.clock.after(delayMs, () => void run());
  }

  #onAdapters(): void {
    if (this.#bus?.owner === undefined) return;
    if (this.#pulse?.isAnswering === false) {
      this.#say('not-answering');
      return;
    }
    const { kind, names, adapters } = this.#set;
    if (kind !== 'ready') {
      this.#say(kind, names.join(', '));
      return;
    }
    const used = adapters.map(({ name }) => name).join(', ');
    const isFollowed = this.#machine.privacy() === 'off';
    this.#say(kind, isFollowed ? `${used}, with an address that never changes` : used);
  }

  #say(kind: BleStateKind, detail = ''): void {
    const state = bleStateOf(kind, detail);
    const { adapters } = this.#set;
    const isSame = adapters.every((adapter, index) => adapter === this.#told[index]);
    const isNews = !isSameState(state, this.state);
    if (isNews) this.#logger.info('ble-state', { state: kind });
    this.state = state;
    if (!isNews && isSame && adapters.length === this.#told.length) return;
    this.#told = adapters;
    this.#onChange();
  }
}
