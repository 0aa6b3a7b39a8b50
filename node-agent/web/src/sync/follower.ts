/**
 * Follows the joined channels in an open session. Order is not arrival: what was written on the far
 * side of a cut arrives late and sorts far back. So the node is told how far back to look and what
 * this phone has from there on, and sends what is missing: nothing is lost and nothing comes twice,
 * at the same node or at another.
 */
import { type Clock, concat, fromHex, toBase64url, toHex } from '@muster/core';
import type { Placed } from '../inbox/inbox.ts';
import { syncTimes, webLimits } from '../limits.ts';

export interface FollowerParts {
  readonly clock: Clock;
  send(message: object): boolean;
  /** Messages that this phone keeps of a channel, newest first. */
  kept(tagHex: string, limit: number): Promise<readonly Placed[]>;
  /** Asks for the newest page of a channel. */
  fetchNewest(tag: Uint8Array): void;
}

const havePrefixHexDigits = 16;

export class Follower {
  readonly #parts: FollowerParts;
  readonly #followed = new Set<string>();
  readonly #caughtUp = new Set<string>();
  #isOpen = false;
  #lastNode: string | undefined;
  #leftAtMs = Number.NEGATIVE_INFINITY;
  /** True when this session goes on where the last one stopped, a moment ago, at the same node. */
  #briefly = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  open(nodeKey: Uint8Array): void {
    const node = toHex(nodeKey);
    const awayMs = this.#parts.clock.monotonicMs() - this.#leftAtMs;
    this.#briefly = node === this.#lastNode && awayMs <= syncTimes.absenceMsMax;
    this.#lastNode = node;
    this.#isOpen = true;
    this.#followed.clear();
    this.#caughtUp.clear();
  }

  close(): void {
    if (this.#isOpen) this.#leftAtMs = this.#parts.clock.monotonicMs();
    this.#isOpen = false;
    this.#followed.clear();
  }

  /** Follows what is not followed yet. */
  async follow(tags: readonly Uint8Array[]): Promise<void> {
    for (const tag of tags) {
      const tagHex = toHex(tag);
      if (!this.#isOpen || this.#followed.has(tagHex)) continue;
      this.#followed.add(tagHex);
      // After a long absence a channel is caught up with when it comes on view, not before.
      if (this.#briefly) await this.#catchUp(tag, webLimits.haveIdsBriefly);
      else this.#begin(tag);
    }
  }

  /** The channel comes on view: everything is wanted that this phone lacks of it. */
  async catchUp(tag: Uint8Array): Promise<void> {
    const tagHex = toHex(tag);
    if (this.#briefly || !this.#followed.has(tagHex) || this.#caughtUp.has(tagHex)) return;
    this.#caughtUp.add(tagHex);
    await this.#catchUp(tag, webLimits.cachedMessagesPerChannelMax);
  }

  unfollow(tag: Uint8Array): void {
    if (!this.#followed.delete(toHex(tag))) return;
    this.#parts.send({ type: 'unfollow', tag: toBase64url(tag) });
  }

  #begin(tag: Uint8Array): void {
    this.#parts.send({ type: 'follow', tag: toBase64url(tag) });
    this.#parts.fetchNewest(tag);
  }

  async #catchUp(tag: Uint8Array, limit: number): Promise<void> {
    const kept = await this.#parts.kept(toHex(tag), limit);
    const oldest = kept.at(-1);
    if (!oldest) return this.#begin(tag);
    const prefixes = kept.map(({ record }) => fromHex(record.id.slice(0, havePrefixHexDigits))!);
    const have = toBase64url(concat(...prefixes));
    const after = toBase64url(fromHex(oldest.orderHex)!);
    this.#parts.send({ type: 'follow', tag: toBase64url(tag), after, have });
  }
}
