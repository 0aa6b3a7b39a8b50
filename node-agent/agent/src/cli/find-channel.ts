/**
 * Which channel someone means on the command line: a name that the node lists (with or without #),
 * a tag, or the code of a channel, which is the only way to a private one.
 */
import {
  ChannelKind,
  type ChannelLink,
  decodeChannelLink,
  encodeChannelLink,
  fromBase64url,
  MusterError,
  tagOfLink,
  toBase64url,
} from '@muster/core';
import type { ListedChannel } from '../channels/channel-list.ts';
import { inert } from './terminal.ts';
import type { CliSession } from './with-session.ts';

export interface FoundChannel {
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly name: string;
  readonly kind: ListedChannel['kind'] | 'private';
  readonly topic: string;
  readonly creator: Uint8Array;
  readonly writers: readonly string[];
  /** The key of a private channel, 32 bytes; else empty. */
  readonly key: Uint8Array;
}

export async function findChannel(opened: CliSession, given: string): Promise<FoundChannel> {
  const channels = await opened.session.channels;
  const link = decodeChannelLink(given);
  if (link) return channelOfLink(opened, link, channels);
  const name = given.replace(/^#/, '');
  const named = channels.filter((channel) => channel.name === name);
  // A name of the site's own wins: only the site can give it.
  const site = named.find(({ kind }) => kind === 'site');
  const found = site ?? channels.find(({ tag }) => tag === given) ?? named[0];
  if (!found) throw unknownChannel(name, channels);
  if (!site && found.name === name && named.length > 1) throw ambiguous(name, named);
  return foundOf(found);
}

/** The code with which others join it. */
export function codeOf(channel: FoundChannel): string {
  const kinds = {
    site: ChannelKind.public,
    public: ChannelKind.public,
    private: ChannelKind.private,
    announcement: ChannelKind.announcement,
  };
  const { name, creator, key } = channel;
  return encodeChannelLink({ kind: kinds[channel.kind], name, creator, key });
}

function channelOfLink(
  { crypto, site }: CliSession,
  link: ChannelLink,
  channels: readonly ListedChannel[],
): FoundChannel {
  const tag = tagOfLink(crypto, site, link);
  const listed = channels.find((channel) => channel.tag === toBase64url(tag));
  if (listed) return foundOf(listed);
  const { name, creator, key } = link;
  const kinds = {
    [ChannelKind.public]: 'public',
    [ChannelKind.private]: 'private',
    [ChannelKind.announcement]: 'announcement',
  } as const;
  return { tag, name, kind: kinds[link.kind], topic: '', creator, writers: [], key };
}

function foundOf(listed: ListedChannel): FoundChannel {
  const { name, kind, topic, writers = [] } = listed;
  const tag = fromBase64url(listed.tag);
  const creator = fromBase64url(listed.creator);
  if (tag?.length !== 16 || creator?.length !== 32) throw unknownChannel(name, []);
  return { tag, name, kind, topic, creator, writers, key: new Uint8Array(0) };
}

function unknownChannel(name: string, channels: readonly ListedChannel[]): MusterError {
  const known = channels.slice(0, 8).map((channel) => `#${inert(channel.name)}`);
  return new MusterError(
    'channel-unknown',
    `This node shows no channel #${inert(name)}`,
    known.length > 0 ? `It shows ${known.join(', ')}.` : 'See: muster channel list.',
  );
}

function ambiguous(name: string, named: readonly ListedChannel[]): MusterError {
  const tags = named.slice(0, 8).map(({ tag }) => tag);
  return new MusterError(
    'channel-ambiguous',
    `${named.length} channels are called #${inert(name)}, each made by someone else`,
    `Say which by its tag: ${tags.join(', ')}.`,
  );
}
