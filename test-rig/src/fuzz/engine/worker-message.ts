/** What the parent and a worker tell each other. */
import type { ChunkResult, ChunkSpec } from './chunk.ts';

export interface WorkerOrder {
  readonly spec: ChunkSpec;
  /** Where to write each input down before it is run: in a chunk that ended a worker. */
  readonly trace?: string;
}

export type WorkerNews =
  | { readonly kind: 'alive' }
  | { readonly kind: 'done'; readonly result: ChunkResult }
  /** The order itself could not be carried out: no such target, seeds that throw. */
  | { readonly kind: 'failed'; readonly text: string };

/** How an input stands in the trace file: its number (8 octets, big-endian), then its octets. */
export const traceHeadBytes = 8;
