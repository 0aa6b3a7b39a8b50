/**
 * The checkers stand beside the world and know what really happened: what was written, what was
 * answered "held", what each node showed. They see nodes only from outside, as people do.
 */
import { shortId, toHex } from '@muster/core';

export interface Written {
  readonly id: Uint8Array;
  readonly node: number;
  readonly writtenMs: number;
  readonly lifetimeMs: number;
}

export interface Shown {
  readonly node: number;
  readonly id: Uint8Array;
  readonly ageMs: number;
  readonly nowMs: number;
}

/** Age is rounded at every holder, and each boot of a holder counts one tick interval. */
const lifetimeFactorMax = 1.1;

export class Checkers {
  readonly violations: string[] = [];
  readonly #written = new Map<string, Written>();
  readonly #held = new Map<string, Written>();
  readonly #shown = new Map<number, Set<string>>();
  readonly latenciesMs: number[] = [];
  deliveries = 0;

  get writtenCount(): number {
    return this.#written.size;
  }

  get heldCount(): number {
    return this.#held.size;
  }

  wrote(written: Written): void {
    this.#written.set(toHex(written.id), written);
  }

  answeredHeld(id: Uint8Array): void {
    const key = toHex(id);
    const written = this.#written.get(key);
    if (written) this.#held.set(key, written);
    else this.#violate(`held was answered for ${shortId(id)}, which nobody wrote`);
  }

  shown(shown: Shown): void {
    const key = toHex(shown.id);
    const written = this.#written.get(key);
    if (!written) {
      this.#violate(`node ${shown.node} shows a forged ${shortId(shown.id)}`);
      return;
    }
    const seen = this.#shown.get(shown.node) ?? new Set<string>();
    this.#shown.set(shown.node, seen);
    if (seen.has(key)) this.#violate(`node ${shown.node} shows ${shortId(shown.id)} twice`);
    seen.add(key);
    const aliveMs = shown.nowMs - written.writtenMs;
    if (aliveMs > written.lifetimeMs * lifetimeFactorMax) {
      this.#violate(`node ${shown.node} shows ${shortId(shown.id)} after its lifetime`);
    }
    if (shown.node !== written.node) {
      this.deliveries++;
      this.latenciesMs.push(aliveMs);
    }
  }

  /** What a node that just came back must still hold of what it answered "held". */
  assertHeldAt(node: number, nowMs: number, holds: ReadonlySet<string>): void {
    for (const [key, written] of this.#held) {
      const livesOn = nowMs - written.writtenMs < written.lifetimeMs * 0.9;
      if (written.node === node && livesOn && !holds.has(key)) {
        this.#violate(`node ${node} lost ${key.slice(0, 8)} that it had answered held`);
      }
    }
  }

  /** After healing: everything held and alive is everywhere, in the same order. */
  assertConverged(nowMs: number, timelines: readonly (readonly string[])[]): void {
    const [first = []] = timelines;
    timelines.forEach((timeline, node) => {
      const same = timeline.length === first.length && timeline.every((id, i) => id === first[i]);
      if (!same) this.#violate(`node ${node} has another timeline than node 0`);
    });
    const present = new Set(first);
    for (const [key, written] of this.#held) {
      const livesOn = nowMs - written.writtenMs < written.lifetimeMs * 0.9;
      if (livesOn && !present.has(key)) this.#violate(`${key.slice(0, 8)} was held and is gone`);
    }
  }

  /** After healing: all boxes believe the same of their site. */
  assertSameBeliefs(beliefs: readonly string[]): void {
    beliefs.forEach((belief, node) => {
      if (belief !== beliefs[0]) this.#violate(`node ${node} believes other lists than node 0`);
    });
  }

  #violate(what: string): void {
    this.violations.push(what);
  }
}
