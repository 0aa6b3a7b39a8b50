/** Channels as MQTT topics: the bridge, the topics, and what a client is granted on them. */
export {
  type BridgeCounters,
  ChannelBridge,
  type ChannelBridgeOptions,
  type OwnPublish,
} from './channel-bridge.ts';
export { type ClientWish, clientGrants, type TopicGrants } from './client-grants.ts';
export type { PlaceKeeper } from './feed-place.ts';
export type { MessageJson } from './message-json.ts';
export { channelLevel, channelTopic, nodeTopic, siteLabel } from './topics.ts';
