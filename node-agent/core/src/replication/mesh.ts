/**
 * What all sessions of a node share, and what a lane needs of its session (step 4 of a message's
 * way). Made by the forwarder and the session; kept here so that neither imports the other.
 */
import type { Lane } from '../bundle/bundle.ts';
import type { Clock } from '../ports/clock.ts';
import type { Crypto } from '../ports/crypto.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { DropReason } from '../receive/drop-reason.ts';
import type { NeighbourBudget } from './budget.ts';
import type { ReplicationHost } from './host.ts';
import type { MissingBundles } from './knowledge/missing-bundles.ts';
import type { PeerKnowledge } from './knowledge/peer-knowledge.ts';
import type { RecentIds } from './knowledge/recent-ids.ts';
import type { CloseReason } from './messages/close-reason.ts';
import type { IdPrefix } from './messages/id-prefix.ts';
import type { Turns } from './session/turns.ts';
import type { Detours } from './ways/detours.ts';
import type { WayLink, Ways } from './ways/ways.ts';

/** What replication needs from outside. */
export interface Surroundings {
  readonly host: ReplicationHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly logger: Logger;
  /** Whether this node asks for the bulk lane also over radio; it does not unless given. */
  readonly bulkOverRadio?: boolean;
}

export interface Mesh extends Surroundings {
  /** 8 random bytes of this run of the node. */
  readonly run: Uint8Array;
  /** 32 random bits for hashes of what strangers choose; told to nobody. */
  readonly hashKey: number;
  readonly recent: RecentIds;
  readonly missing: MissingBundles;
  /** Whose turn it is to begin a reconciliation. */
  readonly reconcileTurns: Turns;
  /** Ids are waiting to be announced. */
  announceSoon(): void;
  /** Something is missing, or an offer waits for its answer: look again soon. */
  lookSoon(): void;
  /** Whether this node may ask for more bundles now. */
  canAsk(): boolean;
  /** Bundles that used up their hops on a detour. */
  readonly detours: Detours;
  /** The shortest ways through the mesh. */
  readonly ways: Ways;
  /** Sends a bundle on that could not be sent before. */
  passOn(id: Uint8Array): void;
  /** Whether holders of this bundle are counted. */
  isWatched(prefix: IdPrefix): boolean;
  /** This neighbour has the bundle on disk. */
  holds(prefix: IdPrefix, neighbour: Neighbour): void;
  /** Replication itself did not take a bundle. */
  countRefused(reason: DropReason): void;
}

export interface Neighbour extends WayLink {
  /** Node key, 32 bytes. */
  readonly key: Uint8Array;
  readonly knowledge: PeerKnowledge;
  readonly budget: NeighbourBudget;
  readonly traffic: Traffic;
  /** The link is slow or costs money. */
  readonly isFrugal: boolean;
  /** Something of a lane waits; `atOnce` for what must not wait for the instant to end. */
  wake(lane: Lane, atOnce: boolean): void;
}

export interface Traffic {
  bundlesSent: number;
  bundlesReceived: number;
  duplicatesReceived: number;
  /** A bundle moved in either direction because somebody asked for it. */
  moved: boolean;
}

/** What a message leads to: nothing, or the end of the session. */
export type Verdict = CloseReason | undefined;
