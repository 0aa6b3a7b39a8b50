/**
 * Makes a channel on this phone (step 1): its tag is bound to the device key that makes it, and its
 * description is a signed bundle. A private channel gets a fresh key, which only its link holds.
 */
import {
  ChannelKind,
  type Crypto,
  channelKeyBytes,
  channelTag,
  encodeDescription,
  encodeSealedNames,
  privateLabel,
  publicLabel,
  type Random,
  sealPayload,
} from '@muster/core';
import { type ChannelRecord, kindNames } from '../storage/records.ts';

export interface CreateParts {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly site: Uint8Array;
  /** Own device key, 32 bytes. */
  readonly creator: Uint8Array;
}

export interface ChannelWish {
  readonly kind: ChannelKind;
  readonly name: string;
  readonly topic: string;
}

export function createChannel(parts: CreateParts, wish: ChannelWish): ChannelRecord {
  const { crypto, site, creator } = parts;
  const isPrivate = wish.kind === ChannelKind.private;
  const key = isPrivate ? parts.random.bytes(channelKeyBytes) : new Uint8Array(0);
  const label = isPrivate ? privateLabel(crypto, key) : publicLabel(wish.name);
  return {
    tag: channelTag(crypto, { site, creator, label }),
    kind: kindNames[wish.kind],
    name: wish.name,
    topic: wish.topic,
    creator,
    key,
    revision: 0,
    writers: [],
    readUpTo: '',
  };
}

/** The payload of the bundle that describes an own channel. */
export function descriptionPayload(parts: CreateParts, record: ChannelRecord): Uint8Array {
  const { crypto, random, site, creator } = parts;
  const { name, topic, revision, writers, key, tag } = record;
  if (record.kind !== 'private') {
    const kind = record.kind === 'announcement' ? ChannelKind.announcement : ChannelKind.public;
    const label = publicLabel(name);
    const sealed = new Uint8Array(0);
    return encodeDescription({ kind, revision, label, topic, writers, sealed });
  }
  const plain = encodeSealedNames({ name, topic });
  const sealed = sealPayload(crypto, random, { plain, place: { site, tag, author: creator, key } });
  const label = privateLabel(crypto, key);
  return encodeDescription({
    kind: ChannelKind.private,
    revision,
    label,
    topic: '',
    writers: [],
    sealed,
  });
}
