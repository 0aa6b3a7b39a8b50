/**
 * Who is connected by whatever medium, by the ids of tags, and what it means for the candidates
 * when that changes: who was lost is missed, and who left is not. Before step 4.
 */
import { bytesKey, type ConnectedPeer, fullJitterMs, type Random } from '@muster/core';
import type { Candidate, Candidates } from './candidates.ts';
import type { StreamEnd } from './ends.ts';
import { dialTimes } from './limits.ts';

interface Neighbour {
  readonly isSound: boolean;
  readonly sinceMs: number;
}

/** Node keys whose id is remembered; when there are more, all are made anew. */
const idsMax = 1_024;

export class Neighbours {
  readonly #candidates: Candidates;
  readonly #random: Random;
  readonly #idOf: (nodeKey: Uint8Array) => Uint8Array;
  readonly #ids = new Map<string, Uint8Array>();
  #byName = new Map<string, Neighbour>();
  /** How streams ended a moment ago; of candidates, by name. */
  readonly #ends = new Map<string, { readonly end: StreamEnd; readonly atMs: number }>();

  constructor(candidates: Candidates, random: Random, idOf: (nodeKey: Uint8Array) => Uint8Array) {
    this.#candidates = candidates;
    this.#random = random;
    this.#idOf = idOf;
  }

  get size(): number {
    return this.#byName.size;
  }

  isSound(candidate: Candidate): boolean {
    return this.#byName.get(candidate.name)?.isSound ?? false;
  }

  /** Its link over this medium ended so. */
  ended(nodeKey: Uint8Array, end: StreamEnd, nowMs: number): void {
    const id = this.idOf(nodeKey);
    if (this.#candidates.get(id)) this.#ends.set(bytesKey(id), { end, atMs: nowMs });
  }

  /** An adapter of ours has come: what failed before it did says nothing of who is there. */
  beginAnew(nowMs: number): void {
    for (const candidate of this.#candidates.values()) {
      candidate.failures = 0;
      candidate.notBeforeMs = Math.min(candidate.notBeforeMs, nowMs);
    }
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

  /** Whether somebody is missed from now on. */
  update(peers: readonly ConnectedPeer[], nowMs: number): boolean {
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
    let isMissed = false;
    for (const candidate of this.#candidates.values()) {
      const was = before.get(candidate.name);
      if (!was?.isSound || this.isSound(candidate)) continue;
      this.#lost(candidate, was.sinceMs, nowMs);
      isMissed ||= candidate.lostMs === nowMs;
    }
    for (const [name, { atMs }] of this.#ends) {
      if (nowMs - atMs >= dialTimes.leavingMs) this.#ends.delete(name);
    }
    return isMissed;
  }

  #lost(candidate: Candidate, sinceMs: number, nowMs: number): void {
    candidate.missingSinceMs = nowMs;
    const end = this.#ends.get(candidate.name)?.end;
    if (end === 'orderly') return;
    if (nowMs - sinceMs < dialTimes.stableMs) {
      candidate.failures += 1;
      const { backoffMsMin, backoffMsMax, shakyMsMax } = dialTimes;
      const bounds = { min: 2 * backoffMsMin, max: end === 'air' ? shakyMsMax : backoffMsMax };
      candidate.notBeforeMs = nowMs + fullJitterMs(this.#random, bounds, candidate.failures);
      return;
    }
    candidate.lostMs = nowMs;
    candidate.failures = 0;
    candidate.notBeforeMs = nowMs;
    for (const address of candidate.addresses) address.notBeforeMs = nowMs;
  }
}
