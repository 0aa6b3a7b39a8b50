/**
 * What keeps a site's rights alive and ends them: certificates for the next epoch, and the next
 * trust list of an admin. Renew first, list afterwards: whoever is away for one whole epoch still
 * has a certificate that holds (epochsAhead).
 */
import {
  type Crypto,
  type Issuer,
  MusterError,
  NodeRole,
  nextList,
  type Revocation,
  signTrustList,
  type TrustBook,
  trustLimits,
} from '@muster/core';
import { epochsAhead } from '../limits.ts';
import { certifyNode } from '../node.ts';
import type { BookNode } from './book-entries.ts';
import type { SiteBook } from './site-book.ts';

export interface Renewed {
  readonly nodeKey: Uint8Array;
  readonly name: string;
  /** Node certificate in wire form, to be put as a grant. */
  readonly certificate: Uint8Array;
}

export interface IssuerOfSite {
  readonly crypto: Crypto;
  readonly siteKey: Uint8Array;
  readonly issuer: Issuer;
}

/** The last epoch of what is issued in this one. */
export function endsEpochOf(epoch: number): number {
  return epoch + epochsAhead;
}

/**
 * Certificates that hold in `epoch` and the one after, for every node of the book that is not
 * revoked; noted in the book before it returns.
 */
export function renewNodes(
  book: SiteBook,
  { crypto, siteKey, issuer, epoch, unixMs }: IssuerOfSite & { epoch: number; unixMs: number },
): readonly Renewed[] {
  const endsEpoch = endsEpochOf(epoch);
  const nodes = book.nodes.filter(({ revoked }) => !revoked);
  const renewed = nodes.map(({ key: nodeKey, name, role }) => {
    const node = { nodeKey, name, role: NodeRole[role], epoch: endsEpoch };
    return { nodeKey, name, certificate: certifyNode(crypto, { siteKey, issuer }, node) };
  });
  book.noteNodes(nodes.map((node): BookNode => ({ ...node, endsEpoch, issuedUnixMs: unixMs })));
  return renewed;
}

/**
 * The issuer's next trust list: what the one before revoked and what is added, from this epoch on;
 * signed and noted in the book. The revision is above those of the book and of the mesh, also where
 * one of them is an old copy. Nothing is left out when an epoch ends: somebody else may have issued
 * what lasts longer than this book knows.
 */
export function nextTrustList(
  book: SiteBook,
  options: Pick<IssuerOfSite, 'crypto' | 'issuer'> & {
    /** What is in force, as the mesh has it. */
    readonly trust: TrustBook;
    /** The site's epoch from now on. */
    readonly epoch?: number;
    readonly add?: readonly Revocation[];
    /** False where admins in `add` revoked others, or ended epochs, in malice. */
    readonly keepsTheirs?: boolean;
  },
): Uint8Array {
  const { crypto, issuer, trust, epoch = 0, add = [], keepsTheirs = true } = options;
  const issuerKey = issuer.key.publicKey;
  const revision = book.revisionOf(issuerKey);
  const list = nextList(trust, issuerKey, { revoke: add, epoch, revision, keepsTheirs });
  if (list.revoked.length > trustLimits.revokedPerListMax) {
    throw new MusterError(
      'list-full',
      `Your trust list is full: it revokes ${trustLimits.revokedPerListMax} keys`,
      'Let another admin revoke this one: every admin has a list.',
    );
  }
  const wire = signTrustList(crypto, list, issuer);
  for (const { key } of add) book.markRevoked(key);
  book.noteRevision(issuerKey, list.revision);
  return wire;
}
