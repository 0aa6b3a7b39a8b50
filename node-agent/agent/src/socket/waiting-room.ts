/**
 * Guests who wait until staff let them in, where the site's rules ask for approval: in the order in
 * which they came, also when their phone was gone for a moment; bounded, and fair: who fills the
 * room from one address gives way to newcomers from others. It admits nobody by itself.
 */
import { bytesKey, type Clock, type Timer } from '@muster/core';
import { socketLimits } from './limits.ts';

/** One who waits; the session of a phone. */
export interface Waiter {
  readonly device: Uint8Array;
  readonly name: string;
  /** One IPv4 address or IPv6 /64. */
  readonly address: string;
  /** Whether the rules, as they are now, have it wait for staff. */
  mustWait(): boolean;
  /** Judged anew, as if it came now. */
  comeAgain(): void;
  letIn(): void;
  turnAway(reason: TurnedAway): void;
  /** From 1. */
  tellPlace(place: number): void;
}

export type TurnedAway = 'not-admitted' | 'waiting-full' | 'waited-too-long' | 'waits-elsewhere';

interface Place {
  readonly waiter: Waiter;
  readonly sinceMs: number;
  told: number;
}

export const turnedAwayTexts: Readonly<Record<TurnedAway, string>> = {
  'not-admitted': 'The people who run this place did not let this device in.',
  'waiting-full': 'Too many wait to be let in: try again a little later.',
  'waited-too-long': 'Nobody answered in half an hour: ask the people who run this place.',
  'waits-elsewhere': 'This device waits in another tab.',
};

export interface WaitingRoomOptions {
  readonly clock: Clock;
  /** Who waits has changed; told at most once in `waitingTellMs`. */
  onChange(): void;
}

export class WaitingRoom {
  readonly #options: WaitingRoomOptions;
  /** By device; at most waitingMax. */
  readonly #places = new Map<string, Place>();
  /** When they came, of those who left, for a while; the one who left first goes at waitingMax. */
  readonly #left = new Map<string, { readonly sinceMs: number; readonly leftMs: number }>();
  #timer: Timer | undefined;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#places.size;
  }

  get people(): readonly Pick<Waiter, 'device' | 'name'>[] {
    return this.#inOrder().map(({ waiter: { device, name } }) => ({ device, name }));
  }

  /** A device that waits in a second tab keeps its place there; the first tab is let go. */
  add(waiter: Waiter): void {
    const key = bytesKey(waiter.device);
    const before = this.#places.get(key);
    if (!before && this.#places.size >= socketLimits.waitingMax && !this.#makeRoom(waiter)) {
      waiter.turnAway('waiting-full');
      return;
    }
    this.#places.set(key, { waiter, sinceMs: before?.sinceMs ?? this.#cameMs(key), told: 0 });
    this.#left.delete(key);
    before?.waiter.turnAway('waits-elsewhere');
    this.#changed();
  }

  /** Gone by itself. */
  remove(waiter: Waiter): void {
    const key = bytesKey(waiter.device);
    const place = this.#places.get(key);
    if (place?.waiter !== waiter) return;
    this.#places.delete(key);
    this.#left.set(key, { sinceMs: place.sinceMs, leftMs: this.#options.clock.monotonicMs() });
    const [first] = this.#left.size > socketLimits.waitingMax ? this.#left.keys() : [];
    if (first !== undefined) this.#left.delete(first);
    this.#changed();
  }

  /** False for a device that does not wait here. */
  decide(device: Uint8Array, isAccepted: boolean): boolean {
    const place = this.#take(bytesKey(device));
    if (!place) return false;
    if (isAccepted) place.waiter.letIn();
    else place.waiter.turnAway('not-admitted');
    return true;
  }

  /** The rules changed: whoever need not wait any more comes in, or is told what is asked now. */
  judgeAgain(): void {
    for (const { waiter } of this.#inOrder()) {
      if (!waiter.mustWait()) this.#take(bytesKey(waiter.device))?.waiter.comeAgain();
    }
  }

  /** Ends the waiting of those who waited too long. */
  tick(): void {
    const sinceMs = this.#options.clock.monotonicMs() - socketLimits.waitingMsMax;
    for (const [key, place] of [...this.#places]) {
      if (place.sinceMs > sinceMs) continue;
      this.#take(key)?.waiter.turnAway('waited-too-long');
    }
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#places.clear();
    this.#left.clear();
  }

  #cameMs(key: string): number {
    const nowMs = this.#options.clock.monotonicMs();
    const left = this.#left.get(key);
    return left && nowMs - left.leftMs < socketLimits.waitingAwayMsMax ? left.sinceMs : nowMs;
  }

  /** First come first; sorting keeps the order of those who came at once. */
  #inOrder(): Place[] {
    return [...this.#places.values()].sort((a, b) => a.sinceMs - b.sinceMs);
  }

  #take(key: string): Place | undefined {
    const place = this.#places.get(key);
    if (!place) return undefined;
    this.#places.delete(key);
    this.#changed();
    return place;
  }

  /** The last to come of the address that has most, when it has more than the newcomer's. */
  #makeRoom({ address }: Waiter): boolean {
    const counts = new Map<string, number>();
    for (const { waiter } of this.#places.values()) {
      counts.set(waiter.address, (counts.get(waiter.address) ?? 0) + 1);
    }
    const [most, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    if (count <= (counts.get(address) ?? 0) + 1) return false;
    const last = this.#inOrder().findLast(({ waiter }) => waiter.address === most);
    this.#take(bytesKey(last!.waiter.device))?.waiter.turnAway('waiting-full');
    return true;
  }

  #changed(): void {
    this.#timer ??= this.#options.clock.after(socketLimits.waitingTellMs, () => {
      this.#timer = undefined;
      this.#options.onChange();
      let number = 0;
      for (const place of this.#inOrder()) {
        number += 1;
        if (place.told === number) continue;
        place.told = number;
        place.waiter.tellPlace(number);
      }
    });
  }
}
