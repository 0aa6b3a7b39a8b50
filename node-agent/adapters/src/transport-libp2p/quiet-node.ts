/**
 * A libp2p node that does nothing by itself: no dialling, no pings, no identify, no peer store, no
 * log of its own. It carries step 4 of a message's way; who is dialled is decided elsewhere.
 */
import type {
  ComponentLogger,
  Logger as Libp2pLogger,
  PrivateKey,
  Upgrader,
} from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { createLibp2p, type Libp2p, type Libp2pOptions } from 'libp2p';
import { connectionLimits, dialLimits, mediumLimits, stackLimits } from './constants.ts';
import { forgetfulDatastore } from './forgetful-datastore.ts';
import type { InboundGate } from './inbound-gate.ts';
import type { MediumTransport } from './medium-transport.ts';
import { noiseCrypto } from './noise-crypto.ts';
import { boundMuxer, careForConnection } from './stack-care.ts';

export interface QuietNodeOptions {
  readonly privateKey: PrivateKey;
  /** Multiaddrs as text. */
  readonly listen: readonly string[];
  readonly webSockets: boolean;
  /** Beside sockets. */
  readonly mediumTransports: readonly MediumTransport[];
  readonly gate: InboundGate;
}

/** The part of libp2p that dials one address; its dial queue would try them one after the other. */
export type TransportManager = Parameters<
  NonNullable<NonNullable<Libp2pOptions['services']>[string]>
>[0]['transportManager'];

export interface QuietNode {
  readonly node: Libp2p;
  readonly transportManager: TransportManager;
  readonly upgrader: Upgrader;
}

export async function createQuietNode(options: QuietNodeOptions): Promise<QuietNode> {
  let parts: Pick<QuietNode, 'transportManager' | 'upgrader'> | undefined;
  const node = await createLibp2p({
    start: false,
    privateKey: options.privateKey,
    addresses: { listen: [...options.listen] },
    transports: [
      tcp(),
      ...(options.webSockets ? [await webSockets()] : []),
      ...options.mediumTransports.map((transport) => () => transport),
    ],
    connectionEncrypters: [noise({ crypto: noiseCrypto })],
    streamMuxers: [() => boundMuxer(createYamux())],
    connectionProtector: () => ({
      async protect(connection) {
        careForConnection(connection);
        return connection;
      },
    }),
    connectionGater: options.gate,
    connectionMonitor: { enabled: false },
    connectionManager: {
      maxConnections: connectionLimits.inboundMax + connectionLimits.linksMax,
      maxIncomingPendingConnections: connectionLimits.inboundMax,
      // The gater counts; this one would refuse several nodes behind one address.
      inboundConnectionThreshold: connectionLimits.inboundMax,
      // The gater has the limit of each medium; this one is for all.
      inboundUpgradeTimeout: mediumLimits.handshakeMsMax,
      connectionCloseTimeout: connectionLimits.closeGraceMs,
      maxParallelDials: dialLimits.parallelMax,
      reconnectRetries: 0,
    },
    datastore: forgetfulDatastore(),
    logger: silentLogger,
    services: {
      // The official way to the parts; the name must not be that of a part.
      ownDialling: (components) => {
        parts = components;
        return {};
      },
    },
  });
  const { transportManager, upgrader } = parts!;
  return { node, transportManager, upgrader };
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

const silence = (): void => {};
const silentLog: Libp2pLogger = Object.assign(() => {}, {
  error: silence,
  trace: silence,
  enabled: false,
  newScope: () => silentLog,
});
export const silentLogger: ComponentLogger = { forComponent: () => silentLog };
