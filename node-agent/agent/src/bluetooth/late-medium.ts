/**
 * Stands for the Bluetooth medium until that is loaded: soon after the start, where the machine has
 * what it needs, and otherwise once it has. So phones are served first, and a machine without
 * Bluetooth pays for a look a minute and no more. Passes everything on; decides nothing.
 */
import type { ByteStream, Clock, CostClass, Medium, MediumHost, Timer } from '@muster/core';

export interface LateMediumOptions {
  readonly clock: Clock;
  /** Whether there is anything to load it for. */
  isWanted(): boolean;
  /** Never rejects; undefined: it cannot be had, and is not asked for again. */
  load(): Promise<Medium | undefined>;
  /** It was loaded and did not start; nobody else hears of it. */
  onFailed(error: unknown): void;
}

/** After the node has begun to serve. */
const firstLookMs = 500;
const lookEveryMs = 60_000;

export class LateMedium implements Medium {
  readonly name = 'ble';
  readonly costClass: CostClass = 'radio';
  readonly maxFrameBytes = 2_048;
  readonly windowBytes = 4_096;
  readonly #options: LateMediumOptions;
  #host: MediumHost | undefined;
  #timer: Timer | undefined;
  #loading: Promise<void> | undefined;
  #medium: Medium | undefined;
  #isStopped = false;

  constructor(options: LateMediumOptions) {
    this.#options = options;
  }

  async start(host: MediumHost): Promise<void> {
    this.#host = host;
    this.#look(firstLookMs);
  }

  onPeers(): void {
    this.#medium?.onPeers();
  }

  async open(address: string, signal: AbortSignal): Promise<ByteStream> {
    if (!this.#medium) throw new Error('Bluetooth has not come up yet');
    return this.#medium.open(address, signal);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#loading;
    await this.#medium?.stop();
  }

  #look(afterMs: number): void {
    this.#timer = this.#options.clock.after(afterMs, () => {
      if (this.#options.isWanted()) this.#loading = this.#load();
      else this.#look(lookEveryMs);
    });
  }

  async #load(): Promise<void> {
    const medium = await this.#options.load();
    if (!medium || this.#isStopped) return;
    try {
      await medium.start(this.#host!);
      this.#medium = medium;
      // What came and went while it was loaded.
      medium.onPeers();
    } catch (error) {
      this.#options.onFailed(error);
      // What it had begun; it is as broken as it said.
      await medium.stop().catch(() => {});
    }
  }
}
