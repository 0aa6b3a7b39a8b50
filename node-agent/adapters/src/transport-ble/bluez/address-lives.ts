/**
 * How long each private address of one adapter lives. The kernel keeps all for the same time, so
 * that a box could be told by the moment of its changes; as root we draw a new time for each. Below
 * step 4 of a message's way. Never longer than whoever set the machine up allows.
 */
import { between, type Random } from '@muster/core';
import { bluezLimits } from './limits.ts';
import type { Machine } from './machine.ts';

export interface AddressLivesOptions {
  readonly machine: Machine;
  readonly adapterName: string;
  /** Undefined: nothing is drawn. */
  readonly random: Random | undefined;
}

export class AddressLives {
  readonly #options: AddressLivesOptions;
  readonly #longestMs: number;
  #nowMs: number;

  constructor(options: AddressLivesOptions) {
    this.#options = options;
    const { addressLifeMsDefault } = bluezLimits;
    this.#nowMs = options.machine.addressLifeMs(options.adapterName) ?? addressLifeMsDefault;
    // What lies between is what we drew last, and did not put back.
    const isOurs = this.#nowMs >= drawnFrom(addressLifeMsDefault);
    this.#longestMs = isOurs ? addressLifeMsDefault : this.#nowMs;
  }

  /** Of the addresses that the kernel makes from now on. */
  get lifeMs(): number {
    return this.#nowMs;
  }

  /** Draws it anew, where that is possible. */
  draw(): void {
    const { random } = this.#options;
    if (random === undefined) return;
    const leastMs = Math.max(bluezLimits.addressLifeMsMin, drawnFrom(this.#longestMs));
    const steps = Math.floor((this.#longestMs - leastMs) / 1000) + 1;
    this.#set(leastMs + 1000 * Math.floor(between(random, 0, steps)));
  }

  /** As it was. */
  restore(): void {
    if (this.#options.random === undefined) return;
    if (this.#nowMs !== this.#longestMs) this.#set(this.#longestMs);
  }

  #set(lifeMs: number): void {
    const { machine, adapterName } = this.#options;
    if (machine.setAddressLifeMs(adapterName, lifeMs)) this.#nowMs = lifeMs;
  }
}

/** The shortest time that is drawn. */
function drawnFrom(longestMs: number): number {
  const { addressLifeShareMin } = bluezLimits;
  return Math.ceil((longestMs * addressLifeShareMin) / 1000) * 1000;
}
