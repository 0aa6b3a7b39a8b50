/**
 * Somebody who reads at one agent for as long as it runs, and comes back when it does: notes how
 * long each message took, and whether one is shown twice.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { NodeSession, type ShownBundle } from '@muster/agent';
import { bundleId, type Crypto, decodeFields, decodeMessage, toHex } from '@muster/core';
import type { WrittenBook } from './written.ts';

const againMs = 500;
const pageMax = 200;

export interface ReaderOptions {
  readonly crypto: Crypto;
  readonly url: string;
  /** Number of the agent that it is at. */
  readonly agent: number;
  readonly tag: Uint8Array;
  readonly book: WrittenBook;
}

export class Reader {
  doubled = 0;
  readonly #options: ReaderOptions;
  /** One for ever: a reader's device is not another each time. */
  readonly #key;
  #session: NodeSession | undefined;
  #shown = new Set<string>();

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#key = options.crypto.keyPairFromSeed(randomBytes(32));
  }

  /** Goes on for as long as the process. */
  async run(): Promise<never> {
    for (;;) {
      this.#session = await this.#open().catch(() => undefined);
      this.#session?.follow(this.#options.tag);
      await this.#session?.closed;
      this.#session = undefined;
      await delay(againMs);
    }
  }

  /** Ids of all that the agent shows, as often as it shows them. */
  async readAll(): Promise<string[]> {
    const session = this.#session;
    if (session === undefined) return [];
    const ids: string[] = [];
    let before: Uint8Array | undefined;
    for (;;) {
      const items = await session.page(this.#options.tag, pageMax, before);
      if (items.length === 0) return ids;
      ids.push(...items.map((item) => this.#idOf(item)));
      before = items.at(-1)!.orderKey;
    }
  }

  #open(): Promise<NodeSession> {
    const { crypto, url } = this.#options;
    this.#shown = new Set();
    return NodeSession.open({
      ...{ url, crypto, key: this.#key, name: 'reader', tickets: [] },
      onBundles: (items) => {
        for (const item of items) this.#onBundle(item);
      },
    });
  }

  #onBundle(item: ShownBundle): void {
    const id = this.#idOf(item);
    if (this.#shown.has(id)) this.doubled += 1;
    this.#shown.add(id);
    const fields = decodeFields(item.signed);
    const text = fields.ok ? decodeMessage(fields.value.payload)?.text : undefined;
    const [, agent, atMs] = /^at (\d+), (\d+)/.exec(text ?? '') ?? [];
    if (agent === undefined || Number(agent) === this.#options.agent) return;
    this.#options.book.onShown(Date.now() - Number(atMs));
  }

  #idOf({ signed }: ShownBundle): string {
    return toHex(bundleId(this.#options.crypto, signed));
  }
}
