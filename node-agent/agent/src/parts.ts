/**
 * The real things that an agent runs on. They are imported when they are asked for, so that commands
 * which need none of them start fast.
 */
import type {
  Clock,
  Crypto,
  Discovery,
  KeyPair,
  Logger,
  Random,
  Sighting,
  Store,
  Transport,
} from '@muster/core';

export interface MeshTransport extends Transport {
  /** Multiaddrs on which neighbours can reach this node now. */
  addresses(): readonly string[];
  /** Someone may be there; dialled when it is not linked yet. */
  addSighting(sighting: Sighting): void;
}

/** Everything outside the rules: the edge of the system, given from outside. */
export interface AgentParts {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  openStore(options: {
    readonly path: string;
    readonly logger: Logger;
  }): Promise<{ readonly store: Store; readonly quarantined?: string | undefined }>;
  createTransport(options: {
    readonly key: KeyPair;
    readonly listen: readonly string[];
    readonly bootstrap: readonly string[];
  }): Promise<MeshTransport>;
  createDiscovery(options: {
    readonly nodeKey: Uint8Array;
    addresses(): readonly string[];
  }): Promise<Discovery>;
}
