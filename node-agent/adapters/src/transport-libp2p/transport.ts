/**
 * The Transport port on libp2p: a quiet node, a plan of whom to dial over sockets, the other media,
 * and a keeper of one link for each neighbour, joined. Step 4 of a message's way on every medium.
 */
import {
  type Clock,
  type CostClass,
  type KeyPair,
  type Link,
  type Logger,
  type Medium,
  MusterError,
  type Random,
  type Sighting,
  type Transport,
} from '@muster/core';
import { parseAddress } from './addresses.ts';
import { protocolName } from './constants.ts';
import { DialPlan, type DialRequest } from './dial-plan.ts';
import { dialFirst } from './dialler.ts';
import { InboundGate } from './inbound-gate.ts';
import { InboundLimits } from './inbound-limits.ts';
import { LinkKeeper } from './link-keeper.ts';
import { hostOf, LinkMedia } from './link-medium.ts';
import { Media } from './media.ts';
import { libp2pKey, nodeKeyOf, peerIdText } from './peer-key.ts';
import { createQuietNode, type QuietNode } from './quiet-node.ts';

export interface Libp2pTransportOptions {
  /** The node key. */
  readonly key: KeyPair;
  /** Multiaddrs to listen on, such as `/ip4/0.0.0.0/tcp/7310`; `/ws` at the end for WebSocket. */
  readonly listen: readonly string[];
  /** Peers to keep connected with, with or without `/p2p/…`. */
  readonly bootstrap: readonly string[];
  /** Both ends must agree on it; `/muster/replicate/1` unless given. */
  readonly protocol?: string;
  /** Beside sockets; the transport starts and stops them. */
  readonly media?: readonly Medium[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** A link that stands now. */
export interface TransportLink {
  readonly nodeKey: Uint8Array;
  /** `lan` for sockets, else the medium's name. */
  readonly medium: string;
  readonly costClass: CostClass;
  /** Of the other end: an IP address, or as the medium writes it. */
  readonly address: string;
  /** This node dialled. */
  readonly initiator: boolean;
  /** By the monotonic clock. */
  readonly sinceMs: number;
  /** It was asked whether it lives and has not answered yet. */
  readonly isDoubtful: boolean;
  readonly framesSent: number;
  readonly framesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** Counts since start, except the first four, which are of now. */
export interface TransportStatus {
  readonly links: number;
  /** By the name of the medium, each of this transport's; `lan` for sockets. */
  readonly linksByMedium: Readonly<Record<string, number>>;
  readonly peersConnected: number;
  readonly peersKnown: number;
  readonly linksOpened: number;
  readonly linksClosed: number;
  readonly duplicates: number;
  /** One link to a neighbour took over from another of its links. */
  readonly handovers: number;
  readonly inboundRefused: number;
  readonly sightings: number;
  readonly sightingsRefused: number;
  readonly dials: number;
  readonly dialsFailed: number;
  readonly framesSent: number;
  readonly framesReceived: number;
  /** With our framing, without Yamux and Noise. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export interface Libp2pTransport extends Transport {
  /** Somebody who may be a neighbour; from discovery. */
  addSighting(sighting: Sighting): void;
  /** Where others reach this node now, as multiaddrs with its peer id. */
  addresses(): readonly string[];
  /** One for each neighbour, and two while one takes over from the other. */
  links(): readonly TransportLink[];
  status(): TransportStatus;
}

export function createLibp2pTransport(options: Libp2pTransportOptions): Libp2pTransport {
  return new NodeTransport(options);
}

class NodeTransport implements Libp2pTransport {
  readonly #options: Libp2pTransportOptions;
  readonly #logger: Logger;
  readonly #protocol: string;
  readonly #stopping = new AbortController();
  readonly #inbound: InboundLimits;
  readonly #gate: InboundGate;
  readonly #linkMedia: LinkMedia;
  readonly #media: Media;
  readonly #plan: DialPlan;
  readonly #keeper: LinkKeeper;
  #onLink: (link: Link) => void = (link) => link.close('stopped');
  #starting: Promise<QuietNode> | undefined;
  #quiet: QuietNode | undefined;

  constructor(options: Libp2pTransportOptions) {
    const { clock, random } = options;
    const ownKey = options.key.publicKey;
    this.#options = options;
    this.#logger = options.logger.child('transport-libp2p');
    this.#protocol = options.protocol ?? protocolName;
    this.#inbound = new InboundLimits(clock);
    const media = options.media ?? [];
    const linkMedia = new LinkMedia(media);
    this.#gate = new InboundGate({ limits: this.#inbound, media: linkMedia, clock });
    this.#linkMedia = linkMedia;
    this.#media = new Media({
      media,
      gate: this.#gate,
      clock,
      logger: this.#logger,
      peers: () => this.#keeper.peers(),
    });
    this.#keeper = new LinkKeeper({
      ownKey,
      protocol: this.#protocol,
      media: linkMedia,
      clock,
      logger: this.#logger,
      onLink: (link) => this.#onLink(link),
      onPeers: () => {
        this.#media.tell();
        this.#plan.review();
      },
      onAbsent: (nodeKey, wasWelcome) => this.#plan.absent(nodeKey, wasWelcome),
      onStranger: (connection) => this.#gate.noteStranger(connection),
    });
    this.#plan = new DialPlan({
      ownKey,
      clock,
      random,
      dial: (request) => this.#dial(request),
      connected: (nodeKey) => this.#keeper.connected(nodeKey),
      heldMs: (nodeKey) => this.#keeper.heldMs(nodeKey),
    });
  }

  async start(onLink: (link: Link) => void): Promise<void> {
    if (this.#starting === undefined) {
      this.#onLink = onLink;
      this.#starting = this.#run();
    }
    await this.#starting;
  }

  /** Once stopped it stays so. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#plan.stop();
    this.#media.abort();
    this.#keeper.stop();
    const quiet = await this.#starting?.catch(() => undefined);
    await quiet?.node.stop();
    await this.#media.stop();
  }

  addSighting(sighting: Sighting): void {
    this.#plan.addSighting(sighting);
  }

  addresses(): readonly string[] {
    // Not the node's own list, which leaves out public addresses until someone confirms them.
    const bound = this.#quiet?.transportManager.getAddrs() ?? [];
    const suffix = `/p2p/${peerIdText(this.#options.key.publicKey)}`;
    return bound.map((address) => address.toString() + suffix);
  }

  links(): readonly TransportLink[] {
    return this.#keeper.standing().map(({ medium, link, carrier }) => ({
      nodeKey: link.peerKey,
      medium: medium.name,
      costClass: medium.costClass,
      address: hostOf(carrier),
      initiator: link.initiator,
      sinceMs: link.openedMs,
      isDoubtful: link.isDoubtful,
      ...link.counts,
    }));
  }

  status(): TransportStatus {
    const { refused, ...links } = this.#keeper.counts;
    const standing = this.#keeper.standing();
    const linksByMedium = Object.fromEntries(
      this.#linkMedia.names.map((name) => [
        name,
        standing.filter(({ medium }) => medium.name === name).length,
      ]),
    );
    return {
      links: standing.length,
      linksByMedium,
      handovers: this.#keeper.handovers,
      peersConnected: this.#keeper.peerCount,
      peersKnown: this.#plan.size,
      inboundRefused: this.#inbound.refused + refused,
      ...links,
      ...this.#plan.counts,
      ...this.#keeper.traffic(),
    };
  }

  async #run(): Promise<QuietNode> {
    const { key, listen, bootstrap } = this.#options;
    for (const address of bootstrap) requireDialable(address);
    const quiet = await createQuietNode({
      privateKey: libp2pKey(key),
      listen,
      webSockets: [...listen, ...bootstrap].some((address) => address.includes('/ws')),
      mediumTransports: this.#media.transports,
      gate: this.#gate,
    });
    const { node } = quiet;
    node.addEventListener('connection:open', (event) => this.#keeper.addConnection(event.detail));
    await node.handle(
      this.#protocol,
      (stream, connection) => this.#keeper.addStream(stream, connection),
      { maxInboundStreams: 1, maxOutboundStreams: 1 },
    );
    await this.#listen(node);
    this.#quiet = quiet;
    for (const address of bootstrap) this.#plan.addConfigured(address);
    await this.#media.start(quiet);
    return quiet;
  }

  async #listen(node: QuietNode['node']): Promise<void> {
    try {
      await node.start();
    } catch (cause) {
      throw new MusterError(
        'listen-failed',
        `Cannot listen on ${this.#options.listen.join(', ')}.`,
        'See whether another agent runs on this port, or choose another address to listen on.',
        { cause },
      );
    }
  }

  async #dial(request: DialRequest): Promise<Uint8Array> {
    const { nodeKey, addresses } = request;
    const suffix = nodeKey === undefined ? '' : `/p2p/${peerIdText(nodeKey)}`;
    const connection = await dialFirst(
      addresses.map((address) => address + suffix),
      {
        transportManager: this.#quiet!.transportManager,
        clock: this.#options.clock,
        signal: this.#stopping.signal,
      },
    );
    const reached = nodeKeyOf(connection.remotePeer);
    if (reached === undefined) throw new Error('the peer has no Ed25519 key');
    return reached;
  }
}

function requireDialable(address: string): void {
  if (parseAddress(address) !== undefined) return;
  throw new MusterError(
    'address-invalid',
    `The bootstrap address ${address} is not a TCP or WebSocket multiaddr.`,
    'Write it like /ip4/192.0.2.7/tcp/7310 or /dns4/relay.example.org/tcp/443/tls/ws.',
  );
}
