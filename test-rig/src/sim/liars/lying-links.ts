/** All links of one liar that are open now, and what it slips into them. */
import type { CarriedBundle, Lane, Link } from '@muster/core';
import { type ChangeFrame, LyingLink } from './lying-link.ts';

const unchanged: ChangeFrame = (frame) => frame;

export class LyingLinks {
  readonly #links = new Set<LyingLink>();
  readonly #change: ChangeFrame;

  constructor(change: ChangeFrame = unchanged) {
    this.#change = change;
  }

  wrap(link: Link): Link {
    const lying: LyingLink = new LyingLink(link, this.#change, () => this.#links.delete(lying));
    this.#links.add(lying);
    return lying;
  }

  all(): LyingLink[] {
    return [...this.#links];
  }

  /** How many links it went over. */
  inject(bundle: CarriedBundle, lane: Lane): number {
    return this.all().filter((link) => link.inject(bundle, lane)).length;
  }
}
