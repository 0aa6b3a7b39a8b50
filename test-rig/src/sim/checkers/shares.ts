/**
 * How much of a box's store an author and an issuer's guests may have (DESIGN section 5): the
 * numbers by which the checkers judge both what is kept and what went.
 */
import { authorEntriesMax, Lane, roleLimits, storeLimits, urgentLimits } from '@muster/core';
import type { Message } from './history.ts';
import type { ShelfLimits } from './shelf.ts';

/** Of one author; what is urgent is counted apart. */
export function authorShare({ lane, role }: Pick<Message, 'lane' | 'role'>): ShelfLimits {
  const { storedBytesMax } = lane === Lane.urgent ? urgentLimits : roleLimits[role];
  return { bytesMax: storedBytesMax, entriesMax: authorEntriesMax(role) };
}

/** Of all guests whom one node admitted, in a store that may keep so much content. */
export function issuerShare(contentBytesMax: number): ShelfLimits {
  const { guestBytesPerIssuerMax, sharedShareMax, sharedBytesMin } = storeLimits;
  const { contentBytesPerSharedEntry, sharedEntriesMin } = storeLimits;
  const share = Math.max(contentBytesMax * sharedShareMax, sharedBytesMin);
  return {
    bytesMax: Math.min(guestBytesPerIssuerMax, share),
    entriesMax: Math.max(contentBytesMax / contentBytesPerSharedEntry, sharedEntriesMin),
  };
}
