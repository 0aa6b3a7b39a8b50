/**
 * Which of two links to one neighbour goes, when a cheaper one came or is in doubt. The new one
 * stands before the old one is closed, and only one end closes a link that lives, so that the two
 * never end up with none. Step 4 of a message's way; which session is used meanwhile the core says.
 */
import type { Clock } from '@muster/core';
import { handoverLimits } from './constants.ts';
import { compareCost, type LinkMedium } from './link-medium.ts';
import type { PeerLinks } from './peer-links.ts';
import type { StreamLink } from './stream-link.ts';

export class Handover {
  readonly #clock: Clock;
  /** Links that were closed for another one. */
  count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A link came, went, or is in doubt: of two that stand, one may have to go. */
  review(peer: PeerLinks): void {
    const [cheap, dear] = peer.standing();
    if (cheap === undefined || dear === undefined) {
      peer.settling?.cancel();
      peer.settling = undefined;
      return;
    }
    if (!cheap.link.isDoubtful) {
      if (peer.weDecide) this.#settleLater(peer);
      return;
    }
    if (dear.link.isDoubtful) return;
    // Before the sets are compared on it: the other end may not have noticed yet, and what it goes
    // on pushing into the dead link would be missed.
    dear.link.tellLeft();
    this.#close(cheap.link);
  }

  /** The cheapest link was lost here, which the other end may not notice for long: it leaves it. */
  lost(peer: PeerLinks, medium: LinkMedium): void {
    const [cheapest] = peer.standing();
    if (cheapest && compareCost(medium, cheapest.medium) < 0) cheapest.link.tellLeft();
  }

  /** The peer has left the cheaper links for one on this medium: so does this end. */
  follow(peer: PeerLinks, to: LinkMedium): void {
    for (const { link } of peer.cheaper(to)) if (link !== undefined) this.#close(link);
  }

  /**
   * The peer takes a dearer connection because it found the cheaper one dead. Were this end to use
   * that one still when the new link stands, what it sends there meanwhile would be missed later.
   */
  async giveWay(peer: PeerLinks, to: LinkMedium): Promise<void> {
    for (const { link } of peer.cheaper(to)) {
      if (link === undefined) continue;
      if (link.isDoubtful || !(await link.prove())) this.#close(link);
    }
  }

  #settleLater(peer: PeerLinks): void {
    peer.settling ??= this.#clock.after(handoverLimits.settleMs, () => {
      peer.settling = undefined;
      void this.#settle(peer);
    });
  }

  async #settle(peer: PeerLinks): Promise<void> {
    const [cheap] = peer.standing();
    const isAlive = (await cheap?.link.prove()) === true;
    const [still, dear] = peer.standing();
    // Until frames come the neighbour's session may not have begun on it.
    const carries = isAlive && still === cheap && cheap!.link.counts.framesReceived > 0;
    if (carries && dear !== undefined) this.#close(dear.link);
    else this.review(peer);
  }

  #close(old: StreamLink): void {
    this.count += 1;
    old.close('replaced');
  }
}
