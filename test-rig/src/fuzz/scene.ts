/**
 * What the inputs of a target are run against: an agent, a broker, ears on the network. It is made
 * before a chunk of inputs and ended before it is made anew, and no input is charged for that.
 */
interface SceneOptions<T> {
  begin(): T | Promise<T>;
  end(old: T): unknown;
}

export class Scene<T extends object> {
  readonly #options: SceneOptions<T>;
  #now: T | undefined;

  constructor(options: SceneOptions<T>) {
    this.#options = options;
  }

  /** Throws before the first `reset`. */
  get now(): T {
    if (this.#now === undefined) throw new Error('a target is run before it was reset');
    return this.#now;
  }

  async reset(): Promise<void> {
    await this.stop();
    this.#now = await this.#options.begin();
  }

  async stop(): Promise<void> {
    const old = this.#now;
    this.#now = undefined;
    if (old) await this.#options.end(old);
  }
}
