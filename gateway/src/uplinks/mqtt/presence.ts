/**
 * Which gateways of this site are at one upstream broker (step 6): each leaves a retained message
 * there that its last will clears. The one with the lowest key serves at once, the others hold back
 * for a bounded time. A broker that lies about it can delay, which it can anyway.
 */
import { compareBytes, equalBytes, fromBase64url, toBase64url } from '@muster/core';
import { upstreamLimits } from '../limits.ts';

export class Presence {
  /** Where all of them are; ends in a slash. */
  readonly #prefix: string;
  readonly #key: Uint8Array;
  readonly #others = new Map<string, Uint8Array>();

  /** `site`: the topics' part for the site, such as `muster/harbour`. */
  constructor(site: string, key: Uint8Array) {
    this.#prefix = `${site}/gateways/`;
    this.#key = key;
  }

  get filter(): string {
    return `${this.#prefix}+`;
  }

  get ownTopic(): string {
    return this.#prefix + toBase64url(this.#key);
  }

  /** Gateways that come first: 0 for the one that serves at once. */
  get rank(): number {
    return [...this.#others.values()].filter((other) => compareBytes(other, this.#key) < 0).length;
  }

  /** A new connection tells anew who is there. */
  reset(): void {
    this.#others.clear();
  }

  /** True when the topic is one of presence, whoever it names. */
  onMessage(topic: string, payload: Uint8Array): boolean {
    if (!topic.startsWith(this.#prefix)) return false;
    const name = topic.slice(this.#prefix.length);
    const key = fromBase64url(name);
    if (key?.length !== 32 || equalBytes(key, this.#key)) return true;
    if (payload.length === 0) this.#others.delete(name);
    else if (this.#others.size < upstreamLimits.gatewaysMax - 1) this.#others.set(name, key);
    return true;
  }
}
