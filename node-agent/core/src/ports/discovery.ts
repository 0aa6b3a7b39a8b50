/**
 * Finding neighbours. It only says who may be there: whoever it names is a stranger until the link
 * proves the node key and the hello proves the certificate. It never dials.
 */
export interface Sighting {
  /** Ed25519 node key that the announcement claims, 32 bytes; unproven. */
  readonly nodeKey: Uint8Array;
  /** Addresses to try, best first, as multiaddr text. */
  readonly addresses: readonly string[];
}

export interface Discovery {
  start(onSighting: (sighting: Sighting) => void): Promise<void>;
  stop(): Promise<void>;
}
