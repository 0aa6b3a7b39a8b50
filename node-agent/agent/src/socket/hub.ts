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
  Role,
  type Timer,
  toBase64url,
} from '@muster/core';
import type { GuestDoor } from '../admin/guest-door.ts';
import type { GuestsWaitingFrame } from '../admin/site-view.ts';
import { Followers } from './followers.ts';
import { CloseCode, socketLimits } from './limits.ts';
import { NearbyWatchers } from './nearby-watchers.ts';
import type { Identity } from './opening.ts';
import { Presence } from './presence.ts';
import { type ClientSocket, Session, type SessionEvents } from './session.ts';
import type { StaffDesk } from './staff-desk.ts';
import { trustFrames } from './trust-frames.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface HubOptions {
  readonly node: NodeApi;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: Identity;
  readonly door: Pick<GuestDoor, 'judge'>;
  readonly desk: StaffDesk;
  /** Tags that only staff and admins may read, as keys. */
  readonly staffTags: ReadonlySet<string>;
  /** The list of channels as a frame. */
  channelsFrame(): string;
  /** Who is near as a frame. */
  nearbyFrame(): string;
}

export class Hub implements SessionEvents {
  readonly #options: HubOptions;
  readonly #sessions = new Set<Session>();
  readonly #opened = new Set<Session>();
  readonly #followers: Followers;
  readonly #presence: Presence;
  readonly #nearby: NearbyWatchers;
  readonly #room: WaitingRoom;
  /** By id of a bundle, who put it; bounded by sessionsMax times watchedPutsMax. */
  readonly #watchers = new Map<string, Set<Session>>();
  #trustFrames: readonly string[] | undefined;
  #tickTimer: Timer | undefined;
  #ticketTimer: Timer | undefined;
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
    this.#nearby = new NearbyWatchers({
      clock: options.clock,
      frame: () => options.nearbyFrame(),
    });
    this.#room = new WaitingRoom({ clock: options.clock, onChange: () => this.#tellStaff() });
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  /** Guests who wait for staff to let them in. */
  get room(): Pick<WaitingRoom, 'size' | 'decide'> {
    return this.#room;
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
    this.#room.remove(session);
    this.#nearby.remove(session);
    if (!this.#opened.delete(session)) return;
    this.#presence.changed();
    this.#options.desk.onClosed(session);
  }

  stop(): void {
    this.#stopped = true;
    for (const session of [...this.#sessions]) {
      session.close(CloseCode.goingAway, 'node stops');
      this.#sessions.delete(session);
    }
    this.#opened.clear();
    this.#room.stop();
    this.#followers.stop();
    this.#presence.stop();
    this.#nearby.stop();
    this.#tickTimer?.cancel();
    this.#ticketTimer?.cancel();
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
    this.#nearby.changed();
  }

  /** Somebody came near or went, or the radio is not as it was. */
  onNearby(): void {
    this.#nearby.changed();
  }

  onChannels(): void {
    const frame = this.#options.channelsFrame();
    for (const session of this.#opened) session.sendFrame(frame);
  }

  /** Lists or rules changed: told to all; whose ticket they end has to come again. */
  onTrust(): void {
    const { clock } = this.#options;
    this.#room.judgeAgain();
    this.#trustFrames = undefined;
    for (const session of this.#opened) {
      for (const frame of this.#trust) session.sendFrame(frame);
    }
    // A turn later, so that an admin who ends its own right still hears that it is done.
    this.#ticketTimer ??= clock.after(0, () => this.#endTickets());
  }

  onOpen(session: Session): void {
    this.#opened.add(session);
    for (const frame of this.#trust) session.sendFrame(frame);
    session.sendFrame(this.#options.channelsFrame());
    this.#presence.onOpen(session);
    if (!isStaff(session)) return;
    if (this.#room.size > 0) session.sendFrame(this.#waitingFrame());
    this.#options.desk.onOpen(session);
  }

  onWait(session: Session): void {
    this.#room.add(session);
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

  onNearbyWatch(session: Session, isWatched: boolean): void {
    if (isWatched) this.#nearby.add(session);
    else this.#nearby.remove(session);
  }

  get #trust(): readonly string[] {
    this.#trustFrames ??= trustFrames(this.#options.node.trust().documents());
    return this.#trustFrames;
  }

  #endTickets(): void {
    this.#ticketTimer = undefined;
    for (const session of [...this.#opened]) {
      const { device, ticket } = session.admission!;
      if (this.#options.node.checkTicket(ticket, device).ok) continue;
      session.close(CloseCode.ticketEnded, 'ticket ended');
    }
  }

  #tellStaff(): void {
    const frame = this.#waitingFrame();
    for (const session of this.#opened) if (isStaff(session)) session.sendFrame(frame);
  }

  #waitingFrame(): string {
    const people = this.#room.people.map(({ device, name }) => ({
      device: toBase64url(device),
      name,
    }));
    const frame: GuestsWaitingFrame = { type: 'guests-waiting', people };
    return JSON.stringify(frame);
  }

  /** Runs only while there are sessions, so that an idle node sleeps. */
  #tick(): void {
    this.#tickTimer = undefined;
    for (const session of [...this.#sessions]) session.tick();
    this.#room.tick();
    if (this.#sessions.size === 0) return;
    this.#tickTimer = this.#options.clock.after(socketLimits.tickMs, () => this.#tick());
  }
}

/** Staff see who waits; a node is no person, though its role is above theirs. */
function isStaff(session: Session): boolean {
  const role = session.admission?.role;
  return role === Role.staff || role === Role.admin;
}
