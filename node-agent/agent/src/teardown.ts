/**
 * What was started, to be stopped in the reverse order. A part that does not stop is logged, and
 * keeps none of the others from it: whatever holds the store must be stopped above all.
 */
import type { Logger } from '@muster/core';

export class Teardown {
  readonly #logger: Logger;
  readonly #stops: (() => void | Promise<void>)[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Stopped before all that was added earlier. */
  add(stop: () => void | Promise<void>): void {
    this.#stops.push(stop);
  }

  async run(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        this.#logger.error('a part did not stop', { error: String(error) });
      }
    }
  }
}
