/**
 * What a client says over its socket (docs/protocol/api.md), read strictly out of JSON. Anything
 * that is not exactly one of these is a fault with a code, never an exception. Judges form only.
 */
import { bundleLimits, nameLimits, ok, orderKeyBytes, timeLimits } from '@muster/core';
import { type AdminMessage, adminReaders } from './admin-message.ts';
import { socketLimits } from './limits.ts';
import { JsonReader } from './read-json.ts';

export interface SessionRequest {
  readonly type: 'session';
  readonly device: Uint8Array;
  readonly signature: Uint8Array;
  readonly name: string;
  readonly tickets: readonly Uint8Array[];
  /** Guest pass as text; empty when none is shown. */
  readonly pass: string;
  /** What a sign-in by passkey gave; empty when none is shown. */
  readonly passkey: string;
}

export interface PutRequest {
  readonly type: 'put';
  readonly ref: string;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly ageMs: number;
  /** Undefined: written under the session's ticket. */
  readonly ticket: Uint8Array | undefined;
}

export interface FollowRequest {
  readonly type: 'follow';
  readonly tag: Uint8Array;
  /** Order key from which to catch up; undefined follows only what is new. */
  readonly after: Uint8Array | undefined;
  /** Prefixes of ids, 8 bytes each, one after the other. */
  readonly have: Uint8Array;
}

export interface PageRequest {
  readonly type: 'page';
  readonly ref: string;
  readonly tag: Uint8Array;
  readonly before: Uint8Array | undefined;
  readonly limit: number;
}

export type ClientMessage =
  | AdminMessage
  | SessionRequest
  | PutRequest
  | FollowRequest
  | PageRequest
  | { readonly type: 'unfollow'; readonly tag: Uint8Array }
  | { readonly type: 'nearby-watch' | 'nearby-unwatch' }
  | { readonly type: 'ping' | 'pong'; readonly n: number };

export type MessageFault = 'json-wrong' | 'type-unknown' | 'field-wrong';

export interface Fault {
  readonly ok: false;
  readonly reason: MessageFault;
  readonly message: string;
  /** The ref that the message gave, so that the client knows which one it was. */
  readonly ref: string | undefined;
}

export const havePrefixBytes = 8;
const tagBytes = 16;

const readers: Readonly<Record<string, (json: JsonReader) => ClientMessage>> = {
  session: (json) => ({
    type: 'session',
    device: json.bytes('device', 32),
    signature: json.bytes('signature', 64),
    name: readName(json),
    tickets: json.has('tickets')
      ? json.bytesList('tickets', {
          itemsMax: socketLimits.ticketsShownMax,
          bytesMax: bundleLimits.ticketBytesMax,
        })
      : [],
    pass: json.has('pass') ? json.text('pass', socketLimits.guestPassCharsMax) : '',
    passkey: json.has('passkey') ? json.text('passkey', socketLimits.refCharsMax) : '',
  }),
  put: (json) => ({
    type: 'put',
    ref: json.text('ref', socketLimits.refCharsMax),
    signed: json.bytesUpTo('signed', bundleLimits.signedBytesMax),
    signature: json.bytes('signature', 64),
    ageMs: json.has('ageMs') ? json.integer('ageMs', 0, timeLimits.stampMsMax) : 0,
    ticket: json.has('ticket') ? json.bytesUpTo('ticket', bundleLimits.ticketBytesMax) : undefined,
  }),
  follow: (json) => ({
    type: 'follow',
    tag: json.bytes('tag', tagBytes),
    after: json.has('after') ? json.bytes('after', orderKeyBytes) : undefined,
    have: readHave(json),
  }),
  unfollow: (json) => ({ type: 'unfollow', tag: json.bytes('tag', tagBytes) }),
  page: (json) => ({
    type: 'page',
    ref: json.text('ref', socketLimits.refCharsMax),
    tag: json.bytes('tag', tagBytes),
    before: json.has('before') ? json.bytes('before', orderKeyBytes) : undefined,
    limit: json.has('limit') ? json.integer('limit', 1, socketLimits.pageItemsMax) : 50,
  }),
  'nearby-watch': () => ({ type: 'nearby-watch' }),
  'nearby-unwatch': () => ({ type: 'nearby-unwatch' }),
  ping: (json) => ({ type: 'ping', n: json.integer('n', 0, Number.MAX_SAFE_INTEGER) }),
  ...adminReaders,
  pong: (json) => ({ type: 'pong', n: json.integer('n', 0, Number.MAX_SAFE_INTEGER) }),
};

export function readClientMessage(
  frame: string,
): { readonly ok: true; readonly value: ClientMessage } | Fault {
  const members = parseObject(frame);
  if (!members) return fault('json-wrong', 'a frame must be one JSON object');
  const json = new JsonReader(members);
  const { ref: givenRef } = members;
  const ref =
    typeof givenRef === 'string' ? givenRef.slice(0, socketLimits.refCharsMax) : undefined;
  const { type } = members;
  if (typeof type !== 'string' || !Object.hasOwn(readers, type)) {
    return fault('type-unknown', 'this type of message is not known', ref);
  }
  const message = readers[type]!(json);
  return json.wrong === undefined ? ok(message) : fault('field-wrong', json.wrong, ref);
}

function readName(json: JsonReader): string {
  const name = json.text('name', nameLimits.nameBytesMax).trim();
  return Buffer.byteLength(name) <= nameLimits.nameBytesMax ? name : cutToBytes(name);
}

/** Characters may be longer than a byte; a name that is too long so is cut, not refused. */
function cutToBytes(name: string): string {
  const bytes = Buffer.from(name).subarray(0, nameLimits.nameBytesMax);
  return bytes.toString('utf8').replace(/\uFFFD+$/, '');
}

function readHave(json: JsonReader): Uint8Array {
  if (!json.has('have')) return new Uint8Array(0);
  const have = json.bytesUpTo('have', socketLimits.haveIdsMax * havePrefixBytes);
  return have.subarray(0, have.length - (have.length % havePrefixBytes));
}

function parseObject(frame: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(frame);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function fault(reason: MessageFault, message: string, ref?: string): Fault {
  return { ok: false, reason, message, ref };
}
