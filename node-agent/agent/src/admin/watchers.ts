/**
 * The admins' pages that watch the site from this node: what is known goes to each at once, and
 * then on change, at most once a second; one frame is made for all. Sends nothing to anybody else.
 */
import type { Clock, ReadBundle, Timer } from '@muster/core';
import type { Session } from '../socket/session.ts';
import { frameRuns } from '../socket/wire-form.ts';
import { adminLimits } from './limits.ts';
import type { SiteFrame } from './site-view.ts';

export interface WatchersOptions {
  readonly clock: Clock;
  view(): SiteFrame;
  /** Newest first. */
  trail(): readonly ReadBundle[];
  itemOf(bundle: ReadBundle): string;
  /** Somebody watches now, or nobody any more. */
  onWatched(isWatched: boolean): void;
}

export class Watchers {
  readonly #options: WatchersOptions;
  readonly #sessions = new Set<Session>();
  #timer: Timer | undefined;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  add(session: Session): void {
    if (this.#sessions.has(session)) return;
    if (this.#sessions.size >= adminLimits.watchersMax) {
      session.refuse('watchers-full', 'as many admins watch here as may; use another node');
      return;
    }
    this.#sessions.add(session);
    session.sendFrame(JSON.stringify(this.#options.view()));
    this.#sendTrail(session);
    if (this.#sessions.size === 1) this.#options.onWatched(true);
  }

  remove(session: Session): void {
    if (!this.#sessions.delete(session) || this.#sessions.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#options.onWatched(false);
  }

  /** Costs nothing while nobody watches. */
  changed(): void {
    if (this.#sessions.size === 0 || this.#timer) return;
    const { clock } = this.#options;
    const dueMs = this.#sentAtMs + adminLimits.siteEveryMsMin;
    this.#timer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => this.#send());
  }

  onAct(bundle: ReadBundle): void {
    if (this.#sessions.size === 0) return;
    const frame = actsFrame([this.#options.itemOf(bundle)], { live: true });
    for (const session of this.#sessions) session.sendFrame(frame);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#sessions.clear();
  }

  #send(): void {
    this.#timer = undefined;
    this.#sentAtMs = this.#options.clock.monotonicMs();
    const frame = JSON.stringify(this.#options.view());
    for (const session of [...this.#sessions]) {
      // A passkey's view ends by itself; a session that closed has left already.
      if (session.mayWatch) session.sendFrame(frame);
      else this.remove(session);
    }
  }

  #sendTrail(session: Session): void {
    const items = this.#options.trail().map((bundle) => this.#options.itemOf(bundle));
    const runs = items.length > 0 ? frameRuns(items) : [[]];
    for (const [index, run] of runs.entries()) {
      session.sendFrame(actsFrame(run, { live: false, end: index === runs.length - 1 }));
    }
  }
}

function actsFrame(
  items: readonly string[],
  given: { readonly live: boolean; readonly end?: boolean },
): string {
  const end = given.end ? ',"end":true' : '';
  return `{"type":"acts","live":${given.live}${end},"items":[${items.join(',')}]}`;
}
