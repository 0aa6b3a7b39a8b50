/**
 * Brings one session what it follows of one site (step 6 of a message's way): the bundles of the
 * tags that may flow, in the order in which they arrived, urgent first. The reader's place moves
 * only behind what it has settled.
 */
import {
  bytesKey,
  type Clock,
  type Crypto,
  equalBytes,
  type Lane,
  lanes,
  type ReadBundle,
  type Timer,
} from '@muster/core';
import type { BundleSender } from '../relay-link/bundle-sender.ts';
import { decodeToken, encodeToken, viewOf } from './feed-token.ts';
import { feedLimits } from './limits.ts';
import type { SiteHome } from './site-home.ts';

export interface FeedOptions {
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly home: SiteHome;
  readonly sender: BundleSender;
  /** The reader's last mark; empty at first. */
  readonly token: Uint8Array;
  /** Whether the reader has it anyway. */
  known(id: Uint8Array): boolean;
  onMark(token: Uint8Array): void;
}

interface LanePlace {
  /** Rows up to this were looked at. */
  scanned: number;
  /** Rows that are offered or are to be again, ascending. */
  readonly open: Map<number, Uint8Array>;
}

export class Feed {
  readonly #options: FeedOptions;
  #tags: ReadonlySet<string> = new Set();
  #view: Uint8Array | undefined;
  #places: readonly LanePlace[] = [];
  #token: Uint8Array;
  #markTimer: Timer | undefined;
  #pumpTimer: Timer | undefined;
  readonly #laterTimers = new Set<Timer>();

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#token = options.token;
  }

  /** The tags that may flow now. Others than before: everything is looked at again. */
  flow(tags: readonly Uint8Array[]): void {
    const { crypto, home } = this.#options;
    const view = viewOf(crypto, home.incarnation, tags);
    if (this.#view && equalBytes(view, this.#view)) return;
    this.#view = view;
    this.#tags = new Set(tags.map(bytesKey));
    const rows = decodeToken(view, this.#token);
    this.#places = rows.map((row) => ({ scanned: row, open: new Map() }));
    this.pump();
  }

  flows(tag: Uint8Array): boolean {
    return this.#tags.has(bytesKey(tag));
  }

  /** Offers what there is, within the window and this turn's share. */
  pump(): void {
    if (this.#tags.size === 0) return;
    let rowsLeft: number = feedLimits.rowsPerTurn;
    for (const lane of lanes) {
      const place = this.#places[lane]!;
      while (place.open.size < feedLimits.unsettledMax) {
        if (rowsLeft <= 0) {
          this.#pumpSoon();
          return;
        }
        const read = this.#options.home.after(place.scanned, lane, feedLimits.rowsPerRead);
        if (read.length === 0) break;
        rowsLeft -= read.length;
        for (const bundle of read) this.#pass(place, bundle);
      }
    }
    this.#markSoon();
  }

  stop(): void {
    this.#tags = new Set();
    this.#markTimer?.cancel();
    this.#pumpTimer?.cancel();
    for (const timer of this.#laterTimers) timer.cancel();
  }

  #pass(place: LanePlace, { row, id, tag, lane }: ReadBundle): void {
    place.scanned = row;
    if (!this.flows(tag) || this.#options.known(id)) return;
    place.open.set(row, id);
    this.#offer(place, row, lane);
  }

  #offer(place: LanePlace, row: number, lane: Lane): void {
    if (!this.#isCurrent(place, lane)) return;
    const id = place.open.get(row)!;
    const load = () => this.#options.home.carried(id);
    this.#options.sender.offer({ id, lane, load }, (settlement) => {
      if (!this.#isCurrent(place, lane)) return;
      if (settlement.outcome === 'later') {
        this.#after(feedLimits.laterMs, () => this.#offer(place, row, lane));
        return;
      }
      place.open.delete(row);
      this.#markSoon();
      if (place.open.size <= feedLimits.unsettledMax / 2) this.#pumpSoon();
    });
  }

  /** False for a place of an earlier view, and once stopped. */
  #isCurrent(place: LanePlace, lane: Lane): boolean {
    return this.#places[lane] === place && this.#tags.size > 0;
  }

  #after(delayMs: number, run: () => void): void {
    const timer = this.#options.clock.after(delayMs, () => {
      this.#laterTimers.delete(timer);
      run();
    });
    this.#laterTimers.add(timer);
  }

  #pumpSoon(): void {
    this.#pumpTimer ??= this.#options.clock.after(0, () => {
      this.#pumpTimer = undefined;
      this.pump();
    });
  }

  #markSoon(): void {
    this.#markTimer ??= this.#options.clock.after(feedLimits.markMs, () => {
      this.#markTimer = undefined;
      const rows = this.#places.map(({ scanned, open }) => {
        const [lowest] = open.keys();
        return lowest === undefined ? scanned : lowest - 1;
      });
      const token = encodeToken(this.#view!, rows);
      if (equalBytes(token, this.#token)) return;
      this.#token = token;
      this.#options.onMark(token);
    });
  }
}
