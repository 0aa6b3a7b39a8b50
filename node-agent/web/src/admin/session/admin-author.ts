/**
 * Writes bundles under the admin key (step 1). The admin ticket is issued by the admin key to
 * itself and carries the admin certificate, so that any node judges it alone. The author chain is
 * read, used and stored in one database write before anything is sent: two tabs, or a crash
 * between, can never use one number twice.
 */
import {
  type AdminCertificate,
  type AuthorChain,
  type Bundle,
  type BundleKind,
  type Clock,
  type Crypto,
  chainPast,
  composeBundle,
  decodeAdminCertificate,
  HybridClock,
  type Issuer,
  Lane,
  newChain,
  Role,
  roleLimits,
  Scope,
  type Stamp,
  signTicket,
  ticketIdOf,
} from '@muster/core';
import type { Database } from '../../storage/database.ts';

/** meta 'admin-chain': where the admin key stands as an author. */
interface AdminChainRecord {
  readonly chain: AuthorChain;
  readonly stamp: Stamp;
}

export interface AdminAuthorParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** 16 bytes. */
  readonly site: Uint8Array;
  readonly issuer: Issuer;
}

export interface AdminDraft {
  readonly kind: BundleKind;
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly payload: Uint8Array;
}

const freshChain: AdminChainRecord = { chain: newChain, stamp: { ms: 0, counter: 0 } };

export class AdminAuthor {
  readonly certificate: AdminCertificate;
  /** In wire form. */
  readonly ticket: Uint8Array;
  readonly #parts: AdminAuthorParts;
  readonly #ticketId: Uint8Array;
  readonly #hybrid = new HybridClock();

  /** A RangeError for an issuer without a readable certificate. */
  constructor(parts: AdminAuthorParts) {
    this.#parts = parts;
    const { crypto, site, issuer } = parts;
    const certificate = decodeAdminCertificate(issuer.certificate);
    if (!certificate) throw new RangeError('an admin without a certificate');
    this.certificate = certificate;
    // The same ticket every time: signatures are deterministic, and so is its id.
    const ticket = { site, subject: issuer.key.publicKey, role: Role.admin, serial: 0 };
    this.ticket = signTicket(crypto, { ...ticket, epoch: certificate.epoch }, issuer);
    this.#ticketId = ticketIdOf(crypto, this.ticket);
  }

  /** Goes on past what the node has seen of this key, should the phone remember less. */
  async settle(seqMax: number): Promise<void> {
    await this.#parts.db.write(
      ['meta'],
      async (tx) => {
        const record = (await tx.get<AdminChainRecord>('meta', 'admin-chain')) ?? freshChain;
        const chain = chainPast(record.chain, seqMax);
        if (chain !== record.chain) tx.put('meta', 'admin-chain', { ...record, chain });
      },
      { strict: true },
    );
  }

  /** The bundle, once the chain behind it is on disk. Rejects when it cannot be kept. */
  compose(draft: AdminDraft): Promise<Bundle> {
    const { db, crypto, clock, site, issuer } = this.#parts;
    const limits = roleLimits[Role.admin];
    return db.write(
      ['meta'],
      async (tx) => {
        const before = (await tx.get<AdminChainRecord>('meta', 'admin-chain')) ?? freshChain;
        const wall = clock.wall();
        this.#hybrid.observe(before.stamp, wall.unixMs);
        const stamp = this.#hybrid.next(wall.unixMs);
        const { bundle, chain } = composeBundle(
          crypto,
          { key: issuer.key, site, ticket: this.#ticketId },
          {
            chain: before.chain,
            draft: {
              ...draft,
              lane: Lane.normal,
              lifetimeS: limits.lifetimeSMax,
              hopLimit: limits.hopsMax,
              scope: Scope.site,
              stamp,
              quality: wall.quality,
            },
          },
        );
        tx.put('meta', 'admin-chain', { chain, stamp } satisfies AdminChainRecord);
        return bundle;
      },
      { strict: true },
    );
  }
}
