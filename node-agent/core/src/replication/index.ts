/**
 * Replication `/muster/replicate/1`: step 4 of a message's way. A node makes one Forwarder, hands
 * it every link and every new bundle, and is its ReplicationHost.
 */
export { type CloseReason, closeReasons } from './close-reason.ts';
export { Forwarder, type ForwarderOptions, type OfferOptions } from './forwarder.ts';
export type { ReceiveAnswer, ReplicationHost, Sendable } from './host.ts';
