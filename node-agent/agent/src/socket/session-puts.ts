/**
 * What one session writes: hands its bundles to the node, answers once they are on disk or says why
 * not, and remembers the last of them, so that the client hears which further nodes hold them.
 * Steps 1 to 3; judges no bundle itself.
 */
import { bytesKey, type NodeApi, type PutAnswer, retryLater, roleLimits } from '@muster/core';
import type { ActRequest } from './admin-message.ts';
import type { PutRequest } from './client-message.ts';
import { dropTexts } from './drop-text.ts';
import { socketLimits } from './limits.ts';
import type { Admission } from './opening.ts';

export interface SessionPutsOptions {
  readonly node: Pick<NodeApi, 'put'>;
  onAnswer(ref: string, answer: PutAnswer, text: PutText): void;
  /** The session wants to hear which further nodes hold this one; or no more. */
  onWatch(idKey: string): void;
  onForget(idKey: string): void;
}

/** What the client is told beside the answer. */
export interface PutText {
  readonly retry: boolean;
  readonly retryAfterMs?: number;
  readonly message: string;
}

export class SessionPuts {
  readonly #options: SessionPutsOptions;
  /** Oldest first; at most watchedPutsMax. */
  readonly #watched = new Set<string>();
  #pending = 0;
  #isClosed = false;

  constructor(options: SessionPutsOptions) {
    this.#options = options;
  }

  put(request: PutRequest | ActRequest, { ticket, role }: Admission): void {
    const { ref, signed, signature, ageMs } = request;
    const answer = (given: PutAnswer): void => {
      if (given.ok) this.#watch(bytesKey(given.id));
      this.#options.onAnswer(ref, given, textOf(given, role));
    };
    if (this.#pending >= socketLimits.pendingPutsMax) {
      answer({ ok: false, reason: 'busy' });
      return;
    }
    this.#pending += 1;
    const carried = { signed, signature, ageMs, hops: 0, ticket: request.ticket ?? ticket };
    this.#options.node.put(carried, (given) => {
      this.#pending -= 1;
      if (!this.#isClosed) answer(given);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const idKey of this.#watched) this.#options.onForget(idKey);
    this.#watched.clear();
  }

  #watch(idKey: string): void {
    if (this.#watched.has(idKey)) return;
    if (this.#watched.size >= socketLimits.watchedPutsMax) {
      const [oldest] = this.#watched;
      this.#watched.delete(oldest!);
      this.#options.onForget(oldest!);
    }
    this.#watched.add(idKey);
    this.#options.onWatch(idKey);
  }
}

function textOf(answer: PutAnswer, role: Admission['role']): PutText {
  if (answer.ok) return { retry: false, message: '' };
  const { reason } = answer;
  const retryAfterMs = Math.ceil(60_000 / roleLimits[role].bundlesPerMinute);
  return {
    retry: retryLater.has(reason),
    ...(reason === 'quota-author' ? { retryAfterMs } : {}),
    message: dropTexts[reason],
  };
}
