/**
 * The real things that an agent runs on. They are imported when they are asked for, so that
 * commands which need none of them start fast.
 */
import { existsSync } from 'node:fs';
import type { ClaimAnnouncement, ClaimDiscovery } from '@muster/adapters/discovery-mdns';
import type { BleHost } from '@muster/adapters/transport-ble';
import type { L2capHelper } from '@muster/adapters/transport-ble/l2cap';
import type {
  Clock,
  Crypto,
  Discovery,
  KeyPair,
  Logger,
  Medium,
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

/** The Bluetooth of this machine; nothing is opened before it is started. */
export interface Radio {
  readonly host: BleHost;
  /** Makes L2CAP channels; undefined where the radio needs none for them, or has none. */
  readonly helper: Pick<L2capHelper, 'start' | 'stop' | 'status'> | undefined;
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
    /** Beside the network, started and stopped with it. */
    readonly media: readonly Medium[];
  }): Promise<MeshTransport>;
  /** Whether this machine has what a radio takes; cheap, and asked now and then. */
  hasRadio(): boolean;
  /** Asked for only where Bluetooth is wanted. `adapters`: names; empty for all. */
  createRadio(options: { readonly adapters: readonly string[] }): Promise<Radio>;
  createDiscovery(options: {
    readonly nodeKey: Uint8Array;
    addresses(): readonly string[];
  }): Promise<Discovery>;
  /** Nodes that wait to be claimed, and desks that could claim them; says which this one is. */
  createClaimDiscovery(options: {
    announce(): ClaimAnnouncement | undefined;
  }): Promise<ClaimDiscovery>;
}

/** The message bus of the system, by the D-Bus specification's well-known place. */
const systemBusPath = '/run/dbus/system_bus_socket';

export interface RealPartsOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Where log lines go. */
  readonly destination: { write(line: string): void };
}

export async function realParts(options: RealPartsOptions): Promise<AgentParts> {
  const [{ createPinoLogger }, { createSystemClock }, { createSystemRandom }, sodium] =
    await Promise.all([
      import('@muster/adapters/logger-pino'),
      import('@muster/adapters/clock-system'),
      import('@muster/adapters/random-system'),
      import('@muster/adapters/crypto-sodium'),
    ]);
  const { level, destination } = options;
  const logger = createPinoLogger({ level, destination });
  const clock = createSystemClock();
  const random = createSystemRandom();
  return {
    crypto: sodium.createSodiumCrypto(),
    clock,
    random,
    logger,
    async openStore({ path, logger: storeLogger }) {
      const { openSqliteStore } = await import('@muster/adapters/store-sqlite');
      return openSqliteStore({ path, logger: storeLogger });
    },
    async createTransport(given) {
      const { createLibp2pTransport } = await import('@muster/adapters/transport-libp2p');
      return createLibp2pTransport({ ...given, clock, random, logger });
    },
    hasRadio: () => existsSync(systemBusPath),
    async createRadio({ adapters }) {
      const { openRadio } = await import('./bluetooth/radio.ts');
      return openRadio({ adapters, clock, random, logger });
    },
    async createDiscovery(given) {
      const { createMdnsDiscovery } = await import('@muster/adapters/discovery-mdns');
      return createMdnsDiscovery({ ...given, clock, random, logger });
    },
    async createClaimDiscovery(given) {
      const { createClaimDiscovery } = await import('@muster/adapters/discovery-mdns');
      return createClaimDiscovery({ ...given, clock, random, logger });
    },
  };
}
