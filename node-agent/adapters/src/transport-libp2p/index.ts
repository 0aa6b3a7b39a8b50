/**
 * `@muster/adapters/transport-libp2p`: links to neighbours over TCP or WebSocket, and over any
 * Medium of the core, with Noise and Yamux; the peer id is the node key. Step 4 of a message's way.
 *
 *     const transport = createLibp2pTransport({ key, listen: ['/ip4/0.0.0.0/tcp/7310'],
 *       bootstrap: [], clock, random, logger });
 *     await transport.start((link) => link.start(handlers));
 *     discovery.start((sighting) => transport.addSighting(sighting));
 */
export { nodeKeyFromText, peerIdText } from './peer-key.ts';
export {
  createLibp2pTransport,
  type Libp2pTransport,
  type Libp2pTransportOptions,
  type TransportLink,
  type TransportStatus,
} from './transport.ts';
