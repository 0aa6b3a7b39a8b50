/**
 * What staff and admins say over their socket (docs/protocol/api.md), read strictly out of JSON.
 * Judges form only; who may say it is judged by the desk that answers.
 */
import { bundleLimits, timeLimits, trustLimits } from '@muster/core';
import { adminLimits } from '../admin/limits.ts';
import { socketLimits } from './limits.ts';
import type { JsonReader } from './read-json.ts';

export interface ActRequest {
  readonly type: 'act';
  readonly ref: string;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly ageMs: number;
  /** Undefined: written under the session's ticket. */
  readonly ticket: Uint8Array | undefined;
}

export interface ClaimReplyRequest {
  readonly type: 'claim-reply';
  readonly id: string;
  readonly session: string;
  /** What the other end gets, that the claim is over, or by whom the code was used before. */
  readonly answer: Uint8Array | 'ended' | { readonly claimants: readonly string[] };
}

export interface ClaimReachRequest {
  readonly type: 'claim-reach';
  readonly ref: string;
  /** `host:port`, or `bluetooth`. */
  readonly address: string;
  readonly id: string;
  readonly session: string;
  readonly message: Uint8Array;
}

export type AdminMessage =
  | ActRequest
  | ClaimReplyRequest
  | ClaimReachRequest
  | { readonly type: 'admit'; readonly device: Uint8Array; readonly isAccepted: boolean }
  | { readonly type: 'pass-make'; readonly ref: string; readonly uses: number }
  | { readonly type: 'admin-watch' | 'admin-unwatch' }
  | { readonly type: 'claim-open' | 'claim-close'; readonly id: string }
  | { readonly type: 'passkey-token'; readonly ref: string };

/** A claim id or a session of one: 8 bytes in hex. */
const claimId = /^[0-9a-f]{16}$/;
/** `name.local:8080`, `10.0.0.7:8080`, `[fd00::1]:8080` */
const claimPlace = /^(?:bluetooth|(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5})$/i;
const addressCharsMax = 270;

const refOf = (json: JsonReader): string => json.text('ref', socketLimits.refCharsMax);
const idOf = (json: JsonReader, name: string): string =>
  json.pattern(name, { pattern: claimId, form: '16 digits in lower-case hex' });

export const adminReaders: Readonly<Record<string, (json: JsonReader) => AdminMessage>> = {
  act: (json) => ({
    type: 'act',
    ref: refOf(json),
    signed: json.bytesUpTo('signed', bundleLimits.signedBytesMax),
    signature: json.bytes('signature', 64),
    ageMs: json.has('ageMs') ? json.integer('ageMs', 0, timeLimits.stampMsMax) : 0,
    ticket: json.has('ticket') ? json.bytesUpTo('ticket', bundleLimits.ticketBytesMax) : undefined,
  }),
  admit: (json) => ({
    type: 'admit',
    device: json.bytes('device', 32),
    isAccepted: json.flag('accept'),
  }),
  'pass-make': (json) => ({
    type: 'pass-make',
    ref: refOf(json),
    uses: json.integer('uses', 1, trustLimits.guestPassUsesMax),
  }),
  'admin-watch': () => ({ type: 'admin-watch' }),
  'admin-unwatch': () => ({ type: 'admin-unwatch' }),
  'claim-open': (json) => ({ type: 'claim-open', id: idOf(json, 'id') }),
  'claim-close': (json) => ({ type: 'claim-close', id: idOf(json, 'id') }),
  'claim-reply': (json) => ({
    type: 'claim-reply',
    id: idOf(json, 'id'),
    session: idOf(json, 'session'),
    answer: claimAnswerOf(json),
  }),
  'claim-reach': (json) => ({
    type: 'claim-reach',
    ref: refOf(json),
    address: json.pattern('address', {
      pattern: claimPlace,
      form: `bluetooth, or host:port of at most ${addressCharsMax} characters`,
      charsMax: addressCharsMax,
    }),
    id: idOf(json, 'id'),
    session: idOf(json, 'session'),
    message: json.bytesUpTo('message', adminLimits.claimMessageBytesMax),
  }),
  'passkey-token': (json) => ({ type: 'passkey-token', ref: refOf(json) }),
};

function claimAnswerOf(json: JsonReader): ClaimReplyRequest['answer'] {
  if (json.has('ended')) return 'ended';
  if (!json.has('claimants')) {
    return json.bytesUpTo('message', adminLimits.claimMessageBytesMax);
  }
  const { claimantsMax, claimantCharsMax } = adminLimits;
  return { claimants: json.texts('claimants', claimantsMax, claimantCharsMax) };
}
