/**
 * All sessions of this node together: who follows what, who is here, who waits to hear that more
 * nodes hold a bundle. It passes the node's events on to them and looks at their time. Never reads
 * a frame itself.
 */
import {
  bytesKey,
  type Clock,
  type Crypto,
  type NodeApi,
  type Random,
  type ReadBundle,
  type Timer,
} from '@muster/core';
import { Followers } from './followers.ts';
import { CloseCode, socketLimits } from './limits.ts';
import type { Identity } from './opening.ts';
import { Presence } from './presence.ts';
import { type ClientSocket, Session, type SessionEvents } from './session.ts';

export interface HubOptions {
  readonly node: NodeApi;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: Identity;
  /** The list of channels as a frame. */
  channelsFrame(): string;
}

export class Hub implements SessionEvents {
  readonly #options: HubOptions;
  readonly #sessions = new Set<Session>();
  readonly #opened = new Set<Session>();
  readonly #followers: Followers;
  readonly #presence: Presence;
  /** By id of a bundle, who put it; bounded by sessionsMax times watchedPutsMax. */
  readonly #watchers = new Map<string, Set<Session>>();
  #tickTimer: Timer | undefined;
  #stopped = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#followers = new Followers(options.clock, options.node);
    this.#presence = new Presence({
      clock: options.clock,
      neighbours: () =>
        options.node.status().neighbours.filter(({ state }) => state !== 'greeting').length,
      sessions: () => this.#opened,
    });
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  /** Starts a session on a socket, unless there are as many as there may be, or the node stops. */
  add(socket: ClientSocket): Session | undefined {
    if (this.#stopped || this.#sessions.size >= socketLimits.sessionsMax) return undefined;
    const session = new Session({ ...this.#options, socket, events: this });
    this.#sessions.add(session);
    this.#tickTimer ??= this.#options.clock.after(socketLimits.tickMs, () => this.#tick());
    session.start();
    return session;
  }

  remove(session: Session): void {
    session.onClosed();
    this.#sessions.delete(session);
    if (this.#opened.delete(session)) this.#presence.changed();
  }

  stop(): void {
    this.#stopped = true;
    for (const session of [...this.#sessions]) {
      session.close(CloseCode.goingAway, 'node stops');
      this.#sessions.delete(session);
    }
    this.#opened.clear();
    this.#followers.stop();
    this.#presence.stop();
    this.#tickTimer?.cancel();
    this.#tickTimer = undefined;
  }

  onBundle(bundle: ReadBundle): void {
    this.#followers.onBundle(bundle);
  }

  onHeld(id: Uint8Array, nodes: number): void {
    for (const session of this.#watchers.get(bytesKey(id)) ?? []) session.onHeld(id, nodes);
  }

  onNeighbours(): void {
    this.#presence.changed();
  }

  onChannels(): void {
    const frame = this.#options.channelsFrame();
    for (const session of this.#opened) session.sendFrame(frame);
  }

  onOpen(session: Session): void {
    this.#opened.add(session);
    session.sendFrame(this.#options.channelsFrame());
    this.#presence.onOpen(session);
  }

  onFollow(session: Session, tagKey: string): void {
    this.#followers.add(session, tagKey);
  }

  onUnfollow(session: Session, tagKey: string): void {
    this.#followers.remove(session, tagKey);
  }

  onPut(session: Session, idKey: string): void {
    const watchers = this.#watchers.get(idKey) ?? new Set();
    this.#watchers.set(idKey, watchers.add(session));
  }

  onForget(session: Session, idKey: string): void {
    const watchers = this.#watchers.get(idKey);
    watchers?.delete(session);
    if (watchers?.size === 0) this.#watchers.delete(idKey);
  }

  /** Runs only while there are sessions, so that an idle node sleeps. */
  #tick(): void {
    this.#tickTimer = undefined;
    for (const session of [...this.#sessions]) session.tick();
    if (this.#sessions.size === 0) return;
    this.#tickTimer = this.#options.clock.after(socketLimits.tickMs, () => this.#tick());
  }
}
