/**
 * Bundles that a phone writes by itself: its profile once a day or when the name changes, and the
 * descriptions of its own channels before they run out. Bundles age and end; what should stay known
 * has to be said again by the one who may say it.
 */
import { BundleKind, encodeProfile, roleLimits, toHex } from '@muster/core';
import type { Channels } from '../channels/channels.ts';
import { type CreateParts, descriptionPayload } from '../channels/create.ts';
import { syncTimes } from '../limits.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { roleOf } from '../outbox/sign.ts';
import type { Database } from '../storage/database.ts';
import type { IdentityRecord } from '../storage/records.ts';

export interface KnownParts {
  readonly db: Database;
  readonly outbox: Outbox;
  readonly channels: Channels;
  readonly create: CreateParts;
  readonly profileTag: Uint8Array;
  /** Milliseconds since 1970 by the phone. */
  now(): number;
}

/** Puts the profile into the outbox when it is due. */
export async function keepProfile(parts: KnownParts): Promise<void> {
  const now = parts.now();
  // Decided inside one write, so that two tabs do not both say it.
  const due = await parts.db.write(['meta'], async (tx) => {
    const identity = await tx.get<IdentityRecord>('meta', 'identity');
    if (!identity) return undefined;
    const { name, profile } = identity;
    const said = profile?.name === name && now - profile.unixMs < syncTimes.profileEveryMs;
    if (said && now >= profile.unixMs) return undefined;
    tx.put('meta', 'identity', { ...identity, profile: { name, unixMs: now } });
    return identity;
  });
  if (!due) return;
  const plain = encodeProfile(due.name, due.deviceCertificate);
  await parts.outbox.add({ tag: parts.profileTag, kind: BundleKind.profile, plain });
}

/** Describes own channels again once half of the description's life is over. */
export async function keepDescriptions(parts: KnownParts, role: string): Promise<void> {
  const now = parts.now();
  const everyMs = (roleLimits[roleOf(role)].lifetimeSMax * 1000) / 2;
  const self = toHex(parts.create.creator);
  for (const [tagHex, channel] of parts.channels.joined) {
    if (toHex(channel.creator) !== self) continue;
    const sinceMs = now - (channel.describedUnixMs ?? Number.NEGATIVE_INFINITY);
    if (sinceMs >= 0 && sinceMs < everyMs) continue;
    await parts.channels.change(tagHex, { describedUnixMs: now });
    const plain = descriptionPayload(parts.create, channel);
    const { tag } = channel;
    await parts.outbox.add({ tag, kind: BundleKind.channelDescription, plain });
  }
}
