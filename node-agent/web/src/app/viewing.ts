/**
 * The channel that the reader looks at: what of it is on view, how it goes on when the reader
 * scrolls back, and up to where it was read.
 */
import { toHex } from '@muster/core';
import { batch } from '@preact/signals';
import type { Channels } from '../channels/channels.ts';
import { ChannelView } from '../inbox/channel-view.ts';
import type { Placed, Taken } from '../inbox/inbox.ts';
import { webLimits } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import type { ChannelRecord } from '../storage/records.ts';
import type { Overview } from './overview.ts';
import type { TakenPage } from './reader.ts';
import type { ViewModel } from './view-model.ts';

export interface ViewingParts {
  readonly db: Database;
  readonly model: ViewModel;
  readonly channels: Channels;
  readonly overview: Overview;
  /** A page of a channel before an order key in hex; undefined without a session. */
  fetch(tag: Uint8Array, beforeHex: string | undefined): Promise<TakenPage | undefined>;
  /** Has the node send everything that this phone lacks of a channel. */
  complete(tag: Uint8Array): Promise<void>;
}

export class Viewing {
  readonly #parts: ViewingParts;
  #view: ChannelView | undefined;

  constructor(parts: ViewingParts) {
    this.#parts = parts;
  }

  /** Puts a channel on view, or none. */
  async show(tagHex: string | undefined): Promise<void> {
    const { model, db } = this.#parts;
    if (this.#view?.tagHex === tagHex) return;
    const view =
      tagHex === undefined
        ? undefined
        : new ChannelView(tagHex, db, () => {
            if (this.#view === view) model.rows.value = view?.rows ?? [];
          });
    this.#view = view;
    batch(() => {
      model.rows.value = [];
      model.heard.value = [];
      model.older.value = 'more';
      model.open.value = tagHex;
    });
    await view?.extend(this.#channel?.floor ?? '', webLimits.rowsAtFirst);
    await this.#complete();
  }

  /** A session is open. */
  async onSession(): Promise<void> {
    if (this.#parts.model.older.value === 'offline') this.#parts.model.older.value = 'more';
    await this.#complete();
  }

  /** A channel is known further back, or for the first time. */
  async onFloor(tagHex: string): Promise<void> {
    if (this.#view?.tagHex !== tagHex) return;
    await this.#view.extend(this.#channel?.floor ?? '', webLimits.rowsStep);
    await this.#complete();
  }

  add(taken: Taken): void {
    if (this.#view?.tagHex !== taken.tagHex) return;
    this.#view.add([...taken.changed, ...taken.fresh]);
  }

  /** News that screen readers should tell. */
  hear(tagHex: string, news: readonly Placed[]): void {
    if (this.#view?.tagHex === tagHex && news.length > 0) this.#parts.model.heard.value = news;
  }

  /** The reader scrolled to the oldest row: first what is kept, then what the node holds. */
  async older(): Promise<void> {
    const { older } = this.#parts.model;
    const view = this.#view;
    if (!view || older.value === 'loading' || older.value === 'end') return;
    older.value = 'loading';
    // A database that fails is no reason to say "loading" for ever.
    const became = await this.#goBack(view).catch(() => 'offline' as const);
    if (this.#view === view) older.value = became;
  }

  async #goBack(view: ChannelView): Promise<'more' | 'end' | 'offline'> {
    const { connection } = this.#parts.model;
    const channel = this.#channel;
    // The first page of a channel comes by itself.
    if (channel?.floor === undefined) {
      return connection.value.kind === 'connected' ? 'more' : 'offline';
    }
    const { floor, tag } = channel;
    if (!view.hasRoom || (floor === '' && view.reaches(''))) return 'end';
    if (!view.reaches(floor)) {
      await view.extend(floor, webLimits.rowsStep);
      return 'more';
    }
    return (await this.#parts.fetch(tag, floor)) ? 'more' : 'offline';
  }

  /** The reader has seen the newest message of the channel on view. */
  async markRead(): Promise<void> {
    const channel = this.#channel;
    const newest = this.#view?.rows.at(-1)?.orderHex;
    if (!channel || newest === undefined) return;
    const tagHex = toHex(channel.tag);
    this.#parts.overview.setUnread(tagHex, 0);
    if (newest <= channel.readUpTo) return;
    await this.#parts.channels.change(tagHex, { readUpTo: newest });
  }

  get #channel(): ChannelRecord | undefined {
    return this.#view && this.#parts.channels.joined.get(this.#view.tagHex);
  }

  async #complete(): Promise<void> {
    const channel = this.#channel;
    if (channel) await this.#parts.complete(channel.tag);
  }
}
