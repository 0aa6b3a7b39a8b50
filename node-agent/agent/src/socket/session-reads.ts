/**
 * What one session reads (from the node's store back to the phone): the tags that it follows, each
 * brought up to date first, and single pages. Bounded; says no where only staff may read.
 */
import {
  bytesKey,
  type Clock,
  type NodeApi,
  type ReadBundle,
  Role,
  toBase64url,
} from '@muster/core';
import { CatchUp } from './catch-up.ts';
import type { FollowRequest, PageRequest } from './client-message.ts';
import { socketLimits } from './limits.ts';
import type { Admission } from './opening.ts';
import { readPage } from './page.ts';

/** The session, as far as reading needs it. */
export interface Reader {
  readonly admission: Admission | undefined;
  /** Calls back once the frame has left, or the socket is closed. */
  sendFrame(frame: string, onSent?: () => void): void;
  refuse(code: string, message: string, ref?: string): void;
}

export interface SessionReadsOptions {
  readonly node: NodeApi;
  readonly clock: Clock;
  /** Tags that only staff and admins may read, as keys. */
  readonly staffTags: ReadonlySet<string>;
  readonly reader: Reader;
  onFollow(tagKey: string): void;
  onUnfollow(tagKey: string): void;
}

export class SessionReads {
  readonly #options: SessionReadsOptions;
  /** Followed tags as keys, at most followsMax. */
  readonly #follows = new Map<string, CatchUp | undefined>();

  constructor(options: SessionReadsOptions) {
    this.#options = options;
  }

  follow(request: FollowRequest): void {
    if (!this.#mayRead(request.tag)) return;
    const tagKey = bytesKey(request.tag);
    const { node, clock, reader, onFollow } = this.#options;
    if (!this.#follows.has(tagKey) && this.#follows.size >= socketLimits.followsMax) {
      reader.refuse('follows-full', `at most ${socketLimits.followsMax} tags a session`);
      return;
    }
    this.#drop(tagKey);
    const send = (frame: string, onSent: () => void): void => reader.sendFrame(frame, onSent);
    const { after } = request;
    const catchUp = after && new CatchUp({ node, clock, request, send }, after);
    this.#follows.set(tagKey, catchUp);
    onFollow(tagKey);
    catchUp?.start();
  }

  unfollow(tag: Uint8Array): void {
    this.#drop(bytesKey(tag));
  }

  page(request: PageRequest): void {
    if (!this.#mayRead(request.tag, request.ref)) return;
    const { items, end } = readPage(this.#options.node, request);
    const tag = toBase64url(request.tag);
    const head = JSON.stringify({ type: 'page', ref: request.ref, tag, end });
    this.#options.reader.sendFrame(`${head.slice(0, -1)},"items":[${items.join(',')}]}`);
  }

  /** Whether a new bundle of a followed tag has to be sent now, or will be paged to. */
  wantsNow(tagKey: string, bundle: ReadBundle): boolean {
    const catchUp = this.#follows.get(tagKey);
    return this.#follows.has(tagKey) && !catchUp?.willReach(bundle.orderKey);
  }

  close(): void {
    for (const tagKey of [...this.#follows.keys()]) this.#drop(tagKey);
  }

  #drop(tagKey: string): void {
    if (!this.#follows.has(tagKey)) return;
    this.#follows.get(tagKey)?.stop();
    this.#follows.delete(tagKey);
    this.#options.onUnfollow(tagKey);
  }

  #mayRead(tag: Uint8Array, ref?: string): boolean {
    const { staffTags, reader } = this.#options;
    if (reader.admission!.role >= Role.staff || !staffTags.has(bytesKey(tag))) return true;
    reader.refuse('not-allowed', 'only staff and admins may read this', ref);
    return false;
  }
}
