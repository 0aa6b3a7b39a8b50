/**
 * The next trust list of one issuer: what it says already, and a change. An admin's list counts no
 * more once the admin is revoked or the certificate behind it has ended; so whoever brings that
 * about takes over what such lists revoke, or those keys would come back. It signs nothing.
 */
import { bytesKey } from '../bytes/key.ts';
import type { TrustBook } from './trust-book.ts';
import type { Revocation, TrustList } from './trust-list.ts';

export interface ListChange {
  readonly revoke?: readonly Revocation[];
  /** Keys that the issuer revoked and revokes no more, 32 bytes each. */
  readonly restore?: readonly Uint8Array[];
  /** The site's epoch from now on; none goes back. */
  readonly epoch?: number;
  /** Whether what the lists of revoked admins revoke stays so; they may have done it in malice. */
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
  const epoch = Math.max(book.epoch, change.epoch ?? 0);
  const leaving = new Set(keepsTheirs ? revoke.map(({ key }) => bytesKey(key)) : []);
  const takenOver = book.lists
    .filter(({ list, endsEpoch }) => endsEpoch < epoch || leaving.has(bytesKey(list.issuer)))
    .flatMap(({ list }) => list.revoked);
  const revoked = new Map<string, Revocation>();
  for (const revocation of [...(own?.revoked ?? []), ...takenOver, ...revoke]) {
    revoked.set(bytesKey(revocation.key), revocation);
  }
  for (const key of restore) revoked.delete(bytesKey(key));
  const revision = Math.max(own?.revision ?? 0, change.revision ?? 0) + 1;
  return { site: book.site, revision, epoch, revoked: [...revoked.values()] };
}
