/** What the rig and its honest clients say to each other. */
export type HonestRequest =
  | {
      readonly kind: 'begin';
      readonly port: number;
      readonly username: string;
      readonly password: string;
    }
  /** Report what was since the last one. */
  | { readonly kind: 'phase' }
  | { readonly kind: 'end' };

export interface Phase {
  readonly deliveries: number;
  /** From the write of a message to its arrival at a subscriber. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

export interface HonestTotals {
  readonly published: number;
  readonly acknowledged: number;
  readonly delivered: number;
  readonly wanted: number;
}

export type PhaseReport =
  | { readonly kind: 'begun' }
  | ({ readonly kind: 'phase' } & Phase)
  /** An honest client was cut: a failure, whenever it is. */
  | { readonly kind: 'cut' }
  | ({ readonly kind: 'ended' } & HonestTotals);
