/**
 * Exactly one link for each neighbour, however many connections race. One side decides: the node
 * with the lower key opens the stream, on the connection that it picks; the other waits for it. So
 * both always mean the same connection, and the rest are closed unseen. A second connection while a
 * link exists is a race or a reconnect: the link must prove that it lives, else it gives way. It
 * gives way to another machine in any case: by the hellos the core tells whether a card was copied.
 * Step 4 of a message's way. It never dials.
 */
import type { Connection, Stream } from '@libp2p/interface';
import { bytesKey, type Clock, compareBytes, type Link, type Logger, shortId } from '@muster/core';
import { connectionLimits, dialLimits, strangerReasons } from './constants.ts';
import { nodeKeyOf } from './peer-key.ts';
import { hostOf } from './quiet-node.ts';
import { StreamLink, shut } from './stream-link.ts';

export interface LinkKeeperOptions {
  readonly ownKey: Uint8Array;
  /** What the streams are opened for. */
  readonly protocol: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onLink: (link: Link) => void;
  /** The last connection with this node is gone. */
  readonly onAbsent: (nodeKey: Uint8Array, stable: boolean) => void;
  /** Whoever came with this connection was no good neighbour. */
  readonly onStranger: (connection: Connection) => void;
}

interface Peer {
  readonly nodeKey: Uint8Array;
  /** We have the lower key: we open the stream. */
  readonly weDecide: boolean;
  readonly connections: Set<Connection>;
  link: StreamLink | undefined;
  /** The connection that the link runs on. */
  carrier: Connection | undefined;
  opening: Promise<void> | undefined;
  challenged: boolean;
  /** A link with this peer lived long enough. */
  stable: boolean;
}

export class LinkKeeper {
  readonly #options: LinkKeeperOptions;
  /** Bounded by the connections, which libp2p and the gater bound. */
  readonly #peers = new Map<string, Peer>();
  readonly #links = new Set<StreamLink>();
  #stopped = false;
  readonly #past = { framesSent: 0, framesReceived: 0, bytesSent: 0, bytesReceived: 0 };
  readonly counts = { linksOpened: 0, linksClosed: 0, duplicates: 0, refused: 0 };

  constructor(options: LinkKeeperOptions) {
    this.#options = options;
  }

  get linkCount(): number {
    return this.#links.size;
  }

  get peerCount(): number {
    return this.#peers.size;
  }

  connected(nodeKey: Uint8Array): boolean {
    return this.#peers.has(bytesKey(nodeKey));
  }

  /** Frames and bytes of all links so far, framing included. */
  traffic(): Readonly<StreamLink['counts']> {
    const sum = { ...this.#past };
    for (const link of this.#links) addCounts(sum, link.counts);
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
    peer.connections.add(connection);
    connection.addEventListener('close', () => this.#gone(peer, connection));
    if (connection.status !== 'open') this.#gone(peer, connection);
    else if (peer.connections.size > connectionLimits.perPeerMax) this.#drop(connection);
    else if (peer.weDecide) void this.#decide(peer, connection);
    else this.#awaitStream(peer, connection);
  }

  /** A stream that the peer opened. */
  addStream(stream: Stream, connection: Connection): void {
    const nodeKey = nodeKeyOf(connection.remotePeer);
    const peer = nodeKey && this.#peers.get(bytesKey(nodeKey));
    const room = peer?.link !== undefined || this.#links.size < connectionLimits.linksMax;
    if (peer === undefined || peer.weDecide || this.#stopped || !room) {
      this.counts.refused += 1;
      stream.abort(new Error('refused'));
      return;
    }
    peer.link?.close('replaced');
    // Behind the old link's onClose, which is queued already.
    queueMicrotask(() => this.#adopt(peer, connection, stream));
  }

  stop(): void {
    this.#stopped = true;
    for (const link of this.#links) link.close('stopped');
  }

  #peerFor(nodeKey: Uint8Array): Peer {
    const name = bytesKey(nodeKey);
    let peer = this.#peers.get(name);
    if (peer === undefined) {
      peer = {
        nodeKey,
        weDecide: compareBytes(this.#options.ownKey, nodeKey) < 0,
        connections: new Set(),
        link: undefined,
        carrier: undefined,
        opening: undefined,
        challenged: false,
        stable: false,
      };
      this.#peers.set(name, peer);
    }
    return peer;
  }

  async #decide(peer: Peer, connection: Connection): Promise<void> {
    if (peer.link === undefined && peer.opening === undefined) {
      await this.#open(peer, connection);
      return;
    }
    if (peer.challenged) {
      this.#drop(connection);
      return;
    }
    peer.challenged = true;
    await peer.opening;
    const alive = peer.link !== undefined && (await peer.link.prove());
    peer.challenged = false;
    const { carrier } = peer;
    const isElsewhere = carrier !== undefined && hostOf(carrier) !== hostOf(connection);
    if ((alive && !isElsewhere) || connection.status !== 'open' || this.#stopped) {
      this.#drop(connection);
      return;
    }
    peer.link?.close('replaced');
    await this.#open(peer, connection);
  }

  async #open(peer: Peer, connection: Connection): Promise<void> {
    if (this.#links.size >= connectionLimits.linksMax) {
      this.counts.refused += 1;
      void shut(connection);
      return;
    }
    const opened = Promise.withResolvers<void>();
    peer.opening = opened.promise;
    const signal = AbortSignal.timeout(connectionLimits.streamWaitMs);
    // It fails when the peer is not one of us, or gone already.
    const { protocol } = this.#options;
    const stream = await connection.newStream(protocol, { signal }).catch(() => undefined);
    peer.opening = undefined;
    opened.resolve();
    if (stream === undefined) void shut(connection);
    else this.#adopt(peer, connection, stream);
  }

  #awaitStream(peer: Peer, connection: Connection): void {
    const timer = this.#options.clock.after(connectionLimits.streamWaitMs, () => {
      if (peer.carrier === connection) return;
      if (peer.link === undefined) this.#noteStranger(connection);
      void shut(connection);
    });
    connection.addEventListener('close', () => timer.cancel());
  }

  #adopt(peer: Peer, connection: Connection, stream: Stream): void {
    if (this.#stopped || connection.status !== 'open') {
      void shut(connection);
      return;
    }
    const { clock, logger } = this.#options;
    const parts = connection.remoteAddr.getComponents();
    const link = new StreamLink({
      connection,
      stream,
      clock,
      peerKey: peer.nodeKey,
      // Whoever dialled, not whoever opens the stream: a caller has to say who it is first.
      initiator: connection.direction === 'outbound',
      askAlways: parts.some((part) => part.name === 'ws'),
      onClosed: (closed, reason) => {
        this.#closed(peer, closed, reason);
        if (strangerReasons.has(reason)) this.#noteStranger(connection);
      },
    });
    peer.link = link;
    peer.carrier = connection;
    this.#links.add(link);
    this.counts.linksOpened += 1;
    logger.info('link-opened', { peer: shortId(peer.nodeKey), direction: connection.direction });
    link.open();
    this.#options.onLink(link);
  }

  #closed(peer: Peer, link: StreamLink, reason: string): void {
    const livedMs = this.#options.clock.monotonicMs() - link.openedMs;
    if (livedMs >= dialLimits.stableMs) peer.stable = true;
    if (peer.link === link) {
      peer.link = undefined;
      peer.carrier = undefined;
    }
    this.#links.delete(link);
    addCounts(this.#past, link.counts);
    this.counts.linksClosed += 1;
    const fields = { peer: shortId(peer.nodeKey), reason, livedMs: Math.round(livedMs) };
    this.#options.logger.info('link-closed', fields);
  }

  /** Whom we dialled ourselves has not knocked; the dial plan backs off by itself. */
  #noteStranger(connection: Connection): void {
    if (connection.direction === 'inbound') this.#options.onStranger(connection);
  }

  #drop(connection: Connection): void {
    this.counts.duplicates += 1;
    void shut(connection);
  }

  #gone(peer: Peer, connection: Connection): void {
    if (!peer.connections.delete(connection) || peer.connections.size > 0) return;
    this.#peers.delete(bytesKey(peer.nodeKey));
    if (!this.#stopped) this.#options.onAbsent(peer.nodeKey, peer.stable);
  }
}

type Counts = StreamLink['counts'];

function addCounts(sum: Counts, counts: Counts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
}
