/**
 * Writes values without response to a device's characteristic, in order, with a few calls under
 * way: bluetoothd's answers are the flow control. Below step 4 of a message's way.
 */
import type { BluezBus } from './bluez-bus.ts';
import { bluezLimits } from './limits.ts';
import { bluezInterfaces } from './names.ts';

export interface CommandWriterHandlers {
  onDrain(): void;
  onFailed(reason: string): void;
}

export class CommandWriter {
  readonly #bus: BluezBus;
  readonly #path: string;
  readonly #handlers: CommandWriterHandlers;
  #waiting: Uint8Array[] = [];
  #outstanding = 0;
  #isFull = false;
  #isEnded = false;

  constructor(bus: BluezBus, path: string, handlers: CommandWriterHandlers) {
    this.#bus = bus;
    this.#path = path;
    this.#handlers = handlers;
  }

  write(value: Uint8Array): boolean {
    if (this.#isEnded) return true;
    if (this.#waiting.length >= bluezLimits.packetsWaitingMax) {
      this.#fail('overrun');
      return true;
    }
    this.#waiting.push(value);
    this.#pump();
    this.#isFull = this.#outstanding >= bluezLimits.writesOutstandingMax;
    return !this.#isFull;
  }

  /** What has been handed to bluetoothd is sent still. */
  end(): void {
    this.#isEnded = true;
    this.#waiting = [];
  }

  #pump(): void {
    while (this.#outstanding < bluezLimits.writesOutstandingMax) {
      const value = this.#waiting.shift();
      if (value === undefined) return;
      this.#outstanding += 1;
      void this.#send(value);
    }
  }

  async #send(value: Uint8Array): Promise<void> {
    const options = new Map([['type', { signature: 's', value: 'command' }]]);
    const call = { path: this.#path, interface: bluezInterfaces.characteristic };
    try {
      const body = [value, options];
      await this.#bus.call({ ...call, member: 'WriteValue', signature: 'aya{sv}', body });
      this.#outstanding -= 1;
    } catch {
      // A packet may be lost, and the stream above must not wait for it on a dead carrier.
      this.#fail('connection-lost');
      return;
    }
    if (this.#isEnded) return;
    this.#pump();
    if (!this.#isFull || this.#outstanding >= bluezLimits.writesOutstandingMax) return;
    this.#isFull = false;
    this.#handlers.onDrain();
  }

  #fail(reason: string): void {
    if (this.#isEnded) return;
    this.end();
    this.#handlers.onFailed(reason);
  }
}
