/**
 * Asks the node for pages of a channel and matches the answers to the questions. A question that is
 * not answered before the session ends is answered with undefined.
 */
import { fromHex, toBase64url } from '@muster/core';
import type { Item, NodeMessage } from '../connection/wire.ts';
import { webLimits } from '../limits.ts';

export interface Page {
  readonly items: readonly Item[];
  /** True when the node holds nothing older. */
  readonly end: boolean;
}

type PageMessage = Extract<NodeMessage, { type: 'page' }>;

export class Pages {
  readonly #send: (message: object) => boolean;
  readonly #asked = new Map<string, (page: Page | undefined) => void>();
  #next = 0;

  constructor(send: (message: object) => boolean) {
    this.#send = send;
  }

  /** The newest messages before an order key in hex; the newest of all without one. */
  ask(tag: Uint8Array, beforeHex: string | undefined): Promise<Page | undefined> {
    const ref = `page-${this.#next++}`;
    const before = beforeHex === undefined ? undefined : toBase64url(fromHex(beforeHex)!);
    const limit = webLimits.pageItems;
    const message = { type: 'page', ref, tag: toBase64url(tag), before, limit };
    return new Promise((resolve) => {
      if (!this.#send(message)) return resolve(undefined);
      this.#asked.set(ref, resolve);
    });
  }

  onPage(message: PageMessage): void {
    this.#asked.get(message.ref)?.({ items: message.items, end: message.end });
    this.#asked.delete(message.ref);
  }

  /** The session ended. */
  close(): void {
    for (const resolve of this.#asked.values()) resolve(undefined);
    this.#asked.clear();
  }
}
