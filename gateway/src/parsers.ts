/**
 * @muster/gateway/parsers: what takes octets from outside apart, for the rig that feeds it hostile
 * ones. No step of its own. Nothing that ships imports it.
 */
export { type Draft, readDraft } from './mqtt/channels/draft.ts';
export { channelLevel, channelOfTopic, channelTopic, topicLevel } from './mqtt/channels/topics.ts';
export { Grants } from './mqtt/clients/grants.ts';
export { hashPassword } from './mqtt/clients/password.ts';
export { isTopic, isTopicFilter, TopicFilter } from './mqtt/clients/topic-filter.ts';
export { readConnect } from './mqtt/gate/connect.ts';
export { type Frame, Inbox } from './mqtt/gate/inbox.ts';
export { readPacket } from './mqtt/gate/packet.ts';
export { RelayHub } from './relay/relay-hub.ts';
export { SiteList } from './relay/site-list.ts';
export { ClientSession } from './relay-link/client-session.ts';
export { parseBrokerAddress } from './uplinks/mqtt/address.ts';
export { readOutside } from './uplinks/mqtt/outside.ts';
export { readUplinks, writeUplinks } from './uplinks/settings.ts';
