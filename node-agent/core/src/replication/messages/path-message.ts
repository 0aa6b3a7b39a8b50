/**
 * The message in which a node tells its path to the root of the base tree (step 4 of a message's
 * way): what it costs, and the nodes on it from the root to itself, by the first 8 bytes of their
 * keys.
 */
import { treeLimits } from '../limits.ts';
import { decodePrefixes, encodePrefixes, type IdPrefix, prefixOf } from './id-prefix.ts';
import { MessageReader } from './message-reader.ts';
import { MessageType } from './message-type.ts';
import { MessageWriter } from './message-writer.ts';

export interface TreePath {
  readonly cost: number;
  /** Root first, the node itself last; at least one. */
  readonly nodes: readonly IdPrefix[];
}

export function encodePath(path: TreePath): Uint8Array {
  return new MessageWriter()
    .byte(MessageType.path)
    .varint(path.cost)
    .bytes(encodePrefixes(path.nodes))
    .finish();
}

/** Undefined when malformed, or when it does not end with the key of who tells it. */
export function decodePath(message: Uint8Array, teller: Uint8Array): TreePath | undefined {
  const reader = new MessageReader(message, 1);
  const cost = reader.varint(treeLimits.costMax);
  const nodes = decodePrefixes(reader.rest(), treeLimits.pathNodesMax);
  if (reader.failed || nodes === undefined || nodes.at(-1) !== prefixOf(teller)) return undefined;
  return { cost, nodes };
}
