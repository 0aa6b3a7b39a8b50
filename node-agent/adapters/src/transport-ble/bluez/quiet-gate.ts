/**
 * Lets connects of one adapter through, or holds them while its address is about to change: what
 * they send would fix an address before the advertisement does (ADR 0027).
 */
export class QuietGate {
  readonly #inside = new Set<Promise<unknown>>();
  #opened: Promise<void> | undefined;
  #open: () => void = () => {};

  /** Waits while it is quiet, then runs. */
  async pass<T>(run: () => Promise<T>): Promise<T> {
    while (this.#opened !== undefined) await this.#opened;
    const running = run();
    const settled = running.then(
      () => {},
      () => {},
    );
    this.#inside.add(settled);
    try {
      return await running;
    } finally {
      this.#inside.delete(settled);
    }
  }

  /** From now on nobody gets in; resolves when nobody is inside. */
  async close(): Promise<void> {
    this.#opened ??= new Promise((resolve) => {
      this.#open = resolve;
    });
    await Promise.all(this.#inside);
  }

  open(): void {
    this.#opened = undefined;
    this.#open();
  }
}
