/**
 * Who is dialled, and when. The node with the lower key dials what it hears of at once; the other
 * waits a short grace and dials only if nobody came (discovery may work one way only). Failures
 * back off with full jitter (Brooker, 2015). Before step 4 of a message's way; it opens nothing.
 */
import {
  bytesKey,
  type Clock,
  compareBytes,
  equalBytes,
  fullJitterMs,
  type Random,
  type Sighting,
  type Timer,
} from '@muster/core';
import { isHostNumber, parseAddress } from './addresses.ts';
import { dialLimits } from './constants.ts';

export interface DialRequest {
  /** Undefined for a configured address without a peer id: whoever answers is right. */
  readonly nodeKey: Uint8Array | undefined;
  readonly addresses: readonly string[];
}

export interface DialPlanOptions {
  readonly ownKey: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
  /** Resolves with the key that was reached, rejects when nobody answered. */
  readonly dial: (request: DialRequest) => Promise<Uint8Array>;
  /** Whether a connection with this node exists, of those that are dialled here. */
  readonly connected: (nodeKey: Uint8Array) => boolean;
  /** So long, in milliseconds, it is well served otherwise and is not to be dialled. */
  readonly heldMs: (nodeKey: Uint8Array) => number;
}

interface Target {
  /** The key that must answer; undefined for a configured address without one. */
  readonly wantedKey: Uint8Array | undefined;
  /** The key that is, or was last, at the other end. */
  nodeKey: Uint8Array | undefined;
  /** Best first; `seenMs` Infinity for configured ones. */
  addresses: { readonly text: string; readonly seenMs: number }[];
  readonly configured: boolean;
  attempts: number;
  dialling: boolean;
  timer: Timer | undefined;
  /** Its timer waits for the end of `heldMs`. */
  isHeld: boolean;
  seenMs: number;
  resetMs: number;
}

export class DialPlan {
  readonly #options: DialPlanOptions;
  /** Sighted peers by key; configured ones by key or address. */
  readonly #targets = new Map<string, Target>();
  readonly #queue: Target[] = [];
  #dialling = 0;
  #stopped = false;
  readonly counts = { sightings: 0, sightingsRefused: 0, dials: 0, dialsFailed: 0 };

  constructor(options: DialPlanOptions) {
    this.#options = options;
  }

  /** Peers that are known and would be dialled. */
  get size(): number {
    return this.#targets.size;
  }

  /** Dials a configured address, and again whenever it is not connected, for ever. */
  addConfigured(text: string): void {
    const parsed = parseAddress(text);
    if (parsed === undefined || this.#stopped) return;
    const target = this.#newTarget(parsed.nodeKey, true);
    target.addresses = [{ text: parsed.text, seenMs: Number.POSITIVE_INFINITY }];
    this.#targets.set(`configured ${text}`, target);
    this.#schedule(target, 0);
  }

  addSighting(sighting: Sighting): void {
    if (this.#stopped) return;
    this.counts.sightings += 1;
    const nowMs = this.#options.clock.monotonicMs();
    const fresh = this.#usable(sighting);
    const target = fresh.length === 0 ? undefined : this.#targetFor(sighting.nodeKey);
    if (target === undefined) {
      this.counts.sightingsRefused += 1;
      return;
    }
    const older = target.addresses.filter(
      ({ text, seenMs }) => !fresh.includes(text) && nowMs - seenMs < dialLimits.forgetMs,
    );
    target.addresses = [...fresh.map((text) => ({ text, seenMs: nowMs })), ...older].slice(
      0,
      dialLimits.addressesPerTargetMax,
    );
    target.seenMs = nowMs;
    this.#hurry(target, nowMs);
  }

  /** No connection with this node is left; whether it bore with us before. */
  absent(nodeKey: Uint8Array, wasWelcome: boolean): void {
    for (const target of this.#of(nodeKey)) {
      target.attempts = wasWelcome ? 1 : target.attempts + 1;
      this.#retry(target);
    }
  }

  /** Links are not as they were: who was held back for their sake, and is no more, is dialled. */
  review(): void {
    for (const target of this.#targets.values()) {
      if (!target.isHeld || target.timer === undefined) continue;
      if (this.#options.heldMs(target.nodeKey!) > 0) continue;
      this.#schedule(target, this.#leads(target) ? 0 : dialLimits.graceMs);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const target of this.#targets.values()) target.timer?.cancel();
    this.#targets.clear();
    this.#queue.length = 0;
  }

  #usable(sighting: Sighting): string[] {
    const result: string[] = [];
    if (sighting.nodeKey.length !== 32) return result;
    for (const text of sighting.addresses.slice(0, dialLimits.addressesPerTargetMax)) {
      const parsed = parseAddress(text);
      if (parsed === undefined || !isHostNumber(parsed.text)) continue;
      if (parsed.nodeKey && !equalBytes(parsed.nodeKey, sighting.nodeKey)) continue;
      result.push(parsed.text);
    }
    return result;
  }

  #targetFor(nodeKey: Uint8Array): Target | undefined {
    if (equalBytes(nodeKey, this.#options.ownKey)) return undefined;
    const name = bytesKey(nodeKey);
    const known = this.#targets.get(name);
    if (known !== undefined) return known;
    if (this.#targets.size >= dialLimits.targetsMax && !this.#forgetOldest()) return undefined;
    const target = this.#newTarget(nodeKey, false);
    this.#targets.set(name, target);
    return target;
  }

  #newTarget(nodeKey: Uint8Array | undefined, configured: boolean): Target {
    return {
      wantedKey: nodeKey,
      nodeKey,
      configured,
      addresses: [],
      attempts: 0,
      dialling: false,
      timer: undefined,
      isHeld: false,
      seenMs: this.#options.clock.monotonicMs(),
      resetMs: Number.NEGATIVE_INFINITY,
    };
  }

  /** A sighting starts the first dial, and cuts a long back-off short, though not too often. */
  #hurry(target: Target, nowMs: number): void {
    if (target.dialling || this.#isConnected(target)) return;
    if (target.timer !== undefined && target.attempts === 0) return;
    if (nowMs - target.resetMs < dialLimits.sightingResetMs) return;
    target.resetMs = nowMs;
    target.attempts = 0;
    this.#schedule(target, this.#leads(target) ? 0 : dialLimits.graceMs);
  }

  #retry(target: Target): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (!target.configured) {
      target.addresses = target.addresses.filter(
        ({ seenMs }) => nowMs - seenMs < dialLimits.forgetMs,
      );
      if (target.addresses.length === 0) {
        this.#forget(target);
        return;
      }
    }
    const graceMs = this.#leads(target) ? 0 : dialLimits.graceMs;
    const { backoffMsMin: min, backoffMsMax: max } = dialLimits;
    const waitMs = fullJitterMs(this.#options.random, { min, max }, target.attempts);
    this.#schedule(target, graceMs + waitMs);
  }

  #schedule(target: Target, delayMs: number): void {
    if (this.#stopped || target.dialling) return;
    target.timer?.cancel();
    target.isHeld = false;
    target.timer = this.#options.clock.after(delayMs, () => {
      target.timer = undefined;
      if (this.#isConnected(target)) return;
      const heldMs = target.nodeKey === undefined ? 0 : this.#options.heldMs(target.nodeKey);
      if (heldMs > 0) {
        this.#schedule(target, heldMs);
        target.isHeld = true;
        return;
      }
      target.dialling = true;
      this.#queue.push(target);
      this.#next();
    });
  }

  #next(): void {
    while (this.#dialling < dialLimits.parallelMax) {
      const target = this.#queue.shift();
      if (target === undefined) return;
      if (this.#isConnected(target)) target.dialling = false;
      else this.#dial(target);
    }
  }

  #dial(target: Target): void {
    this.#dialling += 1;
    this.counts.dials += 1;
    const addresses = target.addresses.map(({ text }) => text);
    const done = (): void => {
      this.#dialling -= 1;
      target.dialling = false;
      this.#next();
    };
    this.#options.dial({ nodeKey: target.wantedKey, addresses }).then(
      (nodeKey) => {
        done();
        if (target.configured) target.nodeKey = nodeKey;
        // Connected and gone again before we were told.
        if (!this.#isConnected(target)) this.#failed(target);
      },
      () => {
        done();
        this.counts.dialsFailed += 1;
        if (!this.#isConnected(target)) this.#failed(target);
      },
    );
  }

  #failed(target: Target): void {
    target.attempts += 1;
    this.#retry(target);
  }

  /** True when it is ours to dial first. */
  #leads(target: Target): boolean {
    const { nodeKey, configured } = target;
    return configured || nodeKey === undefined || compareBytes(this.#options.ownKey, nodeKey) < 0;
  }

  #isConnected(target: Target): boolean {
    return target.nodeKey !== undefined && this.#options.connected(target.nodeKey);
  }

  #of(nodeKey: Uint8Array): Target[] {
    const name = bytesKey(nodeKey);
    return [...this.#targets].flatMap(([key, target]) => {
      const same = key === name || (target.nodeKey && equalBytes(target.nodeKey, nodeKey));
      const rests = target.timer === undefined || target.isHeld;
      return same && rests && !target.dialling ? [target] : [];
    });
  }

  #forgetOldest(): boolean {
    let oldest: Target | undefined;
    for (const target of this.#targets.values()) {
      if (target.configured || target.dialling || this.#isConnected(target)) continue;
      if (oldest === undefined || target.seenMs < oldest.seenMs) oldest = target;
    }
    if (oldest !== undefined) this.#forget(oldest);
    return oldest !== undefined;
  }

  #forget(target: Target): void {
    target.timer?.cancel();
    if (target.nodeKey !== undefined) this.#targets.delete(bytesKey(target.nodeKey));
  }
}
