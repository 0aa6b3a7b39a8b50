/**
 * One link for each neighbour, however many connections race, and the cheapest. One side decides:
 * the node with the lower key opens the stream, on the connection that it picks; the other waits
 * for it. So both always mean the same connection, and the rest are closed unseen. A second
 * connection of the same medium is a race or a reconnect: the link must prove that it lives, else
 * it gives way. It gives way to another machine in any case: by the hellos the core tells whether a
 * card was copied. A cheaper connection takes over while the dearer link still stands; a dearer one
 * is taken only beside a link in doubt. Step 4 of a message's way. It never dials.
 */
import type { Connection, Stream } from '@libp2p/interface';
import {
  bytesKey,
  type Clock,
  type ConnectedPeer,
  compareBytes,
  type Link,
  type Logger,
  shortId,
} from '@muster/core';
import { connectionLimits, dialLimits, silenceLimits, strangerReasons } from './constants.ts';
import { Handover } from './handover.ts';
import { doubtMs, type LinkMedia, socketMedium } from './link-medium.ts';
import { nodeKeyOf } from './peer-key.ts';
import { isElsewhere, type LinkPlace, PeerLinks, type StandingLink } from './peer-links.ts';
import { StreamLink, shut } from './stream-link.ts';

export interface LinkKeeperOptions {
  readonly ownKey: Uint8Array;
  /** What the streams are opened for. */
  readonly protocol: string;
  readonly media: LinkMedia;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onLink: (link: Link) => void;
  /** `peers()` is not what it was. */
  readonly onPeers: () => void;
  /** The last connection with this node is gone, or the last one over sockets. */
  readonly onAbsent: (nodeKey: Uint8Array, wasWelcome: boolean) => void;
  /** Whoever came with this connection was no good neighbour. */
  readonly onStranger: (connection: Connection) => void;
}

export class LinkKeeper {
  readonly #options: LinkKeeperOptions;
  /** Bounded by the connections, which libp2p and the gate bound. */
  readonly #peers = new Map<string, PeerLinks>();
  readonly #links = new Map<StreamLink, StandingLink>();
  readonly #handover: Handover;
  #stopped = false;
  readonly #past = { framesSent: 0, framesReceived: 0, bytesSent: 0, bytesReceived: 0 };
  readonly counts = { linksOpened: 0, linksClosed: 0, duplicates: 0, refused: 0 };

  constructor(options: LinkKeeperOptions) {
    this.#options = options;
    this.#handover = new Handover(options.clock);
  }

  /** Links that were closed for a better one of another medium. */
  get handovers(): number {
    return this.#handover.count;
  }

  get peerCount(): number {
    return this.#peers.size;
  }

  /** One for each neighbour. */
  peers(): ConnectedPeer[] {
    return [...this.#peers.values()].flatMap((peer) => peer.status() ?? []);
  }

  standing(): StandingLink[] {
    return [...this.#links.values()];
  }

  /** Whether a connection over sockets exists. */
  connected(nodeKey: Uint8Array): boolean {
    return (this.#peers.get(bytesKey(nodeKey))?.connectionsOn(socketMedium) ?? 0) > 0;
  }

  /** So long this neighbour stays where it is: milliseconds before it is to be dialled. */
  heldMs(nodeKey: Uint8Array): number {
    return this.#peers.get(bytesKey(nodeKey))?.heldMs(socketMedium) ?? 0;
  }

  /** Frames and bytes of all links so far, framing included. */
  traffic(): Readonly<StreamLink['counts']> {
    const sum = { ...this.#past };
    for (const link of this.#links.keys()) addCounts(sum, link.counts);
    return sum;
  }

  /** Every connection that finished its handshake, of either direction. */
  addConnection(connection: Connection): void {
    const nodeKey = nodeKeyOf(connection.remotePeer);
    if (nodeKey === undefined || this.#stopped) {
      void shut(connection);
      return;
    }
    const peer = this.#peerFor(nodeKey);
    const medium = this.#options.media.of(connection);
    peer.connections.set(connection, medium);
    const late = this.#options.clock.after(doubtMs(medium), () => {
      peer.late.add(connection);
      this.#options.onPeers();
    });
    connection.addEventListener('close', () => late.cancel());
    connection.addEventListener('close', () => this.#gone(peer, connection));
    if (connection.status !== 'open') this.#gone(peer, connection);
    else if (peer.connectionsOn(medium) > connectionLimits.perPeerMax) this.#drop(peer, connection);
    else if (peer.weDecide) void this.#decide(peer, connection);
    else this.#awaitStream(peer, connection);
    this.#options.onPeers();
  }

  /** A stream that the peer opened. */
  addStream(stream: Stream, connection: Connection): void {
    const nodeKey = nodeKeyOf(connection.remotePeer);
    const peer = nodeKey && this.#peers.get(bytesKey(nodeKey));
    const place = peer?.place(this.#options.media.of(connection));
    const room = place?.link !== undefined || this.#links.size < connectionLimits.linksMax;
    if (peer === undefined || place === undefined || peer.weDecide || this.#stopped || !room) {
      this.counts.refused += 1;
      stream.abort(new Error('refused'));
      return;
    }
    const given = this.#handover.giveWay(peer, place.medium);
    void given.then(() => this.#adopt(peer, connection, stream));
  }

  stop(): void {
    this.#stopped = true;
    for (const link of this.#links.keys()) link.close('stopped');
  }

  #peerFor(nodeKey: Uint8Array): PeerLinks {
    const name = bytesKey(nodeKey);
    let peer = this.#peers.get(name);
    if (peer === undefined) {
      const { ownKey, clock } = this.#options;
      peer = new PeerLinks(nodeKey, compareBytes(ownKey, nodeKey) < 0, clock);
      this.#peers.set(name, peer);
    }
    return peer;
  }

  /** One connection of a medium at a time, and one that waits. */
  async #decide(peer: PeerLinks, connection: Connection): Promise<void> {
    const place = peer.place(this.#options.media.of(connection));
    if (place.deciding !== undefined) {
      if (place.challenged) {
        this.#drop(peer, connection);
        return;
      }
      place.challenged = true;
      while (place.deciding !== undefined) await place.deciding;
      place.challenged = false;
    }
    const decided = Promise.withResolvers<void>();
    place.deciding = decided.promise;
    if (await this.#isWanted(peer, place, connection)) await this.#open(peer, place, connection);
    else this.#drop(peer, connection);
    place.deciding = undefined;
    decided.resolve();
  }

  async #isWanted(peer: PeerLinks, place: LinkPlace, connection: Connection): Promise<boolean> {
    if (peer.heldMs(place.medium) > 0) return false;
    if (isStanding(place)) {
      const isAlive = await place.link.prove();
      if (isStanding(place) && isAlive && !isElsewhere(place, connection)) return false;
    }
    for (const cheaper of peer.cheaper(place.medium)) {
      await this.#soon(cheaper.deciding);
      const { link } = cheaper;
      if (link !== undefined && !link.isDoubtful && (await link.prove())) return false;
    }
    return connection.status === 'open' && !this.#stopped;
  }

  /** A connection that died before its link stood must not keep the dearer one waiting. */
  async #soon(deciding: Promise<void> | undefined): Promise<void> {
    if (deciding === undefined) return;
    const late = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(silenceLimits.proveMs, late.resolve);
    await Promise.race([deciding, late.promise]);
    timer.cancel();
  }

  async #open(peer: PeerLinks, place: LinkPlace, connection: Connection): Promise<void> {
    place.link?.close('replaced');
    if (this.#links.size >= connectionLimits.linksMax) {
      this.counts.refused += 1;
      void shut(connection);
      return;
    }
    const { protocol, clock } = this.#options;
    const attempt = new AbortController();
    const timer = clock.after(place.medium.streamWaitMs, () => attempt.abort());
    // It fails when the peer is not one of us, or gone already.
    const stream = await connection
      .newStream(protocol, { signal: attempt.signal })
      .catch(() => undefined);
    timer.cancel();
    if (stream === undefined) void shut(connection);
    else this.#adopt(peer, connection, stream);
  }

  #awaitStream(peer: PeerLinks, connection: Connection): void {
    const place = peer.place(this.#options.media.of(connection));
    const timer = this.#options.clock.after(place.medium.streamWaitMs, () => {
      if (place.carrier === connection) return;
      if (place.link === undefined) this.#noteStranger(connection);
      void shut(connection);
    });
    connection.addEventListener('close', () => timer.cancel());
  }

  #adopt(peer: PeerLinks, connection: Connection, stream: Stream): void {
    if (this.#stopped || connection.status !== 'open') {
      void shut(connection);
      return;
    }
    const { clock, logger, media } = this.#options;
    const medium = media.of(connection);
    const place = peer.place(medium);
    if (place.link !== undefined) {
      place.link.close('replaced');
      // Behind the old link's onClose, which is queued already.
      queueMicrotask(() => this.#adopt(peer, connection, stream));
      return;
    }
    const parts = connection.remoteAddr.getComponents();
    const link = new StreamLink({
      connection,
      stream,
      medium,
      clock,
      peerKey: peer.nodeKey,
      // Whoever dialled, not whoever opens the stream: a caller has to say who it is first.
      initiator: connection.direction === 'outbound',
      askAlways: medium !== socketMedium || parts.some((part) => part.name === 'ws'),
      onDoubt: () => this.#changed(peer),
      onLeft: () => this.#handover.follow(peer, medium),
      onClosed: (closed, reason) => {
        this.#closed(peer, closed, reason);
        if (strangerReasons.has(reason)) this.#noteStranger(connection);
      },
    });
    place.link = link;
    place.carrier = connection;
    this.#links.set(link, place as StandingLink);
    this.counts.linksOpened += 1;
    const { direction } = connection;
    const fields = { peer: shortId(peer.nodeKey), medium: medium.name, direction };
    logger.info('link-opened', fields);
    link.open();
    this.#options.onLink(link);
    this.#changed(peer);
  }

  #changed(peer: PeerLinks): void {
    this.#handover.review(peer);
    this.#options.onPeers();
  }

  #closed(peer: PeerLinks, link: StreamLink, reason: string): void {
    const { medium } = this.#links.get(link)!;
    const livedMs = this.#options.clock.monotonicMs() - link.openedMs;
    const place = peer.place(medium);
    if (medium === socketMedium) peer.wasWelcome = livedMs >= dialLimits.welcomeMs;
    if (place.link === link) {
      peer.leaves(place.carrier!);
      place.link = undefined;
      place.carrier = undefined;
    }
    peer.lost(medium, livedMs);
    if (reason === 'connection-lost' || reason === 'silent') this.#handover.lost(peer, medium);
    this.#links.delete(link);
    addCounts(this.#past, link.counts);
    this.counts.linksClosed += 1;
    const fields = { peer: shortId(peer.nodeKey), medium: medium.name, reason };
    this.#options.logger.info('link-closed', { ...fields, livedMs: Math.round(livedMs) });
    this.#changed(peer);
  }

  /** Whom we dialled ourselves has not knocked; the dial plan backs off by itself. */
  #noteStranger(connection: Connection): void {
    if (connection.direction === 'inbound') this.#options.onStranger(connection);
  }

  #drop(peer: PeerLinks, connection: Connection): void {
    this.counts.duplicates += 1;
    peer.leaves(connection);
    void shut(connection);
  }

  #gone(peer: PeerLinks, connection: Connection): void {
    const medium = peer.connections.get(connection);
    if (medium === undefined) return;
    peer.connections.delete(connection);
    if (peer.connections.size === 0) this.#peers.delete(bytesKey(peer.nodeKey));
    const isLast = medium === socketMedium && peer.connectionsOn(medium) === 0;
    if (this.#stopped) return;
    this.#options.onPeers();
    if (isLast || peer.connections.size === 0)
      this.#options.onAbsent(peer.nodeKey, peer.wasWelcome);
  }
}

function isStanding(place: LinkPlace): place is StandingLink {
  return place.link !== undefined;
}

type Counts = StreamLink['counts'];

function addCounts(sum: Counts, counts: Counts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
}
