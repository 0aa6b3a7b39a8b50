/**
 * Revokes keys: the next trust list of this admin (or of the root) is signed, noted in the book,
 * and put in force by an act. Nodes cut off whoever stands in it as soon as they hear of it.
 */
import {
  epochWith,
  type Issuer,
  MusterError,
  type Revocation,
  RevocationReason,
  rootIssuer,
  toBase64url,
} from '@muster/core';
import { nextTrustList } from '@muster/provisioning';
import type { RevokeReason } from '../words/options.ts';
import { changeBook } from './change-book.ts';
import type { Party } from './find-party.ts';
import { requireDone } from './say-act.ts';
import type { AdminAtWork } from './with-admin.ts';

export interface RevokeHow {
  readonly reason: RevokeReason;
  /** Only the root's list ends an admin. */
  readonly byRoot: boolean;
  /** What an admin revoked, and the epochs that it ended, is undone. */
  readonly isUndone?: boolean;
}

export async function revokeParty(
  work: AdminAtWork,
  { key, name }: Pick<Party, 'key' | 'name'>,
  { reason, byRoot, isUndone = false }: RevokeHow,
): Promise<void> {
  const add = { key, reason: RevocationReason[reason], label: name };
  const wire = await signNextList(work, { add: [add], byRoot, keepsTheirs: !isUndone });
  const result = await work.admin.act({
    command: 'list.set',
    params: { label: name, key: toBase64url(key), reason },
    documents: [wire],
  });
  requireDone(result);
}

/** The site's epoch once the root has revoked an admin: what a thief made of it does not count. */
export function epochAfter(
  { admin, site }: AdminAtWork,
  { key }: Pick<Party, 'key'>,
  { isUndone = false }: Pick<RevokeHow, 'isUndone'>,
): number {
  const revoke = [{ key, reason: RevocationReason.unspecified, label: '' }];
  return epochWith(admin.trust, site.siteKey, { revoke, keepsTheirs: !isUndone });
}

/** The next list in wire form; what it says is noted in the book before it returns. */
export async function signNextList(
  work: AdminAtWork,
  list: {
    readonly add: readonly Revocation[];
    readonly epoch?: number;
    readonly byRoot: boolean;
    readonly keepsTheirs?: boolean;
  },
): Promise<Uint8Array> {
  const { crypto, admin, authority } = work;
  const { byRoot, ...change } = list;
  const issuer = byRoot ? requireRootIssuer(work) : authority.issuer;
  const { trust } = admin;
  return changeBook(work, (book) => nextTrustList(book, { crypto, issuer, trust, ...change }));
}

/** Throws with a mend where the root key is not at hand. */
export function requireRootIssuer({ authority }: AdminAtWork): Issuer {
  if (authority.root) return rootIssuer(authority.root);
  throw new MusterError(
    'root-missing',
    'This takes the root key of the site, and it is not here',
    'Do it where the site was made, or get the root key back: muster site recover.',
  );
}
