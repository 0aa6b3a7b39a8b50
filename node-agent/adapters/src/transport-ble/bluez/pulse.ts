/**
 * Whether bluetoothd still answers: one that hangs keeps its name on the bus, and nothing else
 * tells. Below step 4 of a message's way. It ends nothing: what the kernel carries goes on.
 */
import type { Timer } from '@muster/core';
import { BleError } from '../ble.ts';
import { peerInterface } from '../dbus/index.ts';
import type { BluezBus } from './bluez-bus.ts';
import { bluezLimits } from './limits.ts';

export class Pulse {
  readonly #bus: BluezBus;
  readonly #onChange: () => void;
  #timer: Timer | undefined;
  #isStopped = false;
  isAnswering = true;

  constructor(bus: BluezBus, onChange: () => void) {
    this.#bus = bus;
    this.#onChange = onChange;
    this.#later();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #later(): void {
    this.#timer = this.#bus.clock.after(bluezLimits.pulseEveryMs, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const isAnswering = await this.#bus
      .call({ path: '/', interface: peerInterface, member: 'Ping' })
      .then(
        () => true,
        // A refusal is an answer too.
        (error: unknown) => !(error instanceof BleError && error.code === 'timeout'),
      );
    if (this.#isStopped) return;
    this.#later();
    if (isAnswering === this.isAnswering) return;
    this.isAnswering = isAnswering;
    this.#onChange();
  }
}
