/**
 * The topics of a site on its broker (docs/protocol/mqtt.md). Names of sites, channels and clients
 * are other people's words: as a level of a topic they can neither end it nor be a wildcard.
 */
import { hostLabel } from '@muster/agent';
import { utf8 } from '@muster/core';
import { topicLimits } from './limits.ts';

const unsafe = /[\p{Cc}%+#/@]/gu;

/** A site as a level of topics: "Blue Fair" is "blue-fair"; "site" when nothing is left of it. */
export function siteLabel(siteName: string): string {
  return hostLabel(siteName).slice(0, topicLimits.siteLabelMax).replace(/-$/, '') || 'site';
}

/** A name as one level: control characters and `% + # / @` as %XX of their UTF-8 bytes. */
export function topicLevel(name: string): string {
  return name.replace(unsafe, (character) =>
    [...utf8(character)].map((byte) => `%${hexByte(byte)}`).join(''),
  );
}

/** `news@harbour` taken apart: the part behind the last `@` is the site. */
export function foreignName(
  name: string,
): { readonly channel: string; readonly site: string } | undefined {
  const at = name.lastIndexOf('@');
  return at === -1 ? undefined : { channel: name.slice(0, at), site: name.slice(at + 1) };
}

/** A channel as one level, by its name in the settings: `news@harbour` keeps its `@`. */
export function channelLevel(name: string): string {
  const foreign = foreignName(name);
  if (!foreign) return topicLevel(name);
  return `${topicLevel(foreign.channel)}@${topicLevel(foreign.site)}`;
}

/** What a client publishes to is one of these two; what it subscribes to is `messages`. */
export const channelEnds = { messages: 'messages', urgent: 'urgent' } as const;
export type ChannelEnd = keyof typeof channelEnds;

export function channelTopic(site: string, level: string, end: ChannelEnd = 'messages'): string {
  return `muster/${site}/channels/${level}/${end}`;
}

export function errorsTopic(site: string, client: string): string {
  return `muster/${site}/clients/${topicLevel(client)}/errors`;
}

/** `nodeKey` in base64url, which has no letter that a topic minds. */
export function nodeTopic(site: string, nodeKey: string, end: 'status' | 'availability'): string {
  return `muster/${site}/nodes/${nodeKey}/${end}`;
}

/** Whether a topic is the gateway's to write: everything below `muster`. */
export function isReserved(topic: string): boolean {
  return topic === 'muster' || topic.startsWith('muster/');
}

/** The channel that a topic of this site names, undefined for any other topic. */
export function channelOfTopic(
  site: string,
  topic: string,
): { readonly level: string; readonly end: ChannelEnd } | undefined {
  const [root, ofSite, kind, level, end, ...rest] = topic.split('/');
  if (root !== 'muster' || ofSite !== site || kind !== 'channels' || rest.length > 0) {
    return undefined;
  }
  const isEnd = end === channelEnds.messages || end === channelEnds.urgent;
  return level && isEnd ? { level, end } : undefined;
}

function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
