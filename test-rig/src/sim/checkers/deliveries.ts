/** What arrived where its writer is not, and how long it took: figures for the report. */

/** Samples kept; at it every second one goes, and from then on only every second is taken. */
const samplesMax = 200_000;

export class Deliveries {
  count = 0;
  #samplesMs: number[] = [];
  #every = 1;

  get latenciesMs(): readonly number[] {
    return this.#samplesMs;
  }

  add(latencyMs: number): void {
    if (this.count++ % this.#every !== 0) return;
    this.#samplesMs.push(latencyMs);
    if (this.#samplesMs.length < samplesMax) return;
    this.#samplesMs = this.#samplesMs.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }
}
