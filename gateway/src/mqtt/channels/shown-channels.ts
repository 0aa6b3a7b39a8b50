/**
 * Which channels appear as topics: those that are named in the settings, or the site's own when
 * none is. Another site's channel only when it is named (`news@harbour`) and both policies know it.
 * Private channels and conversations never: nothing that is encrypted gets a topic.
 */
import type { ListedChannel } from '@muster/agent';
import { bytesKey, equalBytes, fromBase64url, type SitePolicy } from '@muster/core';
import { channelLevel, foreignName } from './topics.ts';

export interface ShownChannel {
  /** As the settings name it, `news@harbour` for another site's. */
  readonly name: string;
  /** The same as a level of a topic. */
  readonly level: string;
  /** 16 bytes. */
  readonly tag: Uint8Array;
}

export interface ChannelSources {
  /** Names from the settings; empty: the site's own. */
  readonly names: readonly string[];
  /** In the order of the agent: the site's own, then those of staff, then the oldest. */
  readonly listed: readonly ListedChannel[];
  readonly policy: SitePolicy | undefined;
}

/** By the level of their topic. Of two channels of one name the first listed is shown. */
export function shownChannels(sources: ChannelSources): Map<string, ShownChannel> {
  const { names, listed } = sources;
  const wanted = names.length > 0 ? names : listed.filter(isOfSite).map(({ name }) => name);
  const shown = new Map<string, ShownChannel>();
  for (const name of wanted) {
    const tag = tagOf(sources, name);
    if (tag) shown.set(channelLevel(name), { name, level: channelLevel(name), tag });
  }
  return shown;
}

/** The same channels by the key of their tag (bytesKey). */
export function byTag(shown: Iterable<ShownChannel>): Map<string, ShownChannel> {
  return new Map([...shown].map((channel) => [bytesKey(channel.tag), channel]));
}

function isOfSite({ kind }: ListedChannel): boolean {
  return kind === 'site';
}

/** A name with an `@` is another site's channel, and never one of ours that is called so. */
function tagOf({ listed, policy }: ChannelSources, wanted: string): Uint8Array | undefined {
  const foreign = foreignName(wanted);
  if (!foreign) {
    const found = listed.find(({ name }) => name === wanted);
    return found && fromBase64url(found.tag);
  }
  const pin = policy?.pins.find(({ name }) => name === foreign.site);
  const rule = policy?.rules.find(
    (one) => pin && one.name === foreign.channel && equalBytes(one.home, pin.site),
  );
  return rule?.tag;
}
