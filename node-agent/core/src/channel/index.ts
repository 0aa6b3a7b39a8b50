/** Channels: tags, messages, descriptions and policy, profiles, sealing, links. */
export * from './description.ts';
export { type ChannelLink, decodeChannelLink, encodeChannelLink, tagOfLink } from './link.ts';
export {
  type ChannelMessage,
  decodeMessage,
  encodeMessage,
  type MessageVia,
  viaRefBytes,
} from './message.ts';
export { decodeProfile, encodeProfile, type Profile } from './profile.ts';
export {
  channelKeyBytes,
  openPayload,
  type SealPlace,
  sealOverheadBytes,
  sealPayload,
} from './seal.ts';
export {
  type ChannelOrigin,
  channelTag,
  privateLabel,
  profileTag,
  siteChannelTag,
} from './tag.ts';
