/**
 * Channel tags, 16 bytes, bound to who made the channel: BLAKE2b-128(domain ‖ site ‖ creator ‖
 * label). Only the creator's descriptions fit the tag, so a name cannot be taken over; two channels
 * of one name by two creators are two channels. Channels of the site itself have the root key as
 * creator and need no description.
 */
import { domain } from '../bytes/domain.ts';
import { utf8 } from '../bytes/text.ts';
import { siteIdOf } from '../identity/site.ts';
import type { Crypto } from '../ports/crypto.ts';

export interface ChannelOrigin {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Device key of whoever made it, or the site root key, 32 bytes. */
  readonly creator: Uint8Array;
  /** The name in UTF-8; for a private channel `privateLabel` of its key. */
  readonly label: Uint8Array;
}

export function channelTag(crypto: Crypto, origin: ChannelOrigin): Uint8Array {
  return crypto.blake2b(16, domain('channel'), origin.site, origin.creator, origin.label);
}

/** Tag of a channel that every phone of the site knows, such as `general`. */
export function siteChannelTag(crypto: Crypto, siteKey: Uint8Array, name: string): Uint8Array {
  const site = siteIdOf(crypto, siteKey);
  return channelTag(crypto, { site, creator: siteKey, label: utf8(name) });
}

/** What stands for a private channel's key in public: BLAKE2b-256(domain ‖ key), 32 bytes. */
export function privateLabel(crypto: Crypto, key: Uint8Array): Uint8Array {
  return crypto.blake2b(32, domain('channel-key'), key);
}

/** The tag under which the profiles of a site's people travel. */
export function profileTag(crypto: Crypto, site: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('profiles'), site);
}
