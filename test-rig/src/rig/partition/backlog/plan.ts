/** What a box is filled with before it starts, and what became of it: files between processes. */
import type { StaffKey } from '../../venue/site.ts';

export interface BacklogPlan {
  readonly seed: number;
  /** Wall time at which the writing begins. */
  readonly beginsUnixMs: number;
  /** One after the other; what has the same seed and people is the same in every box. */
  readonly stretches: readonly Stretch[];
}

export interface Stretch {
  readonly seed: number;
  readonly people: readonly StaffKey[];
  readonly bundles: number;
  readonly hours: number;
  /** Letters of each text, evenly drawn from 20 to this. */
  readonly lettersMax: number;
}

/** What one stretch came to. */
export interface Written {
  readonly bundles: number;
  /** Signed bytes and signatures. */
  readonly bundleBytes: number;
  /** Tickets of its people. */
  readonly ticketBytes: number;
}
