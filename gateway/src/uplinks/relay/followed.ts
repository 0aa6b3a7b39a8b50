/**
 * What a gateway reads from a relay (step 6), out of the newest site policy: of its own site the
 * channels that cross, so that two halves of a site meet there, and of each pinned site the
 * channels that are subscribed to. The relay asks for the other side's consent, and so does the
 * node again.
 */
import { Crossing, equalBytes, type SitePolicy } from '@muster/core';

export interface FollowedTags {
  /** Site id, 16 bytes. */
  readonly site: Uint8Array;
  /** 16 bytes each. */
  readonly tags: readonly Uint8Array[];
}

export function followedTags(policy: SitePolicy | undefined): readonly FollowedTags[] {
  if (!policy) return [];
  const tagsWhere = (way: Crossing, peer?: Uint8Array): readonly Uint8Array[] =>
    policy.rules
      .filter(({ crossing }) => (crossing & way) !== 0)
      .filter(({ peers }) => !peer || peers.some((one) => equalBytes(one, peer)))
      .map(({ tag }) => tag);
  const own = { site: policy.site, tags: tagsWhere(Crossing.publish) };
  const pinned = policy.pins.map(({ site }) => ({
    site,
    tags: tagsWhere(Crossing.subscribe, site),
  }));
  return [own, ...pinned].filter(({ tags }) => tags.length > 0);
}
