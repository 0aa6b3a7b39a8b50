/**
 * The adapters of this machine: which there are, which are switched on, and the objects for those.
 * One that is off when we find it is switched on; whoever switches it off later is obeyed.
 * Below step 4 of a message's way.
 */
import type { Logger, Random, Timer } from '@muster/core';
import { BleError, type BleStateKind } from '../ble.ts';
import { timerLateMs } from './address-life.ts';
import { AddressLives } from './address-lives.ts';
import { BluezAdapter, type ChannelsOf } from './bluez-adapter.ts';
import type { BluezBus, BluezEvent } from './bluez-bus.ts';
import { leftoversTakenBack } from './leftovers.ts';
import { bluezLimits } from './limits.ts';
import type { Machine } from './machine.ts';
import { adapterNameOf, bluezInterfaces } from './names.ts';
import { booleanOf, type Interfaces, type Properties, peerOf, textOf } from './properties.ts';

export interface AdapterSetOptions {
  /** Names that we may use; empty: all. */
  readonly allowed: readonly string[];
  readonly channelsOf: ChannelsOf;
  readonly machine: Machine;
  /** For the lives of addresses; undefined: as the kernel has them. */
  readonly random: Random | undefined;
  /** We only hear: an adapter that is on stays as it is, with its links, address and name. */
  readonly isListener: boolean;
  readonly logger: Logger;
  readonly onChange: () => void;
}

/** An adapter that bluetoothd has. */
interface Known {
  readonly name: string;
  readonly path: string;
  readonly interfaces: Set<string>;
  properties: Map<unknown, unknown> & Properties;
  /** What is done with it, one thing after the other. */
  work: Promise<void>;
  isGone: boolean;
  /** It was made ready, or is just now: from then on it is switched by others only. */
  isPrepared: boolean;
  /** Another try to make it ready, and how long the last pause before one was. */
  retry?: Timer;
  retryMs?: number;
  /** What it is called when we do not run; bluetoothd keeps names for ever. */
  aliasBefore?: string;
  /** Why it could not be switched on. */
  failure?: BleError;
  adapter?: BluezAdapter;
  /** Said last before it was switched off: the path on the bus. */
  leftover?: string | undefined;
}

/** Every box says the same: whoever connects can read it (GAP, Device Name). */
const alias = 'Muster';

export class AdapterSet {
  readonly #options: AdapterSetOptions;
  readonly #known = new Map<string, Known>();
  #bus: BluezBus | undefined;

  constructor(options: AdapterSetOptions) {
    this.#options = options;
  }

  get adapters(): readonly BluezAdapter[] {
    return this.#sorted.flatMap(({ adapter }) => adapter ?? []);
  }

  /** While bluetoothd runs: what its adapters amount to. */
  get kind(): BleStateKind {
    const known = [...this.#known.values()];
    if (known.some(({ adapter }) => adapter !== undefined)) return 'ready';
    if (known.length === 0) return 'no-adapter';
    if (known.some(({ failure }) => failure?.code === 'not-permitted')) return 'not-permitted';
    const { machine } = this.#options;
    return known.every(({ name }) => machine.isBlocked(name)) ? 'blocked' : 'powered-off';
  }

  get names(): readonly string[] {
    return this.#sorted.map(({ name }) => name);
  }

  get #sorted(): readonly Known[] {
    return [...this.#known.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** bluetoothd is there, with these objects. */
  attach(bus: BluezBus, objects: ReadonlyMap<string, Interfaces>): void {
    this.#bus = bus;
    for (const [path, interfaces] of objects) {
      for (const [name, properties] of interfaces) {
        if (isOfAdapter(path)) {
          this.onEvent({ kind: 'added', path, interface: name, properties });
        }
      }
    }
  }

  /** It is gone, or the bus is. */
  detach(): void {
    this.#bus = undefined;
    for (const known of this.#known.values()) this.#forget(known);
    this.#known.clear();
  }

  async close(): Promise<void> {
    await Promise.all(this.adapters.map((adapter) => adapter.close()));
    await Promise.all(Array.from(this.#known.values(), (known) => this.#unname(known)));
    this.detach();
  }

  onEvent({ kind, path, interface: name, properties }: BluezEvent): void {
    const known = this.#known.get(path) ?? (kind === 'added' ? this.#add(path) : undefined);
    if (known === undefined) return;
    if (kind === 'removed') known.interfaces.delete(name);
    else known.interfaces.add(name);
    if (name === bluezInterfaces.adapter) {
      if (kind === 'removed') {
        this.#known.delete(path);
        this.#forget(known);
        this.#options.onChange();
        return;
      }
      for (const [key, value] of properties) known.properties.set(key, value);
      // Somebody else could: from then on it is theirs to switch off.
      if (booleanOf(properties, 'Powered') === true) delete known.failure;
    }
    if (known.adapter !== undefined && !isUsable(known)) this.#end(known);
    this.#settle(known);
  }

  #add(path: string): Known | undefined {
    const name = adapterNameOf(path);
    const { allowed } = this.#options;
    if (name === undefined || this.#known.size >= bluezLimits.adaptersMax) return undefined;
    if (allowed.length > 0 && !allowed.includes(name)) return undefined;
    const known = {
      ...{ name, path, interfaces: new Set<string>(), properties: new Map() },
      ...{ work: Promise.resolve(), isGone: false, isPrepared: false },
    };
    this.#known.set(path, known);
    return known;
  }

  #settle(known: Known): void {
    const bus = this.#bus;
    if (bus === undefined) return;
    known.work = known.work.then(async () => {
      if (!this.#isStill(bus, known)) return;
      const isBack = known.leftover !== undefined && isUsable(known);
      if (isBack || (!known.isPrepared && known.interfaces.has(bluezInterfaces.adapter))) {
        known.isPrepared = true;
        await this.#prepare(bus, known);
      }
      if (!this.#isStill(bus, known)) return;
      if (known.adapter === undefined && isUsable(known)) this.#make(bus, known);
      this.#options.onChange();
    });
  }

  #isStill(bus: BluezBus, known: Known): boolean {
    return this.#bus === bus && this.#known.get(known.path) === known;
  }

  /** Switches it on. Off and on again makes its private address one that nobody has seen. */
  async #prepare(bus: BluezBus, known: Known): Promise<void> {
    const { path, name } = known;
    try {
      await leftoversTakenBack(bus, path, () => this.#isStill(bus, known));
      await takeBack(bus, known);
      const wasOn = booleanOf(known.properties, 'Powered') === true;
      if (wasOn && (await this.#wantsFreshAddress(bus, path))) {
        await bus.set(path, 'Powered', 'b', false);
      }
      await bus.set(path, 'Powered', 'b', true);
      const properties = await bus.propertiesOf(path, bluezInterfaces.adapter);
      for (const [key, value] of properties) known.properties.set(key, value);
    } catch (error) {
      if (!(error instanceof BleError)) throw error;
      if (!this.#isStill(bus, known)) return;
      if (known.failure?.message !== error.message) {
        const why = { adapter: name, error: error.message };
        this.#options.logger.warn('ble-adapter-not-ready', why);
      }
      known.failure = error;
      this.#later(bus, known);
    }
  }

  async #wantsFreshAddress(bus: BluezBus, path: string): Promise<boolean> {
    const { isListener, machine } = this.#options;
    return !isListener && machine.privacy() !== 'off' && !(await isInUse(bus, path));
  }

  /** It may be off by our own doing; or by a radio switch, which somebody turns. */
  #later(bus: BluezBus, known: Known): void {
    const { retryMsMin, retryMsMax } = bluezLimits;
    known.retryMs = Math.min(2 * (known.retryMs ?? retryMsMin / 2), retryMsMax);
    known.retry?.cancel();
    known.retry = bus.clock.after(known.retryMs, () => {
      // In use by now, it must not be switched off for a fresh address.
      if (known.failure === undefined || known.adapter !== undefined) return;
      known.isPrepared = false;
      this.#settle(known);
    });
  }

  #make(bus: BluezBus, known: Known): void {
    const { machine, logger, channelsOf } = this.#options;
    const { name, path } = known;
    if (!this.#options.isListener) void this.#name(bus, known);
    const ticksPerSecond = machine.ticksPerSecond();
    const peer = peerOf(known.properties);
    known.adapter = new BluezAdapter({
      ...{ bus, name, path, logger },
      lives: new AddressLives({ machine, adapterName: name, random: this.#options.random }),
      isPrivate: machine.privacy() !== 'off',
      lateMsOf: (lifeMs) => timerLateMs(lifeMs, ticksPerSecond),
      channels: peer === undefined ? undefined : channelsOf(peer),
    });
  }

  async #name(bus: BluezBus, known: Known): Promise<void> {
    const { path, name, properties } = known;
    const [before, ofSystem] = ['Alias', 'Name'].map((key) => textOf(properties, key) ?? '');
    // Empty: bluetoothd takes the system's name again.
    known.aliasBefore ??= before === alias || before === ofSystem ? '' : before!;
    try {
      await bus.set(path, 'Alias', 's', alias);
    } catch (error) {
      this.#options.logger.warn('ble-adapter-not-named', { adapter: name, error: `${error}` });
    }
  }

  async #unname({ path, aliasBefore }: Known): Promise<void> {
    if (aliasBefore === undefined) return;
    // Where bluetoothd has gone meanwhile it stays as it is.
    await this.#bus?.set(path, 'Alias', 's', aliasBefore).catch(() => {});
  }

  #forget(known: Known): void {
    known.retry?.cancel();
    this.#end(known);
  }

  #end(known: Known): void {
    if (known.adapter !== undefined) known.leftover = known.adapter.dispose();
    delete known.adapter;
  }
}

function isOfAdapter(path: string): boolean {
  return path.split('/').length === 4;
}

function isUsable({ interfaces, properties }: Known): boolean {
  const { adapter, gattManager, advertisingManager } = bluezInterfaces;
  const hasAll = [adapter, gattManager, advertisingManager].every((name) => interfaces.has(name));
  return hasAll && booleanOf(properties, 'Powered') === true;
}

/**
 * It was switched off and is on again: the kernel says its last tag from the new address, which is
 * spent by that. Who switched it on wants it on, so it comes back with another one.
 */
async function takeBack(bus: BluezBus, known: Known): Promise<void> {
  const { path, leftover } = known;
  if (leftover === undefined) return;
  delete known.leftover;
  const call = { path, interface: bluezInterfaces.advertisingManager };
  const member = 'UnregisterAdvertisement';
  await bus.call({ ...call, member, signature: 'o', body: [leftover] }).catch(() => {});
}

/** Somebody's paired device is connected, and would lose its link. */
async function isInUse(bus: BluezBus, adapterPath: string): Promise<boolean> {
  for (const [path, interfaces] of await bus.objects()) {
    const device = interfaces.get(bluezInterfaces.device);
    if (device === undefined || !path.startsWith(`${adapterPath}/`)) continue;
    if (booleanOf(device, 'Paired') === true && booleanOf(device, 'Connected') === true)
      return true;
  }
  return false;
}
