/** The kinds of faults that a simulated world injects, as its report counts them. */

export const faultKinds = [
  'packet-lost',
  'packet-replayed',
  'packet-reordered',
  'frame-mangled',
  'link-cut',
  'way-blocked',
  'link-clogged',
  'link-lossy',
  'link-mangled',
  'link-parted',
  'crash',
  'commit-lost',
  'disk-full',
  'disk-error',
  'disk-lost',
  'clock-jump',
  'clock-stop',
  'clock-wrong',
  'box-slow',
  'put-replayed',
  'phone-moved',
  'lie',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** How often each kind was injected. */
export class FaultCounts {
  readonly #counts = new Map<FaultKind, number>();

  readonly count = (fault: FaultKind, times = 1): void => {
    this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + times);
  };

  of(fault: FaultKind): number {
    return this.#counts.get(fault) ?? 0;
  }

  /** Every kind that occurred, by name. */
  all(): Record<string, number> {
    return Object.fromEntries(
      faultKinds.flatMap((kind) => (this.of(kind) > 0 ? [[kind, this.of(kind)]] : [])),
    );
  }
}
