/**
 * Who follows what: hands each new bundle to the sessions that follow its tag. Bundles that come in
 * one moment (a commit, a healed cut) go out together, and every frame is made once for all.
 */
import {
  bytesKey,
  type Clock,
  type NodeApi,
  type ReadBundle,
  type Timer,
  toBase64url,
} from '@muster/core';
import type { Session } from './session.ts';
import { bundlesFrame, frameRuns, itemText } from './wire-form.ts';

interface Waiting {
  readonly bundle: ReadBundle;
  readonly item: string;
}

export class Followers {
  readonly #clock: Clock;
  readonly #node: Pick<NodeApi, 'ticket'>;
  /** Bounded by sessionsMax times followsMax; empty sets go. */
  readonly #sessions = new Map<string, Set<Session>>();
  readonly #waiting = new Map<string, Waiting[]>();
  #timer: Timer | undefined;

  constructor(clock: Clock, node: Pick<NodeApi, 'ticket'>) {
    this.#clock = clock;
    this.#node = node;
  }

  add(session: Session, tagKey: string): void {
    const sessions = this.#sessions.get(tagKey) ?? new Set();
    this.#sessions.set(tagKey, sessions.add(session));
  }

  remove(session: Session, tagKey: string): void {
    const sessions = this.#sessions.get(tagKey);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#sessions.delete(tagKey);
  }

  /** What is gathered goes out on the next turn, so it cannot pile up. */
  onBundle(bundle: ReadBundle): void {
    const tagKey = bytesKey(bundle.tag);
    if (!this.#sessions.has(tagKey)) return;
    const waiting = this.#waiting.get(tagKey) ?? [];
    waiting.push({ bundle, item: itemText(bundle, this.#node) });
    this.#waiting.set(tagKey, waiting);
    this.#timer ??= this.#clock.after(0, () => this.#flush());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    for (const [tagKey, waiting] of this.#waiting) {
      const tagText = toBase64url(waiting[0]!.bundle.tag);
      const frames = framesOf(tagText, waiting);
      for (const session of this.#sessions.get(tagKey) ?? []) {
        const wanted = waiting.filter(({ bundle }) => session.wantsNow(tagKey, bundle));
        const all = wanted.length === waiting.length;
        for (const frame of all ? frames : framesOf(tagText, wanted)) session.sendFrame(frame);
      }
    }
    this.#waiting.clear();
  }
}

function framesOf(tagText: string, waiting: readonly Waiting[]): string[] {
  const runs = frameRuns(waiting.map(({ item }) => item));
  return runs.map((items) => bundlesFrame(tagText, items, false));
}
