/**
 * Callers who have proven nothing yet: which of them get one of the few places, who gives way, and
 * who must wait before the next call. Before step 4 of a message's way. A tag that was heard from
 * the caller's address is no proof, as anybody can repeat it; but strangers without one must not
 * keep out who has one.
 */
import { type Clock, doubledMs } from '@muster/core';
import type { BleConnection } from '../ble.ts';
import { addressOf } from './address.ts';
import { callerLimits } from './limits.ts';
import type { MediumStream } from './medium-stream.ts';
import type { Station } from './station.ts';

export interface Caller {
  readonly station: Station;
  readonly address: string;
  readonly connection: BleConnection;
  /** Once it has greeted. */
  stream: MediumStream | undefined;
}

interface Failed {
  readonly times: number;
  readonly atMs: number;
  readonly waitsUntilMs: number;
}

export interface CallersOptions {
  readonly clock: Clock;
  /** The address was heard lately with a tag of the site. */
  readonly isHeard: (address: string) => boolean;
  /** Whoever is at its other end is taken for a member. */
  readonly isProven: (stream: MediumStream) => boolean;
}

export class Callers {
  readonly #options: CallersOptions;
  /** The eldest first; bounded by the places of the adapters. */
  readonly #callers = new Set<Caller>();
  /** By address, the one that failed longest ago first; at `failedMax` that one is forgotten. */
  readonly #failed = new Map<string, Failed>();

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  unprovenOf(station: Station): readonly Caller[] {
    return [...this.#callers].filter(
      (caller) => caller.station === station && !this.#isProven(caller),
    );
  }

  /** A place; undefined: none, or not yet. `hasRoom`: the adapter can take one more. */
  admit(station: Station, connection: BleConnection, hasRoom: boolean): Caller | undefined {
    const address = addressOf(connection.peer);
    const isHeard = this.#options.isHeard(address);
    const nowMs = this.#options.clock.monotonicMs();
    const failed = this.#failedAt(address, nowMs);
    if (!isHeard && failed !== undefined && nowMs < failed.waitsUntilMs) return undefined;
    const unproven = this.unprovenOf(station);
    if (!hasRoom || unproven.length >= callerLimits.unprovenMax) {
      const isWelcome = isHeard && (failed?.times ?? 0) < callerLimits.heardFailuresMax;
      const eldest = unproven.find((caller) => !this.#options.isHeard(caller.address));
      if (!isWelcome || eldest === undefined) return undefined;
      this.leave(eldest);
      eldest.connection.close();
    }
    const caller: Caller = { station, address, connection, stream: undefined };
    this.#callers.add(caller);
    return caller;
  }

  /** It is gone, or goes. */
  leave(caller: Caller): void {
    if (!this.#callers.delete(caller)) return;
    const { address, stream } = caller;
    if (this.#isProven(caller)) this.#failed.delete(address);
    else if (stream?.stream.purpose !== 'claim') this.#fail(address);
  }

  #isProven({ stream }: Caller): boolean {
    return stream !== undefined && this.#options.isProven(stream);
  }

  #failedAt(address: string, nowMs: number): Failed | undefined {
    const failed = this.#failed.get(address);
    const isForgiven = failed !== undefined && nowMs - failed.atMs >= callerLimits.forgiveMs;
    return isForgiven ? undefined : failed;
  }

  #fail(address: string): void {
    const { waitMsMin, waitMsMax, failedMax } = callerLimits;
    const atMs = this.#options.clock.monotonicMs();
    const times = (this.#failedAt(address, atMs)?.times ?? 0) + 1;
    const waitMs = doubledMs({ min: waitMsMin, max: waitMsMax }, times - 1);
    this.#failed.delete(address);
    this.#failed.set(address, { times, atMs, waitsUntilMs: atMs + waitMs });
    if (this.#failed.size > failedMax) this.#failed.delete(this.#failed.keys().next().value!);
  }
}
