/**
 * A libp2p node that does nothing by itself: no dialling, no pings, no identify, no peer store, no
 * log of its own. It carries step 4 of a message's way; who is dialled is decided elsewhere.
 */
import type {
  ComponentLogger,
  ConnectionGater,
  Logger as Libp2pLogger,
  MultiaddrConnection,
  PrivateKey,
} from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { createLibp2p, type Libp2p, type Libp2pOptions } from 'libp2p';
import { connectionLimits, dialLimits, stackLimits } from './constants.ts';
import { forgetfulDatastore } from './forgetful-datastore.ts';
import type { Admission, InboundLimits } from './inbound-limits.ts';
import { noiseCrypto } from './noise-crypto.ts';
import { boundMuxer, careForConnection } from './stack-care.ts';

export interface QuietNodeOptions {
  readonly privateKey: PrivateKey;
  /** Multiaddrs as text. */
  readonly listen: readonly string[];
  readonly webSockets: boolean;
  readonly inboundLimits: InboundLimits;
}

/** The part of libp2p that dials one address; its dial queue would try them one after the other. */
export type TransportManager = Parameters<
  NonNullable<NonNullable<Libp2pOptions['services']>[string]>
>[0]['transportManager'];

export interface QuietNode {
  readonly node: Libp2p;
  readonly transportManager: TransportManager;
}

export async function createQuietNode(options: QuietNodeOptions): Promise<QuietNode> {
  let transportManager: TransportManager | undefined;
  const node = await createLibp2p({
    start: false,
    privateKey: options.privateKey,
    addresses: { listen: [...options.listen] },
    transports: [tcp(), ...(options.webSockets ? [await webSockets()] : [])],
    connectionEncrypters: [noise({ crypto: noiseCrypto })],
    streamMuxers: [() => boundMuxer(createYamux())],
    connectionProtector: () => ({
      async protect(connection) {
        careForConnection(connection);
        return connection;
      },
    }),
    connectionGater: gater(options.inboundLimits),
    connectionMonitor: { enabled: false },
    connectionManager: {
      maxConnections: connectionLimits.inboundMax + connectionLimits.linksMax,
      maxIncomingPendingConnections: connectionLimits.inboundMax,
      // The gater counts; this one would refuse several nodes behind one address.
      inboundConnectionThreshold: connectionLimits.inboundMax,
      inboundUpgradeTimeout: connectionLimits.handshakeMsMax,
      connectionCloseTimeout: connectionLimits.closeGraceMs,
      maxParallelDials: dialLimits.parallelMax,
      reconnectRetries: 0,
    },
    datastore: forgetfulDatastore(),
    logger: silentLogger,
    services: {
      // The official way to the parts; the name must not be that of a part.
      ownDialling: (components) => {
        transportManager = components.transportManager;
        return {};
      },
    },
  });
  return { node, transportManager: transportManager! };
}

/** Loaded only where it is used: it costs memory. */
async function webSockets() {
  const module = await import('@libp2p/websockets');
  return module.webSockets();
}

const createYamux = yamux({
  enableKeepAlive: false,
  maxInboundStreams: stackLimits.streamsPerConnectionMax,
  maxOutboundStreams: stackLimits.streamsPerConnectionMax,
  maxEarlyStreams: stackLimits.streamsPerConnectionMax,
  streamOptions: {
    initialStreamWindowSize: stackLimits.yamuxWindowBytes,
    maxStreamWindowSize: stackLimits.yamuxWindowBytes,
    maxReadBufferLength: stackLimits.readBufferBytesMax,
    maxWriteBufferLength: stackLimits.writeBufferBytesMax,
  },
});

function gater(limits: InboundLimits): ConnectionGater {
  const admissions = new WeakMap<MultiaddrConnection, Admission>();
  return {
    denyInboundConnection(connection) {
      const admission = limits.admit(hostOf(connection));
      if (admission === undefined) return true;
      admissions.set(connection, admission);
      connection.addEventListener('close', () => admission.gone());
      if (connection.status !== 'open') admission.gone();
      return false;
    },
    denyInboundUpgradedConnection(_peer, connection) {
      admissions.get(connection)?.finished();
      return false;
    },
  };
}

/** The IP address at the other end; empty where there is none. */
export function hostOf(connection: Pick<MultiaddrConnection, 'remoteAddr'>): string {
  const parts = connection.remoteAddr.getComponents();
  return parts.find(({ name }) => name === 'ip4' || name === 'ip6')?.value ?? '';
}

const silence = (): void => {};
const silentLog: Libp2pLogger = Object.assign(() => {}, {
  error: silence,
  trace: silence,
  enabled: false,
  newScope: () => silentLog,
});
const silentLogger: ComponentLogger = { forComponent: () => silentLog };
