/**
 * Queues, counts and tables of a box stay inside their named maxima, by what its status says. Some
 * of the maxima are the core's own and not for others, so they stand here once more: a change over
 * there has to be made here too, and seen.
 */
import { guestBudget, storeLimits } from '@muster/core';
import type { Box } from './events.ts';
import type { Violate } from './violation.ts';

const kib = 1024;
/** 64 links of members, 24 of strangers, and one that is being judged. */
const linksMax = 64 + 24 + 1;
/** What waits to be pushed in one lane, and the longest message under way on each stream. */
const queuedBytesMax = 256 * kib + 5 * kib + 36 * kib;

export function judgeBounds(box: Box, nowMs: number, violate: Violate): void {
  const status = box.node?.status();
  if (!status) return;
  const within = (what: string, value: number, max: number) => {
    if (value <= max) return;
    const text = `${what}: ${value} of ${max}`;
    violate({ check: 'bounds', atMs: nowMs, node: box.number, text });
  };
  within('live entries', status.liveEntries, storeLimits.liveEntriesMax);
  within('held bundles', status.heldBundles, status.liveEntries);
  within('content bytes', status.contentBytes, box.contentBytesMax);
  within('guest tickets', status.guestTickets, guestBudget.ticketsRememberedMax);
  within('copied nodes', status.clones.length, storeLimits.clonesMax);
  within('links', status.neighbours.length, linksMax);
  for (const { name, queuedBytes } of status.neighbours) {
    for (const [lane, bytes] of Object.entries(queuedBytes)) {
      within(`bytes that wait for ${name} in lane ${lane}`, bytes, queuedBytesMax);
    }
  }
}
