/**
 * The Bluetooth of one box on a MemoryRadio: adapters that come and go, a daemon that dies and
 * comes back. For tests: what happens to it is up to them.
 */
import type { BleAdapter, BleHost, BleState, BleStateKind } from '../ble.ts';
import type { MemoryAdapter, MemoryAdapterOptions } from './memory-adapter.ts';
import type { MemoryRadio } from './memory-radio.ts';

export interface MemoryHostOptions {
  /** Of the box, for `reach`. */
  readonly name: string;
  /** hci0 alone unless given. */
  readonly adapters?: readonly string[];
  /** 15 minutes unless given; undefined: one public address for ever. */
  readonly addressLifeMs?: MemoryAdapterOptions['addressLifeMs'];
}

const addressLifeMsDefault = 15 * 60_000;

export class MemoryBleHost implements BleHost {
  readonly name: string;
  readonly #radio: MemoryRadio;
  readonly #all: readonly MemoryAdapterOptions[];
  readonly #on = new Map<string, MemoryAdapter>();
  readonly #off = new Set<string>();
  #hasDaemon = true;
  #isStarted = false;
  #onChange: () => void = () => {};

  constructor(radio: MemoryRadio, options: MemoryHostOptions) {
    const { name, adapters = ['hci0'] } = options;
    this.name = name;
    this.#radio = radio;
    const addressLifeMs = 'addressLifeMs' in options ? options.addressLifeMs : addressLifeMsDefault;
    this.#all = adapters.map((adapter) => ({ name: adapter, addressLifeMs }));
  }

  get state(): BleState {
    if (!this.#isStarted) return stateOf('no-bus');
    if (!this.#hasDaemon) return stateOf('no-daemon');
    if (this.#all.length === 0) return stateOf('no-adapter');
    return stateOf(this.#on.size === 0 ? 'powered-off' : 'ready');
  }

  get adapters(): readonly BleAdapter[] {
    return [...this.#on.values()];
  }

  async start(onChange: () => void): Promise<void> {
    this.#isStarted = true;
    this.#onChange = onChange;
    this.#settle();
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#onChange = () => {};
    this.#settle();
  }

  /** Of a test: the adapter is switched off, or on. It comes back as another object. */
  power(name: string, isOn: boolean): void {
    if (isOn) this.#off.delete(name);
    else this.#off.add(name);
    this.#settle();
  }

  /** Of a test: bluetoothd dies, or comes back. */
  daemon(runs: boolean): void {
    this.#hasDaemon = runs;
    this.#settle();
  }

  /** For tests: with what is not in the interface. */
  adapter(name = 'hci0'): MemoryAdapter {
    const adapter = this.#on.get(name);
    if (adapter === undefined) throw new Error(`${name} is not there`);
    return adapter;
  }

  #settle(): void {
    let isChanged = false;
    for (const options of this.#all) {
      const { name } = options;
      const shouldBeOn = this.#isStarted && this.#hasDaemon && !this.#off.has(name);
      if (shouldBeOn === this.#on.has(name)) continue;
      isChanged = true;
      if (shouldBeOn) this.#on.set(name, this.#radio.addAdapter(this.name, options));
      else this.#remove(name);
    }
    if (isChanged) this.#onChange();
  }

  #remove(name: string): void {
    this.#radio.removeAdapter(this.#on.get(name)!);
    this.#on.delete(name);
  }
}

function stateOf(kind: BleStateKind): BleState {
  if (kind === 'ready') return { kind, text: 'Bluetooth is ready.', mend: '' };
  return { kind, text: `Bluetooth: ${kind}.`, mend: 'Let the test switch it on.' };
}
