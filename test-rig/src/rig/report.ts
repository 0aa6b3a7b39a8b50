/** What a rig reports. */
export interface RigReport {
  readonly name: string;
  /** Measured figures by name; the unit is the end of the name. */
  readonly figures: Readonly<Record<string, number>>;
  /** What should have held and did not; empty when the rig passed. */
  readonly failures: readonly string[];
}
