/**
 * What replication needs of the node that it runs in, and nothing more. Steps 2 to 4 of a message's
 * way meet here: sessions hand bundles up and ask for bundles to send. Never does I/O.
 */
import type { BundleFields, CarriedBundle, Lane } from '../bundle/bundle.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import type { Result } from '../result.ts';
import type { CloseReason } from './messages/close-reason.ts';

/** A bundle that replication may send now. */
export interface Sendable extends CarriedBundle {
  readonly id: Uint8Array;
  readonly lane: Lane;
  /** Of `signed`, where they are at hand; else they are read once more. */
  readonly fields?: BundleFields | undefined;
}

/** A bundle that came over a link. */
export interface ArrivedBundle extends CarriedBundle {
  /** Computed from `signed` by this node. */
  readonly id: Uint8Array;
}

export type ReceiveAnswer =
  /** Checked and handed to the store; `stored` follows through `onStored`. */
  | { readonly ok: true; readonly id: Uint8Array }
  | { readonly ok: false; readonly reason: DropReason; readonly id?: Uint8Array };

/** What an admin signed for the whole site, such as a trust list. */
export interface SiteDocument {
  readonly kind: number;
  /** 32 bytes. */
  readonly issuer: Uint8Array;
  readonly revision: number;
  readonly wire: Uint8Array;
  /** 8 bytes; equal for equal documents. */
  readonly hash: Uint8Array;
}

export interface ReplicationHost {
  /** Own certificate in wire form, shown in the hello. */
  readonly certificate: Uint8Array;
  /** The node key when a node with this certificate may be a neighbour now, else why not. */
  checkCertificate(wire: Uint8Array): Result<Uint8Array, CloseReason>;
  /** A node key is in two hands: of a neighbour, or the own one. */
  onSecond(certificate: Uint8Array): void;
  /** All of the site's documents in force, to tell neighbours who lack them. */
  siteDocuments(): readonly SiteDocument[];
  /** Judges what a neighbour told; if it is new here, the forwarder is told of it. */
  adoptSiteDocument(wire: Uint8Array): void;
  /** Ids (32 bytes each, one after the other) of all that was seen and still lives in a lane. */
  liveIds(lane: Lane): Uint8Array;
  /** 16 bytes that are equal for equal sets of live ids; known without a pass over the set. */
  digest(lane: Lane): Uint8Array;
  /** Whether `sendable` would give a bundle, its hops included; cheap, without reading it. */
  canSend(id: Uint8Array): boolean;
  /** Bytes of a held bundle, signed part and signature, without reading it; else 0. */
  sizeOf(id: Uint8Array): number;
  /**
   * The bundle as it would be sent now (age up to date, hops as stored here), with its ticket;
   * undefined when it is not held, has expired, or has used up its hops.
   */
  sendable(id: Uint8Array): Sendable | undefined;
  /**
   * A neighbour has the bundle `hops - 1` links from its author, so it is `hops` links from here at
   * most. Keeps the smaller number for what is sent on. True when the bundle had used up its hops
   * as stored and can be sent only now.
   */
  nearer(id: Uint8Array, hops: number): boolean;
  /** Links that a held bundle has come to here, and how many more it may go; else undefined. */
  reach(id: Uint8Array): { readonly hops: number; readonly hopsLeft: number } | undefined;
  /**
   * Step 2 for a bundle from a neighbour (receive order). `hops` is already what it is after this
   * link. `onStored(true)` is called once it is on disk; false when the store refused it.
   */
  receive(
    bundle: ArrivedBundle,
    from: Uint8Array,
    onStored: (held: boolean) => void,
  ): ReceiveAnswer;
  /** A neighbour says that it has this bundle on disk. */
  onHeldByNeighbour(id: Uint8Array, neighbour: Uint8Array): void;
}
