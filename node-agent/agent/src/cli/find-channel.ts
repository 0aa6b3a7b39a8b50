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
  /** False for another site's channel that is only read here. */
  readonly writable: boolean;
}

export async function findChannel(opened: CliSession, given: string): Promise<FoundChannel> {
  const { channels } = await opened.session.listing;
  const link = decodeChannelLink(given);
  if (link) return channelOfLink(opened, link, channels);
  const name = given.replace(/^#/, '');
  const named = channels.filter((channel) => channel.name === name);
  // Names that the admin gave win: no guest can take them.
  const chosen = named.filter(({ kind }) => kind === 'site' || kind === 'federated');
  const called = chosen.length > 0 ? chosen : named;
  const byTag = channels.find(({ tag }) => tag === given);
  if (!byTag && called.length > 1) throw ambiguous(name, called);
  const found = byTag ?? called[0];
  if (!found) throw unknownChannel(name, channels);
  return foundOf(found);
}

/** The code with which others join it; '' for another site's, which the site's policy brings. */
export function codeOf(channel: FoundChannel): string {
  const kinds = {
    site: ChannelKind.public,
    public: ChannelKind.public,
    private: ChannelKind.private,
    announcement: ChannelKind.announcement,
  };
  if (channel.kind === 'federated') return '';
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
  return {
    tag,
    name,
    kind: kinds[link.kind],
    topic: '',
    creator,
    writers: [],
    key,
    writable: true,
  };
}

function foundOf(listed: ListedChannel): FoundChannel {
  const { name, kind, topic, writers = [], writable = true } = listed;
  const tag = fromBase64url(listed.tag);
  const creator = fromBase64url(listed.creator);
  if (tag?.length !== 16 || creator?.length !== 32) throw unknownChannel(name, []);
  return { tag, name, kind, topic, creator, writers, key: new Uint8Array(0), writable };
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
