/**
 * Who is connected by whatever medium, by the ids of tags, and what it means for the candidates
 * when that changes: who was lost is missed, and who left is not. Before step 4.
 */
import { bytesKey, type ConnectedPeer } from '@muster/core';
import type { Candidate, Candidates } from './candidates.ts';
import { dialTimes } from './limits.ts';

interface Neighbour {
  readonly isSound: boolean;
  readonly sinceMs: number;
}

/** Node keys whose id is remembered; when there are more, all are made anew. */
const idsMax = 1_024;

export class Neighbours {
  readonly #candidates: Candidates;
  readonly #idOf: (nodeKey: Uint8Array) => Uint8Array;
  readonly #ids = new Map<string, Uint8Array>();
  #byName = new Map<string, Neighbour>();
  /** When somebody closed their link in good order, or we closed it so; of members, by name. */
  readonly #left = new Map<string, number>();

  constructor(candidates: Candidates, idOf: (nodeKey: Uint8Array) => Uint8Array) {
    this.#candidates = candidates;
    this.#idOf = idOf;
  }

  get size(): number {
    return this.#byName.size;
  }

  isSound(candidate: Candidate): boolean {
    return this.#byName.get(candidate.name)?.isSound ?? false;
  }

  /** Its link over this medium ended in good order: it need not be back at once. */
  leave(nodeKey: Uint8Array, nowMs: number): void {
    this.#left.set(bytesKey(this.idOf(nodeKey)), nowMs);
  }

  idOf(nodeKey: Uint8Array): Uint8Array {
    const name = bytesKey(nodeKey);
    let id = this.#ids.get(name);
    if (id === undefined) {
      if (this.#ids.size >= idsMax) this.#ids.clear();
      id = this.#idOf(nodeKey);
      this.#ids.set(name, id);
    }
    return id;
  }

  update(peers: readonly ConnectedPeer[], nowMs: number): void {
    const before = this.#byName;
    this.#byName = new Map(
      peers.map(({ nodeKey, costClass, isDoubtful }) => {
        const name = bytesKey(this.idOf(nodeKey));
        // A link of this medium that is in doubt cannot be helped by a second one.
        const isSound = !isDoubtful || costClass === 'radio';
        const was = before.get(name);
        const sinceMs = was !== undefined && was.isSound === isSound ? was.sinceMs : nowMs;
        return [name, { isSound, sinceMs }];
      }),
    );
    for (const candidate of this.#candidates.values()) {
      const was = before.get(candidate.name);
      if (was?.isSound && !this.isSound(candidate)) this.#lost(candidate, was.sinceMs, nowMs);
    }
    for (const [name, atMs] of this.#left) {
      if (nowMs - atMs >= dialTimes.leavingMs) this.#left.delete(name);
    }
  }

  #lost(candidate: Candidate, sinceMs: number, nowMs: number): void {
    candidate.missingSinceMs = nowMs;
    if (this.#left.has(candidate.name)) return;
    if (nowMs - sinceMs < dialTimes.stableMs) {
      candidate.failures += 1;
      candidate.notBeforeMs = nowMs + dialTimes.backoffMsMin * 2 ** Math.min(candidate.failures, 6);
      return;
    }
    candidate.lostMs = nowMs;
    candidate.failures = 0;
    candidate.notBeforeMs = nowMs;
    for (const address of candidate.addresses) address.notBeforeMs = nowMs;
  }
}
