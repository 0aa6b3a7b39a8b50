/**
 * What the page shows, as signals: the only thing that the user interface reads. The client and the
 * boot write it. It holds no rules and never reaches for the network or the database.
 */
import { type Signal, signal } from '@preact/signals';
import type { ConnectionState, GateReason } from '../connection/connection.ts';
import type { Nearby } from '../connection/nearby.ts';
import type { ListedChannel, Present, Waiting } from '../connection/wire.ts';
import type { Federation } from '../federation/federation.ts';
import type { Placed } from '../inbox/inbox.ts';
import type { ChannelRecord, OutboxRecord } from '../storage/records.ts';
import type { KnownTrust } from '../trust/trust-keeper.ts';

/** Where the start has got to. */
export type Phase =
  | { readonly kind: 'starting' }
  /** No node answers and this phone knows no site yet. */
  | { readonly kind: 'no-node' }
  /** The box here belongs to no site yet. */
  | { readonly kind: 'unclaimed' }
  /** The site is known, and the person has no keys there yet. */
  | { readonly kind: 'naming' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: 'browser' | 'crypto' | 'storage' };

/** Who is near our node, and when it told (monotonic). */
export type ToldNearby = Nearby & { readonly atMs: number };

/** Why this person is not let in yet. */
export type Gate =
  | { readonly kind: 'waiting'; readonly place: number }
  | { readonly kind: GateReason | 'not-admitted' };

export interface Self {
  readonly name: string;
  /** Device key in hex. */
  readonly key: string;
  /** Person key in hex. */
  readonly person: string;
  readonly role: string;
  /** Two contents under one number were seen: nobody takes this key's messages any more. */
  readonly frozen: boolean;
}

export interface ViewModel {
  readonly phase: Signal<Phase>;
  readonly connection: Signal<ConnectionState>;
  readonly gate: Signal<Gate | undefined>;
  readonly siteName: Signal<string>;
  readonly nodeName: Signal<string>;
  /** False when nothing outlasts this tab. */
  readonly persistent: Signal<boolean>;
  /** True once the phone could not keep something: its storage may be full. */
  readonly storageFailed: Signal<boolean>;
  readonly self: Signal<Self | undefined>;
  readonly channels: Signal<readonly ChannelRecord[]>;
  readonly others: Signal<readonly ListedChannel[]>;
  /** What crosses between this site and others; undefined before any policy was seen. */
  readonly federation: Signal<Federation | undefined>;
  /** Trust lists and rules as this phone verified them; undefined until they were loaded. */
  readonly trust: Signal<KnownTrust | undefined>;
  /** For staff and admins: who waits at this node to be let in. */
  readonly guestsWaiting: Signal<readonly Waiting[]>;
  /** The role that an admin just gave to this person; undefined once they have seen it. */
  readonly promoted: Signal<string | undefined>;
  /** By tag in hex; at most 100. */
  readonly unread: Signal<ReadonlyMap<string, number>>;
  /** Newest shown message of each channel, by tag in hex. */
  readonly newest: Signal<ReadonlyMap<string, Placed>>;
  readonly outbox: Signal<readonly OutboxRecord[]>;
  readonly rows: Signal<readonly Placed[]>;
  /** The channel on view, tag in hex. */
  readonly open: Signal<string | undefined>;
  /** How far back the channel on view goes. */
  readonly older: Signal<'more' | 'loading' | 'end' | 'offline'>;
  readonly people: Signal<readonly Present[]>;
  readonly peopleMore: Signal<number>;
  /** Neighbour nodes linked to ours. */
  readonly nodes: Signal<number>;
  /** What the node told last; undefined until somebody looked. */
  readonly nearby: Signal<ToldNearby | undefined>;
  /** Ids of authors whose name was known from another key before. */
  readonly nameTaken: Signal<ReadonlySet<string>>;
  /** What was just heard in the channel on view, for screen readers. */
  readonly heard: Signal<readonly Placed[]>;
}

export function newViewModel(): ViewModel {
  return {
    phase: signal<Phase>({ kind: 'starting' }),
    connection: signal<ConnectionState>({ kind: 'stopped' }),
    gate: signal<Gate | undefined>(undefined),
    siteName: signal(''),
    nodeName: signal(''),
    persistent: signal(true),
    storageFailed: signal(false),
    self: signal<Self | undefined>(undefined),
    channels: signal<readonly ChannelRecord[]>([]),
    others: signal<readonly ListedChannel[]>([]),
    federation: signal<Federation | undefined>(undefined),
    trust: signal<KnownTrust | undefined>(undefined),
    guestsWaiting: signal<readonly Waiting[]>([]),
    promoted: signal<string | undefined>(undefined),
    unread: signal<ReadonlyMap<string, number>>(new Map()),
    newest: signal<ReadonlyMap<string, Placed>>(new Map()),
    outbox: signal<readonly OutboxRecord[]>([]),
    rows: signal<readonly Placed[]>([]),
    open: signal<string | undefined>(undefined),
    older: signal<'more' | 'loading' | 'end' | 'offline'>('more'),
    people: signal<readonly Present[]>([]),
    peopleMore: signal(0),
    nodes: signal(0),
    nearby: signal<ToldNearby | undefined>(undefined),
    nameTaken: signal<ReadonlySet<string>>(new Set()),
    heard: signal<readonly Placed[]>([]),
  };
}
