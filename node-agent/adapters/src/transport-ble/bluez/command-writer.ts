/**
 * Writes values without response to a device's characteristic, in order, with a few under way:
 * bluetoothd's answers, to some of them, are the flow control. Below step 4 of a message's way.
 */
import type { BluezBus, BluezCall } from './bluez-bus.ts';
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
  #unanswered = 0;
  #awaited = 0;
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
    this.#isFull = this.#awaited >= bluezLimits.answersAwaitedMax;
    return !this.#isFull;
  }

  /** What has been handed to bluetoothd is sent still. */
  end(): void {
    this.#isEnded = true;
    this.#waiting = [];
  }

  #pump(): void {
    while (this.#awaited < bluezLimits.answersAwaitedMax) {
      const value = this.#waiting.shift();
      if (value === undefined) return;
      const options = new Map([['type', { signature: 's', value: 'command' }]]);
      const write = { path: this.#path, interface: bluezInterfaces.characteristic };
      const body = [value, options];
      const call = { ...write, member: 'WriteValue', signature: 'aya{sv}', body };
      this.#unanswered += 1;
      if (this.#unanswered < bluezLimits.writesPerAnswer) this.#bus.send(call);
      else void this.#await(call);
    }
  }

  async #await(call: BluezCall): Promise<void> {
    this.#unanswered = 0;
    this.#awaited += 1;
    try {
      await this.#bus.call(call);
      this.#awaited -= 1;
    } catch {
      // A packet may be lost, and the stream above must not wait for it on a dead carrier.
      this.#fail('connection-lost');
      return;
    }
    if (this.#isEnded) return;
    this.#pump();
    if (!this.#isFull || this.#awaited >= bluezLimits.answersAwaitedMax) return;
    this.#isFull = false;
    this.#handlers.onDrain();
  }

  #fail(reason: string): void {
    if (this.#isEnded) return;
    this.end();
    this.#handlers.onFailed(reason);
  }
}
