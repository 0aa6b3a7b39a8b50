/**
 * What an admin signs for the whole site: trust lists, rules, policies, each with the revision that
 * goes past the newest known. Revisions that were ever used are kept on the phone, so that a
 * document whose fate is unknown is never followed by another one under its number.
 */
import {
  type Crypto,
  equalBytes,
  type Issuer,
  type Revocation,
  type SitePolicy,
  signSitePolicy,
  signSiteRules,
  signTrustList,
  type TrustBook,
  trustLimits,
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

  /** Keys on this admin's own list. */
  get revoked(): readonly Revocation[] {
    return this.#ownList()?.revoked ?? [];
  }

  /** This admin's list with another key on it, or with a higher epoch. Undefined when it is full. */
  async list(change: { add?: Revocation; epoch?: number }): Promise<Uint8Array | undefined> {
    const { crypto, book, issuer } = this.#parts;
    const { add } = change;
    const others = this.revoked.filter(({ key }) => !add || !equalBytes(key, add.key));
    const revoked = add ? [...others, add] : others;
    if (revoked.length > trustLimits.revokedPerListMax) return undefined;
    const revision = await this.#next('list', this.#ownList()?.revision ?? 0);
    const epoch = Math.max(book.epoch, change.epoch ?? 0);
    return signTrustList(crypto, { site: book.site, revision, epoch, revoked }, issuer);
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

  #ownList() {
    const { book, issuer } = this.#parts;
    const { publicKey } = issuer.key;
    return book.lists.find(({ list }) => equalBytes(list.issuer, publicKey))?.list;
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
