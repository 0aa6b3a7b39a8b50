/**
 * Follows the joined channels in an open session. Order is not arrival: what was written on the far
 * side of a cut arrives late and sorts far back. So the node is told how far back to look and what
 * this phone has from there on, and sends what is missing: nothing is lost and nothing comes twice,
 * at the same node or at another.
 */
import { type Clock, concat, fromHex, orderKeyBytes, toBase64url, toHex } from '@muster/core';
import type { Placed } from '../inbox/inbox.ts';
import { syncTimes, webLimits } from '../limits.ts';

export interface FollowerParts {
  readonly clock: Clock;
  send(message: object): boolean;
  /** Messages that this phone keeps of a channel, newest first, down to an order key in hex. */
  kept(tagHex: string, limit: number, floor: string): Promise<readonly Placed[]>;
  /** From where on this phone has all of a channel; undefined before the first page. */
  floor(tagHex: string): string | undefined;
  /** Asks for the newest page of a channel. */
  fetchNewest(tag: Uint8Array): void;
}

const havePrefixHexDigits = 16;
const beginningHex = '00'.repeat(orderKeyBytes);

export class Follower {
  readonly #parts: FollowerParts;
  readonly #followed = new Set<string>();
  /** Channels that were followed a moment ago at the same node: little can be missing. */
  #lately = new Set<string>();
  /** Channels of which this phone has everything, and those that are being completed. */
  readonly #whole = new Set<string>();
  readonly #completing = new Set<string>();
  #isOpen = false;
  #lastNode: string | undefined;
  #leftAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  open(nodeKey: Uint8Array): void {
    const node = toHex(nodeKey);
    const awayMs = this.#parts.clock.monotonicMs() - this.#leftAtMs;
    if (node !== this.#lastNode || awayMs > syncTimes.absenceMsMax) {
      this.#whole.clear();
      this.#lately.clear();
    }
    this.#lastNode = node;
    this.#isOpen = true;
    this.#followed.clear();
    this.#completing.clear();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#leftAtMs = this.#parts.clock.monotonicMs();
    this.#lately = new Set(this.#followed);
  }

  /** Follows what is not followed yet. */
  async follow(tags: readonly Uint8Array[]): Promise<void> {
    for (const tag of tags) {
      const tagHex = toHex(tag);
      if (!this.#isOpen || this.#followed.has(tagHex)) continue;
      this.#followed.add(tagHex);
      // After a long absence a channel is caught up with when it comes on view, not before.
      const known = this.#parts.floor(tagHex) !== undefined;
      if (known && this.#lately.has(tagHex)) await this.#catchUp(tag, webLimits.haveIdsBriefly);
      else this.#begin(tag);
    }
  }

  /** Follows from now on, without anything that was before. */
  followLive(tag: Uint8Array): void {
    const tagHex = toHex(tag);
    if (!this.#isOpen || this.#followed.has(tagHex)) return;
    this.#followed.add(tagHex);
    this.#parts.send({ type: 'follow', tag: toBase64url(tag) });
  }

  /** The channel comes on view: everything is wanted that this phone lacks of it. */
  async complete(tag: Uint8Array): Promise<void> {
    const tagHex = toHex(tag);
    if (!this.#isOpen || !this.#followed.has(tagHex)) return;
    if (this.#whole.has(tagHex) || this.#completing.has(tagHex)) return;
    if (this.#parts.floor(tagHex) === undefined) return;
    this.#completing.add(tagHex);
    await this.#catchUp(tag, webLimits.cachedMessagesPerChannelMax);
  }

  /** The node has sent all that was missing. */
  onCaughtUp(tagHex: string): void {
    if (this.#completing.delete(tagHex)) this.#whole.add(tagHex);
  }

  unfollow(tag: Uint8Array): void {
    this.#whole.delete(toHex(tag));
    this.#completing.delete(toHex(tag));
    if (!this.#followed.delete(toHex(tag))) return;
    this.#parts.send({ type: 'unfollow', tag: toBase64url(tag) });
  }

  #begin(tag: Uint8Array): void {
    this.#parts.send({ type: 'follow', tag: toBase64url(tag) });
    this.#parts.fetchNewest(tag);
  }

  async #catchUp(tag: Uint8Array, limit: number): Promise<void> {
    const tagHex = toHex(tag);
    const floor = this.#parts.floor(tagHex) ?? '';
    const kept = await this.#parts.kept(tagHex, limit, floor);
    // All that is kept is named, or the node looks back only as far as it is.
    const after = kept.length < limit ? floor : kept.at(-1)!.orderHex;
    const prefixes = kept.map(({ record }) => fromHex(record.id.slice(0, havePrefixHexDigits))!);
    this.#parts.send({
      type: 'follow',
      tag: toBase64url(tag),
      after: toBase64url(fromHex(after === '' ? beginningHex : after)!),
      have: toBase64url(concat(...prefixes)),
    });
  }
}
