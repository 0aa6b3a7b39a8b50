/**
 * What a node does for those around it: the agent and the simulator drive exactly this. Implemented
 * by MeshNode. Everything that takes time answers through a callback, so that virtual time works.
 */
import type { BundleKind, CarriedBundle, Lane } from '../bundle/bundle.ts';
import type { Role } from '../identity/role.ts';
import type { Clock } from '../ports/clock.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import type { CostClass, Link } from '../ports/link.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { Store, StoredBundle } from '../ports/store.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import type { Result } from '../result.ts';

export interface NodeOptions {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly logger: Logger;
  /** Ed25519 public key of the site root, 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly key: KeyPair;
  /** This node's certificate in wire form. */
  readonly certificate: Uint8Array;
  /** Content kept on disk, bytes; storeLimits.contentBytesMax unless given. */
  readonly contentBytesMax?: number;
}

export type PutAnswer =
  /** On disk here; `nodes` counts this node too. Also given when it was on disk already. */
  | { readonly ok: true; readonly id: Uint8Array; readonly nodes: number }
  | { readonly ok: false; readonly reason: DropReason };

/** A held bundle as readers get it. */
export interface ReadBundle extends StoredBundle {
  /** Age in milliseconds now. */
  readonly ageNowMs: number;
  /** Nodes known to hold it, this one included. */
  readonly nodes: number;
}

export interface NodeEvents {
  /** A bundle new to this node is on disk. */
  onBundle(bundle: ReadBundle): void;
  /** A further node is known to hold it. */
  onHeld(id: Uint8Array, nodes: number): void;
  onNeighbours(): void;
}

export interface NeighbourStatus {
  /** Undefined until the hello proved it. */
  readonly nodeKey: Uint8Array | undefined;
  readonly name: string;
  readonly costClass: CostClass;
  readonly state: 'greeting' | 'reconciling' | 'live';
  readonly sinceMonotonicMs: number;
  readonly framesSent: number;
  readonly framesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly bundlesSent: number;
  readonly bundlesReceived: number;
  readonly duplicatesReceived: number;
  readonly queuedBytes: Readonly<Record<Lane, number>>;
}

export interface NodeStatus {
  readonly liveEntries: number;
  readonly heldBundles: number;
  readonly contentBytes: number;
  readonly contentBytesMax: number;
  readonly frozenAuthors: number;
  readonly guestTickets: number;
  readonly boots: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  readonly neighbours: readonly NeighbourStatus[];
}

export interface ReadQuery {
  readonly tag: Uint8Array;
  readonly kind?: BundleKind;
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  /** At most 200. */
  readonly limit: number;
}

export interface NodeApi {
  start(events: NodeEvents): void;
  /** Ends all links and timers; the store is closed by who opened it. */
  stop(): void;
  addLink(link: Link): void;
  /** Steps 2 and 3 for a bundle of a client of this node. */
  put(bundle: CarriedBundle, onAnswer: (answer: PutAnswer) => void): void;
  /**
   * The ticket (wire form) under which a device writes here: one that this node issued to it
   * before, or a new one out of this node's guest budget.
   */
  admitGuest(device: Uint8Array): Result<Uint8Array, 'guests-full'>;
  /** The role that a ticket gives to a device, or why it gives none. */
  checkTicket(wire: Uint8Array, device: Uint8Array): Result<Role, DropReason>;
  /** Highest sequence number seen of an author, -1 for none; and whether it is frozen. */
  author(device: Uint8Array): { readonly seqMax: number; readonly frozen: boolean };
  page(query: ReadQuery): ReadBundle[];
  ofKind(kind: BundleKind, limit: number): ReadBundle[];
  status(): NodeStatus;
}
