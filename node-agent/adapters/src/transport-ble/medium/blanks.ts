/**
 * Blank boxes that say on air that they are ready to be claimed: who looks for one by its claim id
 * finds it here, or waits until it is heard. A tag can be repeated by anybody: each address that
 * says it has its turn. Before any step of a message's way.
 */
import { bytesKey, type Clock, type Crypto, isClaimTagOf, radioTagBytes } from '@muster/core';
import { BleError, type BlePeer, type BleReport } from '../ble.ts';
import { addressOf } from './address.ts';
import { claimTimes } from './limits.ts';
import type { Station } from './station.ts';

export interface Blank {
  readonly tag: Uint8Array;
  readonly peer: BlePeer;
  readonly station: Station;
  readonly atMs: number;
  /** When it was found last. */
  triedMs: number;
}

interface Seeker {
  readonly claimId: Uint8Array;
  readonly onFound: (blank: Blank) => void;
}

const never = Number.NEGATIVE_INFINITY;

export class Blanks {
  readonly #crypto: Crypto;
  readonly #clock: Clock;
  /** By tag and address; the one heard longest ago is the first. */
  readonly #heard = new Map<string, Blank>();
  #seeker: Seeker | undefined;

  constructor(crypto: Crypto, clock: Clock) {
    this.#crypto = crypto;
    this.#clock = clock;
  }

  /** Somebody waits: worth listening all the time. */
  get isSought(): boolean {
    return this.#seeker !== undefined;
  }

  hear({ data, peer }: BleReport, station: Station, atMs: number): void {
    if (data.length !== radioTagBytes) return;
    const name = `${bytesKey(data)} ${addressOf(peer)}`;
    const known = this.#heard.get(name);
    const blank = { tag: data, peer, station, atMs, triedMs: known?.triedMs ?? never };
    this.#heard.delete(name);
    this.#heard.set(name, blank);
    if (this.#heard.size > claimTimes.blanksMax) {
      const [oldest] = this.#heard.keys();
      this.#heard.delete(oldest!);
    }
    const { claimId, onFound } = this.#seeker ?? {};
    // Also one that was heard before: whoever seeks found none that was heard lately.
    if (claimId && isClaimTagOf(this.#crypto, claimId, data)) onFound?.(blank);
  }

  /** Rejects with a BleError when nobody says it in time. One at a time. */
  async find(claimId: Uint8Array, signal: AbortSignal): Promise<Blank> {
    const found = this.#known(claimId) ?? (await this.#awaited(claimId, signal));
    found.triedMs = this.#clock.monotonicMs();
    return found;
  }

  /** The one tried longest ago; of those never tried the one heard last. */
  #known(claimId: Uint8Array): Blank | undefined {
    const nowMs = this.#clock.monotonicMs();
    const said = [...this.#heard.values()].filter(
      ({ tag, station, atMs }) =>
        nowMs - atMs < claimTimes.freshMs &&
        !station.isStopped &&
        isClaimTagOf(this.#crypto, claimId, tag),
    );
    const [first] = said.toSorted((a, b) =>
      a.triedMs === b.triedMs ? b.atMs - a.atMs : a.triedMs < b.triedMs ? -1 : 1,
    );
    return first;
  }

  async #awaited(claimId: Uint8Array, signal: AbortSignal): Promise<Blank> {
    const found = Promise.withResolvers<Blank>();
    const fail = (code: 'not-found' | 'aborted', text: string): void => {
      found.reject(new BleError(code, text));
    };
    const giveUp = (): void => fail('aborted', 'it was given up');
    const timer = this.#clock.after(claimTimes.seekMs, () => {
      fail('not-found', 'no such box is ready to be claimed near here');
    });
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
    this.#seeker = { claimId, onFound: found.resolve };
    try {
      return await found.promise;
    } finally {
      this.#seeker = undefined;
      timer.cancel();
      signal.removeEventListener('abort', giveUp);
    }
  }
}
