/**
 * Makes a bundle of an outbox entry inside a database write (step 1): the author chain is read,
 * used and stored in the very transaction that stores the bundle. Two tabs, or a crash between,
 * can so never use one sequence number twice. Nothing here may wait for anything but the database.
 */
import {
  type BundleKind,
  type Clock,
  type Crypto,
  composeBundle,
  type HybridClock,
  type KeyPair,
  BundleKind as Kinds,
  Lane,
  newChain,
  orderKeyOf,
  type Random,
  Role,
  roleLimits,
  sealPayload,
  toHex,
} from '@muster/core';
import type { Writing } from '../storage/database.ts';
import type {
  ChainRecord,
  ChannelRecord,
  OutboxRecord,
  SignedEntry,
  TicketRecord,
} from '../storage/records.ts';
import { entryKey } from '../storage/records.ts';

export interface SigningParts {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly clock: Clock;
  /** Has observed every stamp that this tab has seen. */
  readonly hybrid: HybridClock;
  readonly device: KeyPair;
  /** 16 bytes. */
  readonly site: Uint8Array;
}

export const freshChain: ChainRecord = {
  chain: newChain,
  stamp: { ms: 0, counter: 0 },
  entryNext: 0,
};

/** The role as the core's number; what we do not know is a guest. */
export function roleOf(name: string): Role {
  return Object.hasOwn(Role, name) ? Role[name as keyof typeof Role] : Role.guest;
}

const roleNames = new Map<Role, string>(Object.entries(Role).map(([name, role]) => [role, name]));

export function roleNameOf(role: Role): string {
  return roleNames.get(role) ?? 'guest';
}

/** Stores the entry, signed where there is a ticket to sign under. Needs meta, outbox, channels. */
export async function storeEntry(
  tx: Writing,
  parts: SigningParts,
  entry: OutboxRecord,
): Promise<OutboxRecord> {
  const ticket = await tx.get<TicketRecord>('meta', 'ticket');
  if (ticket === undefined || entry.bundle !== undefined) {
    tx.put('outbox', entryKey(entry.entry), entry);
    return entry;
  }
  const channel = await tx.get<ChannelRecord>('channels', toHex(entry.tag));
  const before = (await tx.get<ChainRecord>('meta', 'chain')) ?? freshChain;
  const wall = parts.clock.wall();
  parts.hybrid.observe(before.stamp, wall.unixMs);
  const stamp = parts.hybrid.next(wall.unixMs);
  const limits = roleLimits[roleOf(ticket.role)];
  const { bundle, chain } = composeBundle(
    parts.crypto,
    { key: parts.device, site: parts.site, ticket: ticket.id },
    {
      chain: before.chain,
      draft: {
        kind: entry.kind as BundleKind,
        tag: entry.tag,
        lane: Lane.normal,
        lifetimeS: limits.lifetimeSMax,
        hopLimit: limits.hopsMax,
        ...(entry.scope && { scope: entry.scope }),
        stamp,
        quality: wall.quality,
        payload: payloadOf(parts, entry, channel?.key),
      },
    },
  );
  const signed: SignedEntry = {
    id: bundle.id,
    signed: bundle.signed,
    signature: bundle.signature,
    ticket: ticket.wire,
    orderHex: toHex(orderKeyOf(bundle.fields, bundle.id)),
    ms: stamp.ms,
    lifetimeS: limits.lifetimeSMax,
  };
  const stored = { ...entry, bundle: signed };
  tx.put('meta', 'chain', { ...before, chain, stamp } satisfies ChainRecord);
  tx.put('outbox', entryKey(entry.entry), stored);
  return stored;
}

function payloadOf(
  parts: SigningParts,
  entry: OutboxRecord,
  key: Uint8Array | undefined,
): Uint8Array {
  const sealed = entry.kind === Kinds.message && key !== undefined && key.length > 0;
  if (!sealed) return entry.plain;
  const place = { site: parts.site, tag: entry.tag, author: parts.device.publicKey, key };
  return sealPayload(parts.crypto, parts.random, { plain: entry.plain, place });
}
