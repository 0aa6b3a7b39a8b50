/**
 * A channel message as MQTT subscribers get it: step 6. The JSON of docs/protocol/mqtt.md, made of
 * a bundle that was checked long ago. Names and text are other people's: carried as they are, and
 * escaped by JSON alone.
 */
import {
  type BundleFields,
  type ChannelMessage,
  ClockQuality,
  Lane,
  type ReadBundle,
  Role,
  Scope,
  toBase64url,
} from '@muster/core';
import { wordFor } from './word-for.ts';

/** What a subscriber parses; times in milliseconds, keys and ids in base64url. */
export interface MessageJson {
  readonly id: string;
  readonly channel: string;
  readonly author: {
    readonly key: string;
    /** What it calls itself: a label, proves nothing. */
    readonly name: string;
    /** The site that admitted it, as this site names it. */
    readonly site: string;
    readonly role: keyof typeof Role;
    /** There when a gateway signed for an MQTT client or for a broker beyond. */
    readonly via?: { readonly client: string };
  };
  readonly time: {
    /** As the author's clock claims. */
    readonly ms: number;
    readonly quality: keyof typeof ClockQuality;
    /** When it came to this node, by this node's clock. */
    readonly arrivedMs: number;
  };
  readonly text: string;
  readonly hops: number;
  readonly ageMs: number;
  readonly lane: keyof typeof Lane;
  readonly scope: keyof typeof Scope;
}

export interface MessageParts {
  readonly bundle: ReadBundle;
  readonly fields: BundleFields;
  readonly message: ChannelMessage;
  readonly channel: string;
  /** Name of the author's site. */
  readonly site: string;
}

export function messageJson({ bundle, fields, message, channel, site }: MessageParts): MessageJson {
  // Only a node signs for others; anyone else's claim to have been asked would be a lie.
  const via = bundle.role === Role.node ? message.via : undefined;
  return {
    id: toBase64url(bundle.id),
    channel,
    author: {
      key: toBase64url(bundle.author),
      name: message.name,
      site,
      role: wordFor(Role, bundle.role),
      ...(via ? { via: { client: via.client } } : {}),
    },
    time: {
      ms: fields.stamp.ms,
      quality: wordFor(ClockQuality, fields.quality),
      arrivedMs: bundle.arrivedUnixMs,
    },
    text: message.text,
    hops: bundle.hops,
    ageMs: Math.floor(bundle.ageNowMs),
    lane: wordFor(Lane, bundle.lane),
    scope: wordFor(Scope, fields.scope),
  };
}
