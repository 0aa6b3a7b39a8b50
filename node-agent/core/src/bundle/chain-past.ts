/**
 * How far an author believes a node that says it saw more of it (step 1). A node may be hostile: it
 * must not be able to use up a key's numbers by a claim, or nothing could be written under it.
 */
import { type AuthorChain, skipChain } from './compose.ts';

/**
 * Bundles by which others can honestly be ahead of what an author remembers: more than a year
 * without a pause at the highest rate there is (120 a minute), for a device restored from an old
 * copy. A hostile node needs 2^22 sessions, each of which the author writes in, to use up 2^48.
 */
export const seqAheadMax = 2 ** 26;

/**
 * The chain to go on with, past everything seen (`seqMaxSeen`, -1 for nothing). The very same chain
 * when others saw no more than it knows, or claim what cannot be.
 */
export function chainPast(chain: AuthorChain, seqMaxSeen: number): AuthorChain {
  const isAhead = Number.isSafeInteger(seqMaxSeen) && seqMaxSeen >= chain.seq;
  return isAhead && seqMaxSeen - chain.seq < seqAheadMax ? skipChain(seqMaxSeen) : chain;
}
