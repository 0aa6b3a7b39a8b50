/**
 * `@muster/adapters/discovery-mdns`: neighbours on the LAN by mDNS, in the records of libp2p, so
 * that other libp2p peers understand them; and nodes that wait to be claimed. Before step 4 of a
 * message's way.
 *
 *     const discovery = createMdnsDiscovery({ nodeKey, addresses: () => transport.addresses(),
 *       clock, random, logger });
 *     await discovery.start((sighting) => transport.addSighting(sighting));
 */
export {
  type ClaimAnnouncement,
  type ClaimDiscovery,
  type ClaimDiscoveryOptions,
  type ClaimPeer,
  createClaimDiscovery,
} from './claim-discovery.ts';
export {
  createMdnsDiscovery,
  type MdnsDiscovery,
  type MdnsDiscoveryOptions,
  type MdnsStatus,
} from './discovery.ts';
