/**
 * The next trust list of one issuer: what it says already, and a change. A list counts no more once
 * its admin is revoked; so whoever revokes one takes over what that list says, or the keys that it
 * shut out would come back. But not an absurd epoch: that is how a stolen admin key would end a
 * site for good. It signs nothing.
 */
import { bytesKey } from '../bytes/key.ts';
import { trustLimits } from '../limits.ts';
import type { KnownList, TrustBook } from './trust-book.ts';
import type { Revocation, TrustList } from './trust-list.ts';

export interface ListChange {
  readonly revoke?: readonly Revocation[];
  /** Keys that the issuer revoked and revokes no more, 32 bytes each. */
  readonly restore?: readonly Uint8Array[];
  /** The site's epoch from now on; no issuer's goes back. */
  readonly epoch?: number;
  /** Whether what the lists of revoked admins say stays so; they may have said it in malice. */
  readonly keepsTheirs?: boolean;
  /** The last revision that the issuer knows to have signed, where the book may not know it. */
  readonly revision?: number;
}

export function nextList(
  book: TrustBook,
  issuer: Uint8Array,
  change: ListChange,
): Omit<TrustList, 'issuer'> {
  const { revoke = [], restore = [], keepsTheirs = true } = change;
  const own = book.listOf(issuer);
  const leaving = new Set(revoke.map(({ key }) => bytesKey(key)));
  const isLeaving = ({ list }: KnownList) => leaving.has(bytesKey(list.issuer));
  const takenOver = keepsTheirs ? book.lists.filter(isLeaving) : [];
  const staying = book.lists.filter((known) => !isLeaving(known));
  const plausible = epochOf(staying) + trustLimits.epochsTakenOverMax;
  const theirs = takenOver.filter(({ list }) => list.epoch <= plausible);
  const epoch = Math.max(own?.epoch ?? 0, change.epoch ?? 0, epochOf(theirs));
  const revoked = new Map<string, Revocation>();
  const taken = takenOver.flatMap(({ list }) => list.revoked);
  for (const revocation of [...(own?.revoked ?? []), ...taken, ...revoke]) {
    revoked.set(bytesKey(revocation.key), revocation);
  }
  for (const key of restore) revoked.delete(bytesKey(key));
  const revision = Math.max(own?.revision ?? 0, change.revision ?? 0) + 1;
  return { site: book.site, revision, epoch, revoked: [...revoked.values()] };
}

/** The site's epoch once that list is in force. */
export function epochWith(book: TrustBook, issuer: Uint8Array, change: ListChange): number {
  const leaving = new Set((change.revoke ?? []).map(({ key }) => bytesKey(key)));
  const staying = book.lists.filter(({ list }) => !leaving.has(bytesKey(list.issuer)));
  return Math.max(nextList(book, issuer, change).epoch, epochOf(staying));
}

function epochOf(lists: readonly KnownList[]): number {
  return Math.max(0, ...lists.map(({ list }) => list.epoch));
}
