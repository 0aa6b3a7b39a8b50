/** What the people wrote and were told is held; and how long it took others to see it. */

export class WrittenBook {
  refused = 0;
  #heldOfGuests = 0;
  /** Ids of what staff wrote, which outlives the run: every agent has to show it. */
  readonly #held = new Set<string>();
  #tookMs: number[] = [];

  get held(): number {
    return this.#held.size + this.#heldOfGuests;
  }

  onStaffHeld(id: string): void {
    this.#held.add(id);
  }

  /** Lives for minutes, and less at a box that is killed again and again: it is only counted. */
  onGuestHeld(): void {
    this.#heldOfGuests += 1;
  }

  onShown(tookMs: number): void {
    this.#tookMs.push(tookMs);
  }

  /** Ids that every agent has to show once the mesh is whole. */
  expected(): string[] {
    return [...this.#held];
  }

  /** Of the deliveries since the last call. */
  takeLatency(): { deliveries: number; p50Ms: number | undefined; p95Ms: number | undefined } {
    const sorted = this.#tookMs.sort((a, b) => a - b);
    this.#tookMs = [];
    const at = (share: number): number | undefined => sorted[Math.floor(sorted.length * share)];
    return { deliveries: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) };
  }
}
