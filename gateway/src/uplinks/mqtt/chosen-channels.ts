/**
 * The channels that an upstream's admin chose, as they are on the site now: names become tags, and
 * a channel that is not there yet waits for its description. Step 6. Never another site's channel,
 * and never a private one: neither is listed.
 */
import type { ListedChannel } from '@muster/agent';
import { Crossing, fromBase64url } from '@muster/core';
import type { Passage } from '../../policy/gate.ts';
import { type CrossingWord, crossingWords } from '../settings.ts';
import type { UpstreamChannel } from './upstream-channel.ts';

export class ChosenChannels {
  readonly #chosen: ReadonlyMap<string, Crossing>;
  readonly #listed: () => readonly ListedChannel[];
  #seen: readonly ListedChannel[] | undefined;
  #channels: readonly UpstreamChannel[] = [];
  #passages: readonly Passage[] = [];

  constructor(
    chosen: Readonly<Record<string, CrossingWord>>,
    listed: () => readonly ListedChannel[],
  ) {
    const crossings = Object.entries(chosen).map(([name, word]): [string, Crossing] => [
      name,
      crossingWords[word],
    ]);
    this.#chosen = new Map(crossings);
    this.#listed = listed;
  }

  channels(): readonly UpstreamChannel[] {
    this.#look();
    return this.#channels;
  }

  /** Those that go out; the same array as long as nothing changed. */
  passages(): readonly Passage[] {
    this.#look();
    return this.#passages;
  }

  /** Chosen, but not on this site (yet). */
  missing(): readonly string[] {
    const found = new Set(this.channels().map(({ name }) => name));
    return [...this.#chosen.keys()].filter((name) => !found.has(name));
  }

  #look(): void {
    const listed = this.#listed();
    if (listed === this.#seen) return;
    this.#seen = listed;
    const found = new Map<string, UpstreamChannel>();
    for (const { name, tag: text, kind } of listed) {
      const crossing = this.#chosen.get(name);
      const tag = fromBase64url(text);
      const isOwn = kind === 'site' || kind === 'public' || kind === 'announcement';
      // Of two channels of one name the first listed is meant, as everywhere.
      if (crossing === undefined || !tag || !isOwn || found.has(name)) continue;
      found.set(name, { name, tag, crossing });
    }
    this.#channels = [...found.values()];
    this.#passages = this.#channels
      .filter(({ crossing }) => (crossing & Crossing.publish) !== 0)
      .map(({ name, tag }) => ({ tag, channel: name, bundlesPerMinute: 0, bytesPerMinute: 0 }));
  }
}
