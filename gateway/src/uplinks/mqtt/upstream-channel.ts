/**
 * A channel at an upstream broker: which way it crosses, and its topic there,
 * `<prefix>/<site>/channels/<name>/messages`. Step 6.
 */
import type { Crossing } from '@muster/core';
import { channelLevel } from '../../mqtt/channels/topics.ts';

export interface UpstreamChannel {
  readonly name: string;
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly crossing: Crossing;
}

/** `site`: the topics' part for the site, such as `muster/harbour`. */
export function upstreamTopic(site: string, name: string): string {
  return `${site}/channels/${channelLevel(name)}/messages`;
}
