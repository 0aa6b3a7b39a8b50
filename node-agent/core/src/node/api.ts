/**
 * What a node does for those around it: the agent and the simulator drive exactly this. Implemented
 * by MeshNode. Everything that takes time answers through a callback, so that virtual time works.
 */
import type { BundleKind, CarriedBundle, Lane } from '../bundle/bundle.ts';
import type { PolicyFault, SitePolicy } from '../federation/site-policy.ts';
import type { CertificateFault } from '../identity/certificate.ts';
import type { Role } from '../identity/role.ts';
import type { Clock } from '../ports/clock.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import type { CostClass, Link } from '../ports/link.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { SinceQuery, Store, StoredBundle } from '../ports/store.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import type { CloseReason } from '../replication/messages/close-reason.ts';
import type { NodeNumber } from '../replication/messages/node-links.ts';
import type { Result } from '../result.ts';
import type { AdminAct } from '../trust/admin-act.ts';
import type { AdoptedDocument, TrustBook, TrustFault } from '../trust/trust-book.ts';
import type { KnownPolicy } from './policy-book.ts';

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
  /** Whether this node asks its neighbours for bulk also over slow links; not unless given. */
  readonly bulkOverRadio?: boolean;
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
  /** A newer site policy is in force. */
  onPolicy(policy: SitePolicy): void;
  /** Lists, rules or the epoch changed. */
  onTrust?(): void;
  /** An admin wrote this, as the ticket proves; its documents are in force already. */
  onAct?(act: AdminAct, bundle: ReadBundle): void;
  /** A node key is in two hands, maybe this node's own; nothing is exchanged with it any more. */
  onClone?(clone: CloneStatus): void;
}

export interface CloneStatus {
  /** 32 bytes. */
  readonly nodeKey: Uint8Array;
  /** By its certificate; empty where none was seen. */
  readonly name: string;
}

export type KeptValues = readonly (readonly [name: string, value: Uint8Array | undefined])[];

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
  /** Links that this node ended or never began, by reason; its own stopping not counted. */
  readonly linksRefused: Readonly<Partial<Record<CloseReason, number>>>;
  readonly epoch: number;
  readonly revokedKeys: number;
  readonly clones: readonly CloneStatus[];
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
  /**
   * Nodes to which there is a way over links that stand, itself included: the first 4 bytes of each
   * key as a number. By what all say of their links, which nobody proves. The same set until it is
   * another one; undefined while it cannot be known.
   */
  reachable(): ReadonlySet<NodeNumber> | undefined;
  /** Whether the link with this neighbour alone joins it to us, by what all say. */
  isBridge(nodeKey: Uint8Array): boolean;
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
  /** Bundles on disk that arrived after `row`, oldest arrival first; at most 200. */
  since(query: SinceQuery): ReadBundle[];
  /** A held bundle as it would be sent now: age and hops up to date, with its ticket. */
  carried(id: Uint8Array): CarriedBundle | undefined;
  /** A ticket in wire form by its id (16 bytes), for readers who check badges themselves. */
  ticket(id: Uint8Array): Uint8Array | undefined;
  /** Seen here: alive, or remembered as expired. */
  knows(id: Uint8Array): boolean;
  /**
   * Steps 2 and 3 for what an uplink brought: a bundle of our own site, or of a pinned one where
   * the policy lets it in. `hops` as it was sent; the uplink counts as one more.
   */
  takeFromUplink(bundle: CarriedBundle, onAnswer: (answer: PutAnswer) => void): void;
  /** A small value that was kept with the store; names begin with `gateway/`. */
  value(name: string): Uint8Array | undefined;
  keep(values: KeptValues, onDurable: (isKept: boolean) => void): void;
  /** The newest site policy known here. */
  policy(): KnownPolicy | undefined;
  /** Puts a signed policy in force when it is newer. Announcing it is the caller's. */
  adoptPolicy(wire: Uint8Array): Result<SitePolicy, PolicyFault>;
  /** Whom this node believes; callers read it and change it only through `adoptTrust`. */
  trust(): TrustBook;
  /** Puts a trust list or site rules in force, keeps it and tells it to the neighbours. */
  adoptTrust(wire: Uint8Array): Result<AdoptedDocument, TrustFault>;
  /**
   * A renewed certificate of this node, shown from now on; the caller keeps it for the next start
   * and issues its own tickets anew. `expired` also for one that ends before the present one.
   */
  replaceCertificate(wire: Uint8Array): Result<void, CertificateFault>;
  status(): NodeStatus;
}
