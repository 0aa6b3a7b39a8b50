/**
 * The relay link: `/muster/relay/1`, its messages, what both ends share, and the gateway's end.
 * Step 6 of a message's way. The relay itself is in ../relay.
 */
export type { OfferedBundle, Settlement } from './bundle-sender.ts';
export type { RelayClientEvents, RelayQuota } from './client-session.ts';
export { decodeMessage as decodeRelayMessage } from './decode-message.ts';
export { encodeMessage as encodeRelayMessage } from './encode-message.ts';
export { ManifestReader, type ManifestReaderOptions } from './manifest-reader.ts';
export { ManifestWriter, type ManifestWriterOptions } from './manifest-writer.ts';
export {
  byeReasons,
  type FollowedSite,
  MessageType,
  OfferState,
  Outcome,
  type RelayMessage,
  relayProtocol,
  relayVersion,
} from './message.ts';
export {
  type RelayAnswer,
  RelayClient,
  type RelayClientOptions,
  type RelayClientStatus,
} from './relay-client.ts';
