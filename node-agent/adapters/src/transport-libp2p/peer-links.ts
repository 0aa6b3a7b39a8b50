/**
 * The connections and links with one neighbour: at most one link on each medium, and more than one
 * only for the moments in which the one takes over from the other. Step 4 of a message's way. It
 * answers which is the better one; opening and closing is the keeper's.
 */
import type { Connection } from '@libp2p/interface';
import type { Clock, ConnectedPeer, Timer } from '@muster/core';
import { HoldDown } from './hold-down.ts';
import { compareCost, hostOf, type LinkMedium, socketMedium } from './link-medium.ts';
import type { StreamLink } from './stream-link.ts';

/** The place for the one link on one medium. */
export interface LinkPlace {
  readonly medium: LinkMedium;
  link: StreamLink | undefined;
  /** The connection that the link runs on. */
  carrier: Connection | undefined;
  /** Whether a connection becomes the link is being found out. */
  deciding: Promise<void> | undefined;
  /** Another connection waits for that. */
  challenged: boolean;
}

export interface StandingLink extends LinkPlace {
  readonly link: StreamLink;
  readonly carrier: Connection;
}

export class PeerLinks {
  readonly nodeKey: Uint8Array;
  /** We have the lower key: we open the streams. */
  readonly weDecide: boolean;
  readonly connections = new Map<Connection, LinkMedium>();
  /** Those that should have become a link by now: until they do, another way is looked for. */
  readonly late = new WeakSet<Connection>();
  /** Those that close: their link has ended, or they were never wanted. */
  readonly #leaving = new WeakSet<Connection>();
  /** The last link over sockets lived long enough. */
  wasWelcome = false;
  /** Runs while two links stand, and a while ends in the closing of one. */
  settling: Timer | undefined;
  readonly #hold: HoldDown;
  /** Cheapest medium first; a handful. */
  #places: LinkPlace[] = [];

  constructor(nodeKey: Uint8Array, weDecide: boolean, clock: Clock) {
    this.nodeKey = nodeKey;
    this.weDecide = weDecide;
    this.#hold = new HoldDown(clock);
  }

  place(medium: LinkMedium): LinkPlace {
    let place = this.#places.find((known) => known.medium === medium);
    if (place === undefined) {
      place = {
        medium,
        link: undefined,
        carrier: undefined,
        deciding: undefined,
        challenged: false,
      };
      this.#places.push(place);
      this.#places.sort((a, b) => compareCost(a.medium, b.medium));
    }
    return place;
  }

  /** Cheapest first. */
  standing(): StandingLink[] {
    return this.#places.filter((place): place is StandingLink => place.link !== undefined);
  }

  /** Places of media that cost less. */
  cheaper(than: LinkMedium): LinkPlace[] {
    return this.#places.filter(({ medium }) => compareCost(medium, than) < 0);
  }

  /** Links on media that cost more, whose life nobody doubts. */
  #hasDearer(than: LinkMedium): boolean {
    return this.standing().some(
      ({ medium, link }) => compareCost(than, medium) < 0 && !link.isDoubtful,
    );
  }

  connectionsOn(medium: LinkMedium): number {
    return [...this.connections.values()].filter((on) => on === medium).length;
  }

  /** A link on this medium ended. */
  lost(medium: LinkMedium, livedMs: number): void {
    if (this.#hasDearer(medium)) this.#hold.lost(livedMs);
  }

  /** So long the links that stand are not left for one on this medium; 0: not at all. */
  heldMs(medium: LinkMedium): number {
    return this.#hasDearer(medium) ? this.#hold.leftMs : 0;
  }

  leaves(connection: Connection): void {
    this.#leaving.add(connection);
  }

  /** Its best connection: the cheapest whose link nobody doubts; undefined when all are closing. */
  status(): ConnectedPeer | undefined {
    const { nodeKey } = this;
    const links = this.standing();
    const best = links.find(({ link }) => !link.isDoubtful) ?? links[0];
    if (best !== undefined) {
      return { nodeKey, costClass: best.medium.costClass, isDoubtful: best.link.isDoubtful };
    }
    const becoming = [...this.connections]
      .filter(([connection]) => connection.status === 'open' && !this.#leaving.has(connection))
      .sort(([, a], [, b]) => compareCost(a, b));
    const inTime = becoming.find(([connection]) => !this.late.has(connection));
    const [, medium] = inTime ?? becoming[0] ?? [];
    return medium && { nodeKey, costClass: medium.costClass, isDoubtful: inTime === undefined };
  }
}

/**
 * Whether a connection comes from another machine than the link that lives. Addresses of a medium
 * change at will, and each end sees its own half of a race; but a neighbour that has one connection
 * with us opens no second one the same way.
 */
export function isElsewhere({ medium, carrier }: StandingLink, connection: Connection): boolean {
  if (hostOf(carrier) === hostOf(connection)) return false;
  return medium === socketMedium || carrier.direction === connection.direction;
}
