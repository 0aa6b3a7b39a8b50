/**
 * Places for connections that strangers open: few for each address, few unfinished handshakes, so
 * that slow or greedy ones fill their own places and nobody else's. Before step 4 of a message's
 * way; it closes nothing itself.
 */
import type { Clock } from '@muster/core';
import { connectionLimits, mediumLimits } from './constants.ts';
import { Strangers } from './strangers.ts';

/** What one address may have, or one medium whose addresses mean nothing. */
export interface InboundBounds {
  readonly openMax: number;
  readonly handshakesMax: number;
}

const hostBounds: InboundBounds = {
  openMax: connectionLimits.inboundPerAddressMax,
  handshakesMax: connectionLimits.handshakesPerAddressMax,
};

export const mediumBounds: InboundBounds = {
  openMax: mediumLimits.inboundMax,
  handshakesMax: mediumLimits.handshakesMax,
};

interface Places {
  open: number;
  handshakes: number;
}

export interface Admission {
  /** The handshake is done. */
  finished(): void;
  /** The connection is gone; may be called more than once. */
  gone(): void;
}

export class InboundLimits {
  /** Bounded by `inboundMax`: an address without a connection is not kept. */
  readonly #byAddress = new Map<string, Places>();
  readonly #strangers: Strangers;
  #open = 0;
  refused = 0;

  constructor(clock: Clock) {
    this.#strangers = new Strangers(clock);
  }

  /** A link with this address ended because the other end was no good neighbour. */
  noteStranger(address: string): void {
    this.#strangers.note(address);
  }

  /**
   * A place for a connection from this address; undefined when there is none. `sharing`: for whom
   * its places are counted, where that is not the address itself.
   */
  admit(address: string, bounds = hostBounds, sharing = address): Admission | undefined {
    const places = this.#byAddress.get(sharing) ?? { open: 0, handshakes: 0 };
    if (
      this.#open >= connectionLimits.inboundMax ||
      places.open >= bounds.openMax ||
      places.handshakes >= bounds.handshakesMax ||
      !this.#strangers.mayCome(address)
    ) {
      this.refused += 1;
      return undefined;
    }
    places.open += 1;
    places.handshakes += 1;
    this.#open += 1;
    this.#byAddress.set(sharing, places);
    return this.#admission(sharing, places);
  }

  #admission(sharing: string, places: Places): Admission {
    let shaking = true;
    let gone = false;
    const finished = (): void => {
      if (shaking) places.handshakes -= 1;
      shaking = false;
    };
    return {
      finished,
      gone: () => {
        if (gone) return;
        gone = true;
        finished();
        places.open -= 1;
        this.#open -= 1;
        if (places.open === 0) this.#byAddress.delete(sharing);
      },
    };
  }
}
