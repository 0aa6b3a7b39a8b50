/**
 * What a node says to a phone, read strictly out of JSON (docs/protocol/api.md). A node is no more
 * believed than any other stranger: a frame that does not have the form asked for is undefined, and
 * nothing here throws. What a bundle holds is checked later, against its signature.
 */
import { nameLimits } from '@muster/core';
import { webLimits } from '../limits.ts';
import { bytes, type Json, objects, text, whole } from './json-members.ts';
import { type Nearby, nearbyOf } from './nearby.ts';

export interface Item {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly role: string;
  /** The author's, in wire form, when its role wears a badge; else empty. */
  readonly ticket: Uint8Array;
  readonly ageMs: number;
  readonly hops: number;
  readonly nodes: number;
  readonly arrivedUnixMs: number;
}

/** Other sites' channels are left out: the signed policy tells of them, not the node's list. */
export interface ListedChannel {
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly kind: 'site' | 'public' | 'announcement';
  readonly name: string;
  readonly topic: string;
  /** 32 bytes; the root key for a channel of the site. */
  readonly creator: Uint8Array | undefined;
  /** Announcement channels: further keys that may write. */
  readonly writers: readonly Uint8Array[];
}

export interface Challenge {
  readonly nonce: Uint8Array;
  readonly nodeKey: Uint8Array;
  readonly site: Uint8Array;
}

export interface Welcome {
  readonly ticket: Uint8Array;
  readonly role: string;
  readonly seqMax: number;
  readonly frozen: boolean;
  readonly unixMs: number;
}

export interface Present {
  /** 32 bytes. */
  readonly device: Uint8Array;
  readonly name: string;
  /** In wire form, where it proves more than a guest; else empty. */
  readonly ticket: Uint8Array;
}

/** Somebody who asks to be let in as a guest. */
export interface Waiting {
  /** 32 bytes. */
  readonly device: Uint8Array;
  readonly name: string;
}

export type NodeMessage =
  | ({ readonly type: 'challenge' } & Challenge)
  | ({ readonly type: 'welcome' } & Welcome)
  | { readonly type: 'held'; readonly id: Uint8Array; readonly nodes: number; readonly ref: string }
  | {
      readonly type: 'refused';
      readonly ref: string;
      readonly reason: string;
      readonly retry: boolean;
      readonly retryAfterMs: number;
    }
  | {
      readonly type: 'bundles';
      readonly tag: Uint8Array;
      readonly items: readonly Item[];
      readonly more: boolean;
    }
  | {
      readonly type: 'page';
      readonly ref: string;
      readonly tag: Uint8Array;
      readonly items: readonly Item[];
      readonly end: boolean;
    }
  | {
      readonly type: 'channels';
      readonly channels: readonly ListedChannel[];
      /** The site's policy on other sites in wire form; empty when there is none. */
      readonly policy: Uint8Array;
    }
  | {
      readonly type: 'here';
      readonly people: readonly Present[];
      readonly more: number;
      readonly nodes: number;
    }
  /** Trust lists and site rules in wire form; several frames may follow one another. */
  | { readonly type: 'trust'; readonly documents: readonly Uint8Array[] }
  /** Before the welcome: how many are let in before us, and us. */
  | { readonly type: 'waiting'; readonly place: number }
  | { readonly type: 'guests-waiting'; readonly people: readonly Waiting[] }
  | { readonly type: 'pass'; readonly ref: string; readonly text: string }
  | ({ readonly type: 'nearby' } & Nearby)
  | { readonly type: 'ping' | 'pong'; readonly n: number }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

/** A bundle as a node shows it, in whichever frame. */
export function itemOf(json: Json): Item {
  return {
    signed: bytes(json.signed),
    signature: bytes(json.signature),
    role: text(json.role),
    ticket: bytes(json.ticket),
    ageMs: whole(json.ageMs),
    hops: whole(json.hops),
    nodes: whole(json.nodes, 1, 1),
    arrivedUnixMs: whole(json.arrivedUnixMs),
  };
}

function listedChannel(json: Json): ListedChannel[] {
  const tag = bytes(json.tag);
  const creator = bytes(json.creator);
  const { kind } = json;
  if (tag.length !== 16) return [];
  if (kind !== 'site' && kind !== 'public' && kind !== 'announcement') return [];
  return [
    {
      tag,
      kind,
      name: text(json.name),
      topic: text(json.topic),
      creator: creator.length === 32 ? creator : undefined,
      writers: keys(json.writers),
    },
  ];
}

function keys(value: unknown): Uint8Array[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, nameLimits.writersMax)
    .map(bytes)
    .filter((key) => key.length === 32);
}

function waiting(json: Json): Waiting[] {
  const device = bytes(json.device);
  return device.length === 32 ? [{ device, name: text(json.name) }] : [];
}

function present(json: Json): Present[] {
  return waiting(json).map((one) => ({ ...one, ticket: bytes(json.ticket) }));
}

/** What is no bytes at all is left out; what it says is judged by whoever takes it. */
function documents(value: unknown): Uint8Array[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, webLimits.trustDocumentsMax)
    .map(bytes)
    .filter((wire) => wire.length > 0);
}

const readers: { [type: string]: (json: Json) => NodeMessage | undefined } = {
  challenge(json) {
    const nonce = bytes(json.nonce);
    const nodeKey = bytes(json.nodeKey);
    const site = bytes(json.site);
    if (nonce.length !== 32 || nodeKey.length !== 32 || site.length !== 16) return undefined;
    return { type: 'challenge', nonce, nodeKey, site };
  },
  welcome: (json) => ({
    type: 'welcome',
    ticket: bytes(json.ticket),
    role: text(json.role),
    seqMax: whole(json.seqMax, -1, -1),
    frozen: json.frozen === true,
    unixMs: whole(json.unixMs),
  }),
  held: (json) => ({
    type: 'held',
    id: bytes(json.id),
    nodes: whole(json.nodes, 1, 1),
    ref: text(json.ref),
  }),
  refused: (json) => ({
    type: 'refused',
    ref: text(json.ref),
    reason: text(json.reason),
    retry: json.retry === true,
    retryAfterMs: whole(json.retryAfterMs),
  }),
  bundles: (json) => ({
    type: 'bundles',
    tag: bytes(json.tag),
    items: objects(json.items).map(itemOf),
    more: json.more === true,
  }),
  page: (json) => ({
    type: 'page',
    ref: text(json.ref),
    tag: bytes(json.tag),
    items: objects(json.items).map(itemOf),
    end: json.end === true,
  }),
  channels: (json) => ({
    type: 'channels',
    channels: objects(json.channels).flatMap(listedChannel),
    policy: bytes(json.policy),
  }),
  here: (json) => ({
    type: 'here',
    people: objects(json.people).flatMap(present),
    more: whole(json.more),
    nodes: whole(json.nodes),
  }),
  trust: (json) => ({ type: 'trust', documents: documents(json.documents) }),
  waiting: (json) => ({ type: 'waiting', place: whole(json.place, 1, 1) }),
  'guests-waiting': (json) => ({
    type: 'guests-waiting',
    people: objects(json.people).slice(0, webLimits.guestsWaitingMax).flatMap(waiting),
  }),
  pass: (json) => ({ type: 'pass', ref: text(json.ref), text: text(json.text) }),
  nearby: (json) => ({ type: 'nearby', ...nearbyOf(json) }),
  ping: (json) => ({ type: 'ping', n: whole(json.n) }),
  pong: (json) => ({ type: 'pong', n: whole(json.n) }),
  error: (json) => ({ type: 'error', code: text(json.code), message: text(json.message) }),
};

/** The message, or undefined for one that we do not know or cannot read. */
export function readNodeMessage(frame: string): NodeMessage | undefined {
  try {
    const json = JSON.parse(frame) as Json;
    const type = text(json?.type);
    return Object.hasOwn(readers, type) ? readers[type]!(json) : undefined;
  } catch {
    return undefined;
  }
}
