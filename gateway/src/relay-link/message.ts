/**
 * The messages of `/muster/relay/1` (step 6 of a message's way) as values. Bytes are in
 * encode-message.ts and decode-message.ts; docs/protocol/relay.md says what each is for.
 */
import type { CarriedBundle, Lane } from '@muster/core';

export const relayProtocol = '/muster/relay/1';
export const relayVersion = 1;

/** Numbers on the wire. */
export const MessageType = {
  hello: 0,
  welcome: 1,
  bye: 2,
  policy: 3,
  offer: 4,
  states: 5,
  bundle: 6,
  withdrawn: 7,
  settled: 8,
  follow: 9,
  flowing: 10,
  mark: 11,
  want: 12,
  ping: 13,
  pong: 14,
} as const;

/** What becomes of an offered bundle: to be sent, on disk already, seen and gone, not now. */
export const OfferState = { send: 0, held: 1, seen: 2, later: 3 } as const;
export type OfferState = (typeof OfferState)[keyof typeof OfferState];

/** What became of a bundle that was sent. Held: synced to disk. */
export const Outcome = { held: 0, seen: 1, later: 2, refused: 3 } as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** Why a side ends the session, in the order of the numbers on the wire. */
export const byeReasons = [
  'stopping',
  'not-admitted',
  'certificate',
  'version',
  'busy',
  'malformed',
  'misbehaving',
  'greeting-timeout',
  'replaced',
  'unanswered',
] as const;
export type ByeReason = (typeof byeReasons)[number];

export interface FollowedSite {
  /** Site id, 16 bytes. */
  readonly site: Uint8Array;
  /** Channel tags, 16 bytes each. */
  readonly tags: readonly Uint8Array[];
  /** The relay's last mark for this site; empty at first. */
  readonly token: Uint8Array;
}

export type RelayMessage =
  | {
      readonly type: typeof MessageType.hello;
      readonly versionMin: number;
      readonly versionMax: number;
      /** Root key of the gateway's site, 32 bytes. */
      readonly siteKey: Uint8Array;
      /** The gateway's node certificate in wire form. */
      readonly certificate: Uint8Array;
    }
  | {
      readonly type: typeof MessageType.welcome;
      readonly version: number;
      /** What the relay keeps of this site, and may keep. */
      readonly bytesUsed: number;
      readonly bytesMax: number;
    }
  | { readonly type: typeof MessageType.bye; readonly reason: ByeReason | 'unknown' }
  | { readonly type: typeof MessageType.policy; readonly wire: Uint8Array }
  | {
      readonly type: typeof MessageType.offer;
      /** Number of the first bundle; the others count on. */
      readonly first: number;
      readonly lane: Lane;
      readonly ids: readonly Uint8Array[];
    }
  | {
      readonly type: typeof MessageType.states;
      readonly first: number;
      /** One OfferState for each id of the offer. */
      readonly states: Uint8Array;
    }
  | {
      readonly type: typeof MessageType.bundle;
      readonly number: number;
      readonly bundle: CarriedBundle;
    }
  | { readonly type: typeof MessageType.withdrawn; readonly number: number }
  | {
      readonly type: typeof MessageType.settled;
      readonly number: number;
      readonly outcome: Outcome;
      readonly reason: string;
    }
  | { readonly type: typeof MessageType.follow; readonly sites: readonly FollowedSite[] }
  | {
      readonly type: typeof MessageType.flowing;
      readonly site: Uint8Array;
      readonly tags: readonly Uint8Array[];
    }
  | {
      readonly type: typeof MessageType.mark;
      readonly site: Uint8Array;
      readonly token: Uint8Array;
    }
  | {
      readonly type: typeof MessageType.want;
      /** Whose bundles they are. */
      readonly site: Uint8Array;
      readonly ids: readonly Uint8Array[];
    }
  | { readonly type: typeof MessageType.ping; readonly number: number }
  | { readonly type: typeof MessageType.pong; readonly number: number };

export type MessageOf<T extends RelayMessage['type']> = Extract<RelayMessage, { type: T }>;
