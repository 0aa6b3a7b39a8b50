/**
 * What one gateway follows on the relay (step 6 of a message's way): a feed for each site, with the
 * tags that both sites' policies let through. The gateway is told which those are, and its place in
 * each feed.
 */
import { bytesKey, type Clock, type Crypto } from '@muster/core';
import type { BundleSender } from '../relay-link/bundle-sender.ts';
import { type FollowedSite, MessageType, type RelayMessage } from '../relay-link/message.ts';
import { Feed } from './feed.ts';
import type { SiteHome } from './site-home.ts';

export interface FeedsOptions {
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** The reader's own site. */
  readonly reader: SiteHome;
  readonly sender: BundleSender;
  homeOf(site: Uint8Array): SiteHome | undefined;
  /** Those of the tags that may flow from one site to another. */
  consented(from: SiteHome, to: SiteHome, tags: readonly Uint8Array[]): readonly Uint8Array[];
  /** Whether the reader has a bundle anyway. */
  known(id: Uint8Array): boolean;
  tell(message: RelayMessage): void;
}

interface RunningFeed {
  readonly home: SiteHome;
  readonly feed: Feed;
  /** What the reader was told last. */
  told: string | undefined;
}

export class Feeds {
  readonly #options: FeedsOptions;
  #followed: readonly FollowedSite[] = [];
  /** By site id. */
  readonly #running = new Map<string, RunningFeed>();

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  /** In place of what was followed so far: each feed begins at the token that came with it. */
  follow(sites: readonly FollowedSite[]): void {
    this.stop();
    this.#followed = sites;
    this.refresh();
  }

  /** Policies, admissions or homes changed: what may flow is looked at again. */
  refresh(): void {
    const gone = new Set(this.#running.keys());
    for (const followed of this.#followed) {
      const home = this.#options.homeOf(followed.site);
      if (!home) continue;
      gone.delete(bytesKey(followed.site));
      this.#flow(followed, home);
    }
    for (const key of gone) this.#end(key);
  }

  follows(site: Uint8Array): boolean {
    return this.#running.has(bytesKey(site));
  }

  /** A site has new bundles. */
  pump(site: Uint8Array): void {
    this.#running.get(bytesKey(site))?.feed.pump();
  }

  flows({ site, tag }: { readonly site: Uint8Array; readonly tag: Uint8Array }): boolean {
    return this.#running.get(bytesKey(site))?.feed.flows(tag) ?? false;
  }

  stop(): void {
    this.#followed = [];
    for (const key of this.#running.keys()) this.#end(key);
  }

  #flow({ site, tags, token }: FollowedSite, home: SiteHome): void {
    const key = bytesKey(site);
    // It may have been closed and opened with another quota.
    if (this.#running.get(key)?.home !== home) this.#end(key);
    const running = this.#running.get(key) ?? this.#begin(site, home, token);
    const flowing = this.#options.consented(home, this.#options.reader, tags);
    const told = flowing.map(bytesKey).join();
    if (told !== running.told) {
      this.#options.tell({ type: MessageType.flowing, site, tags: flowing });
    }
    running.told = told;
    running.feed.flow(flowing);
  }

  #begin(site: Uint8Array, home: SiteHome, token: Uint8Array): RunningFeed {
    const { tell } = this.#options;
    const feed = new Feed({
      ...this.#options,
      home,
      token,
      onMark: (mark) => tell({ type: MessageType.mark, site, token: mark }),
    });
    const running = { home, feed, told: undefined };
    this.#running.set(bytesKey(site), running);
    return running;
  }

  #end(key: string): void {
    this.#running.get(key)?.feed.stop();
    this.#running.delete(key);
  }
}
