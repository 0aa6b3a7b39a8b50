/** A transport to one relay over the memory wire: dials, and dials again a second after a cut. */
import type { Link, Transport } from '@muster/core';
import { createMemoryWire, type FakeClock, type MemoryWire } from '@muster/core/testing';
import type { TestRelay } from '../relay/world.ts';

const redialMs = 1_000;

export class MemoryLine implements Transport {
  isSevered = false;
  readonly #clock: FakeClock;
  readonly #relay: TestRelay;
  readonly #key: Uint8Array;
  #onLink: ((link: Link) => void) | undefined;
  #wire: MemoryWire | undefined;

  constructor(clock: FakeClock, relay: TestRelay, key: Uint8Array) {
    this.#clock = clock;
    this.#relay = relay;
    this.#key = key;
  }

  async start(onLink: (link: Link) => void): Promise<void> {
    this.#onLink = onLink;
    this.#dial();
  }

  async stop(): Promise<void> {
    this.#onLink = undefined;
    this.#wire?.cut();
  }

  cut(): void {
    this.#wire?.cut();
    this.#clock.after(redialMs, () => this.#dial());
  }

  #dial(): void {
    if (!this.#onLink) return;
    if (this.isSevered) {
      this.#clock.after(redialMs, () => this.#dial());
      return;
    }
    const keyB = this.#relay.key.publicKey;
    this.#wire = createMemoryWire(this.#clock, { keyA: this.#key, keyB, delayMs: 20 });
    this.#relay.hub.addLink(this.#wire.b);
    this.#onLink(this.#wire.a);
  }
}
