/**
 * What an admin signs for the whole site: trust lists, rules, policies, each with the revision that
 * goes past the newest known. Revisions that were ever used are kept on the phone, so that a
 * document whose fate is unknown is never followed by another one under its number.
 */
import {
  type Crypto,
  type Issuer,
  nextList,
  type Revocation,
  type SitePolicy,
  signSitePolicy,
  signSiteRules,
  signTrustList,
  type TrustBook,
} from '@muster/core';
import type { Database } from '../../storage/database.ts';
import type { RulesChange } from './admin-session.ts';

/** meta 'admin-revisions': the highest that this phone signed. */
interface RevisionsRecord {
  readonly list: number;
  readonly rules: number;
  readonly policy: number;
}

const noRevisions: RevisionsRecord = { list: 0, rules: 0, policy: 0 };

export interface SitePapersParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly book: TrustBook;
  readonly issuer: Issuer;
}

export class SitePapers {
  readonly #parts: SitePapersParts;

  constructor(parts: SitePapersParts) {
    this.#parts = parts;
  }

  /**
   * This admin's list with another key on it, or with a higher epoch. A RangeError for one that
   * nobody would accept: too long, or of an epoch beyond the admin's certificate.
   */
  async list(change: { readonly add?: Revocation; readonly epoch?: number }): Promise<Uint8Array> {
    const { crypto, book, issuer } = this.#parts;
    const { publicKey } = issuer.key;
    const revision = await this.#next('list', book.listOf(publicKey)?.revision ?? 0);
    const list = nextList(book, publicKey, {
      revision: revision - 1,
      ...(change.add && { revoke: [change.add] }),
      ...(change.epoch !== undefined && { epoch: change.epoch }),
    });
    return signTrustList(crypto, list, issuer);
  }

  async rules(change: RulesChange): Promise<Uint8Array> {
    const { crypto, book, issuer } = this.#parts;
    const { site, guests, guestBundlesPerMinute, guestTicketsPerMinute, announcement } = book.rules;
    const before = { guests, guestBundlesPerMinute, guestTicketsPerMinute, announcement };
    const revision = await this.#next('rules', book.rules.revision);
    return signSiteRules(crypto, { ...before, ...change, site, revision }, issuer);
  }

  async policy(known: number, policy: Omit<SitePolicy, 'revision'>): Promise<Uint8Array> {
    const revision = await this.#next('policy', known);
    return signSitePolicy(this.#parts.crypto, { ...policy, revision }, this.#parts.issuer);
  }

  /** A number that was never used before, kept before it is. */
  #next(what: keyof RevisionsRecord, known: number): Promise<number> {
    return this.#parts.db.write(
      ['meta'],
      async (tx) => {
        const used = (await tx.get<RevisionsRecord>('meta', 'admin-revisions')) ?? noRevisions;
        const revision = Math.max(used[what], known) + 1;
        tx.put('meta', 'admin-revisions', { ...used, [what]: revision } satisfies RevisionsRecord);
        return revision;
      },
      { strict: true },
    );
  }
}
