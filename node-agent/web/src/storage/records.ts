/**
 * What the phone keeps, record by record, and under which key. All of it belongs to one site. The
 * identity and the chain are the two that must never be lost or forked; the rest can be fetched
 * again or written again.
 */
import type {
  AuthorChain,
  ChannelKind,
  ClockQuality,
  Scope,
  Stamp,
  TrustChain,
} from '@muster/core';

/** meta 'identity'. Seeds are 32 bytes each and leave the phone never. */
export interface IdentityRecord {
  readonly name: string;
  readonly personSeed: Uint8Array;
  readonly deviceSeed: Uint8Array;
  /** The person key certifies the device key; wire form. */
  readonly deviceCertificate: Uint8Array;
  /** When the profile was last put into the outbox, and under which name. */
  readonly profile?: { readonly unixMs: number; readonly name: string };
}

/** meta 'chain': changes only together with the outbox. */
export interface ChainRecord {
  readonly chain: AuthorChain;
  readonly stamp: Stamp;
  /** Number of the next outbox entry. */
  readonly entryNext: number;
}

/** meta 'ticket': of the last session. meta 'grant': the best that an admin issued. */
export interface TicketRecord {
  readonly wire: Uint8Array;
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly role: string;
}

/** meta 'policy': the newest that was seen here, as the site signed it. */
export interface PolicyRecord {
  readonly wire: Uint8Array;
}

/** meta 'trust': every list and the rules in force, as the site signed them. */
export interface TrustRecord {
  readonly documents: readonly Uint8Array[];
}

/** meta 'pass': the guest pass that was shown here last, as text. */
export interface PassRecord {
  readonly text: string;
}

export type JoinedKind = 'site' | 'public' | 'private' | 'announcement' | 'federated';

/** channels, by tag in hex: those that this phone follows. */
export interface ChannelRecord {
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly kind: JoinedKind;
  readonly name: string;
  readonly topic: string;
  /** Device key, or the root key for a channel of the site. */
  readonly creator: Uint8Array;
  /** Another site's channel: the id of that site, 16 bytes. */
  readonly home?: Uint8Array;
  /** Another site's channel in which only the creator and the writers are heard. */
  readonly announces?: boolean;
  /** 32 bytes for a private channel, else empty. */
  readonly key: Uint8Array;
  readonly revision: number;
  /** Who may write into an announcement channel, beside the creator. */
  readonly writers: readonly Uint8Array[];
  /** Order key in hex of the newest message that was seen by the reader; '' for none. */
  readonly readUpTo: string;
  /**
   * Order key in hex from which on this phone has what its nodes had; '' for everything. Absent
   * until the first page has come. What is kept below it came by itself and may have gaps.
   */
  readonly floor?: string;
  /** Own channels: when their description was last put into the outbox. */
  readonly describedUnixMs?: number;
}

export type EntryState = 'waiting' | 'held' | 'refused';

export interface SignedEntry {
  /** 32 bytes. */
  readonly id: Uint8Array;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Ticket in wire form under which it was signed. */
  readonly ticket: Uint8Array;
  readonly orderHex: string;
  readonly ms: number;
  readonly lifetimeS: number;
}

/** outbox, by entry number. */
export interface OutboxRecord {
  readonly entry: number;
  readonly tag: Uint8Array;
  readonly kind: number;
  /** Payload before sealing; what a new attempt is made from. */
  readonly plain: Uint8Array;
  /** Absent: anywhere. */
  readonly scope?: Scope;
  readonly queuedUnixMs: number;
  readonly state: EntryState;
  /** Absent until there is a ticket to sign under. */
  readonly bundle?: SignedEntry;
  /** Nodes known to hold it. */
  readonly nodes: number;
  /** Nodes that answered *held*, node keys in hex. */
  readonly heldBy: readonly string[];
  readonly reason?: string;
}

/** messages, by messageKey: what is shown. Signature, site and tag were checked before. */
export interface MessageRecord {
  readonly id: string;
  /** Device key in hex. */
  readonly author: string;
  /** Id of the author's site in hex; absent for this site. */
  readonly site?: string;
  readonly name: string;
  readonly text: string;
  /** A node signed it for an MQTT client; both names are as the node and its certificate say. */
  readonly via?: { readonly client: string; readonly node: string };
  /** Its author wants it to stay on this site. */
  readonly staysHere?: boolean;
  readonly ms: number;
  readonly quality: ClockQuality;
  /** Proven by the author's ticket when it came; else 'guest'. What holds now, `roleNow` says. */
  readonly role: string;
  /** What a role above guest at this site rests on. */
  readonly chain?: TrustChain;
  readonly nodes: number;
  /** When it came to the first node that we heard of it from, by the phone's clock. */
  readonly arrivedMs: number;
}

/** people, by authorId. */
export interface PersonRecord {
  readonly name: string;
  /** Person key in hex, once a profile showed it. */
  readonly person: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** True when the name was known from another key before. */
  readonly nameTaken: boolean;
}

/** Who wrote it: one key at two sites is two authors. */
export function authorId(record: Pick<MessageRecord, 'author' | 'site'>): string {
  return record.site === undefined ? record.author : `${record.author}@${record.site}`;
}

export const entryKey = (entry: number): string => entry.toString().padStart(12, '0');

/** Sorts by channel, then by the one total order. */
export const messageKey = (tagHex: string, orderHex: string): string => `${tagHex}/${orderHex}`;

/** Above every order key in hex. */
export const orderCeiling = 'g';

export const kindNames: { readonly [K in ChannelKind]: JoinedKind } = {
  0: 'public',
  1: 'private',
  2: 'announcement',
};
