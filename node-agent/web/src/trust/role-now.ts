/**
 * Which role a kept message shows now. What its author's ticket proved when it came is kept with
 * it; whether that still holds is asked of the trust lists each time it is drawn, so that a badge
 * goes the moment its wearer, or whoever vouched, is revoked or has run out.
 */
import { chainFault, fromHex, graceEpochs, type SiteTrust } from '@muster/core';
import type { MessageRecord } from '../storage/records.ts';

type Author = Pick<MessageRecord, 'author' | 'site' | 'role' | 'chain'>;

/** `revoked` for somebody whom the site shut out; roles of other sites are theirs to say. */
export function roleNow(trust: SiteTrust | undefined, record: Author): string {
  const { author, site, role, chain } = record;
  if (!trust || site !== undefined) return role;
  if (trust.revoked?.has(fromHex(author) ?? new Uint8Array(0))) return 'revoked';
  return chain && chainFault(trust, chain, graceEpochs) ? 'guest' : role;
}
