/** What the people wrote and were told is held, while it lives; and how long it took others. */

/** Ages count in ticks, which stand still while an agent is off: a live one may look dead early. */
const edgeMs = 20_000;

export class WrittenBook {
  held = 0;
  refused = 0;
  readonly #lifetimeMs: number;
  /** When each message was written, by id; oldest first. */
  readonly #writtenMs = new Map<string, number>();
  #tookMs: number[] = [];

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  onHeld(id: string, writtenMs: number): void {
    this.held += 1;
    this.#writtenMs.set(id, writtenMs);
    for (const [old, atMs] of this.#writtenMs) {
      if (Date.now() - atMs < this.#lifetimeMs) break;
      this.#writtenMs.delete(old);
    }
  }

  onShown(tookMs: number): void {
    this.#tookMs.push(tookMs);
  }

  /** Ids that every agent has to show now. */
  alive(): string[] {
    const sinceMs = Date.now() - this.#lifetimeMs + edgeMs;
    return [...this.#writtenMs].flatMap(([id, atMs]) => (atMs > sinceMs ? [id] : []));
  }

  /** Of the deliveries since the last call. */
  takeLatency(): { deliveries: number; p50Ms: number | undefined; p95Ms: number | undefined } {
    const sorted = this.#tookMs.sort((a, b) => a - b);
    this.#tookMs = [];
    const at = (share: number): number | undefined => sorted[Math.floor(sorted.length * share)];
    return { deliveries: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95) };
  }
}
