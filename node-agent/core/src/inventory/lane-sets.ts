/**
 * How many live ids each lane has, and their digest (step 4 of a message's way): what two nodes
 * compare before they reconcile a lane, kept up to date at no cost.
 */
import { type Lane, lanes } from '../bundle/bundle.ts';

const digestBytes = 16;

export class LaneSets {
  readonly #counts = lanes.map(() => 0);
  readonly #digests = lanes.map(() => new Uint8Array(digestBytes));

  count(lane: Lane): number {
    return this.#counts[lane]!;
  }

  /**
   * The xor of the first 16 bytes of all ids of a lane: equal for equal sets. It is not a
   * commitment: somebody with hundreds of own bundles can make two sets of them that look alike,
   * and so delay these very bundles until the next other one differs.
   */
  digest(lane: Lane): Uint8Array {
    return this.#digests[lane]!.slice();
  }

  /** An id comes to its lane's set (1) or goes from it (-1): xor is its own inverse. */
  change(lane: Lane, id: Uint8Array, change: 1 | -1): void {
    const digest = this.#digests[lane]!;
    this.#counts[lane]! += change;
    for (let i = 0; i < digestBytes; i++) digest[i]! ^= id[i]!;
  }
}
