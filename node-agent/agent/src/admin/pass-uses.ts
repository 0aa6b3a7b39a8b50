/**
 * How often each guest pass was used at this node. Written down a moment after a use, so that a
 * crowd at the door costs one write; a power cut in that moment forgets its uses, no more.
 */
import type { Clock, Timer } from '@muster/core';
import type { KeptLines } from './kept-lines.ts';
import { adminLimits } from './limits.ts';

export class PassUses {
  readonly #kept: KeptLines;
  readonly #clock: Clock;
  /** By the pass's id in base64url; the one used least lately goes at passesMax. */
  readonly #counts = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(kept: KeptLines, clock: Clock) {
    this.#kept = kept;
    this.#clock = clock;
  }

  start(): void {
    for (const line of this.#kept.read().slice(-adminLimits.passesMax)) {
      const [id = '', count] = line.split('=');
      if (Number(count) > 0) this.#counts.set(id, Number(count));
    }
  }

  stop(): void {
    if (!this.#timer) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#write();
  }

  countOf(id: string): number {
    return this.#counts.get(id) ?? 0;
  }

  add(id: string): void {
    const count = this.countOf(id) + 1;
    this.#counts.delete(id);
    this.#counts.set(id, count);
    if (this.#counts.size > adminLimits.passesMax) {
      const [oldest] = this.#counts.keys();
      this.#counts.delete(oldest!);
    }
    this.#timer ??= this.#clock.after(adminLimits.passUsesWriteMs, () => {
      this.#timer = undefined;
      this.#write();
    });
  }

  #write(): void {
    this.#kept.write([...this.#counts].map(([id, count]) => `${id}=${count}`));
  }
}
