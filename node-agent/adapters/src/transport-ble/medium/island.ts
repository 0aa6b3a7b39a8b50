/**
 * Who of those that are heard is on our island: there is a way to it over links that stand, by what
 * all boxes say of theirs. That may be late or false, so it only makes links more, never fewer; and
 * how many more is bounded where they are dialled (ADR 0033). Before step 4 of a message's way.
 */
import { type NodeApi, type NodeNumber, numberBytes } from '@muster/core';
import type { Candidate } from './candidates.ts';
import { candidateLimits } from './limits.ts';

export type MeshView = Pick<NodeApi, 'reachable' | 'isBridge'>;

export class Island {
  readonly #mesh: MeshView | undefined;
  /** Of a node key, of which 4 bytes are enough. */
  readonly #nameOf: (nodeKey: Uint8Array) => string;
  #nodes: ReadonlySet<NodeNumber> | undefined;
  #names = new Map<NodeNumber, string>();
  #byName: ReadonlySet<string> = new Set();

  constructor(mesh: MeshView | undefined, nameOf: (nodeKey: Uint8Array) => string) {
    this.#mesh = mesh;
    this.#nameOf = nameOf;
  }

  get isKnown(): boolean {
    return this.#mesh?.reachable() !== undefined;
  }

  /** Notes who is heard and apart, and since when. True when anybody is newly so. */
  mark(candidates: Iterable<Candidate>, nowMs: number): boolean {
    const names = this.#current();
    let isNews = false;
    for (const candidate of candidates) {
      const isJoined = names?.has(candidate.name) ?? false;
      const isHeard = nowMs - candidate.heardMs < candidateLimits.freshMs;
      if (isJoined) candidate.joinTries = 0;
      if (names === undefined || isJoined || !isHeard) {
        candidate.apartSinceMs = Number.POSITIVE_INFINITY;
      } else if (candidate.apartSinceMs > nowMs) {
        candidate.apartSinceMs = nowMs;
        isNews = true;
      }
    }
    return isNews;
  }

  isBridge(nodeKey: Uint8Array): boolean {
    return this.#mesh?.isBridge(nodeKey) ?? false;
  }

  #current(): ReadonlySet<string> | undefined {
    const nodes = this.#mesh?.reachable();
    if (nodes !== undefined && nodes !== this.#nodes) {
      const before = this.#names;
      this.#names = new Map(
        [...nodes].map((node) => [node, before.get(node) ?? this.#nameOf(numberBytes(node))]),
      );
      this.#byName = new Set(this.#names.values());
      this.#nodes = nodes;
    }
    return nodes && this.#byName;
  }
}
