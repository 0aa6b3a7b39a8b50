/**
 * The first admin of a site that was begun with `muster start`, whose root key lies open on this
 * box: the node awaits one code, which only its own screen shows, and has the root certify whoever
 * brings it first. Once there is an admin it awaits nobody; further admins are invited by hand.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClaimCode,
  ClaimIssuer,
  type Crypto,
  claimFingerprint,
  claimIdOf,
  encodeAdminPapers,
  encodeClaimCode,
  epochMax,
  equalBytes,
  fittingDocuments,
  type IssuerStep,
  type KeyPair,
  type Logger,
  powersAll,
  type Random,
  rootIssuer,
  siteIdOf,
  toBase64url,
} from '@muster/core';
import {
  issueAdmin,
  readRecord,
  readSiteRoot,
  type Site,
  SiteBook,
  writeRecord,
} from '@muster/provisioning';
import type { ClaimDesk } from '../claim/desk.ts';
import type { ClaimSink, SinkAnswer } from '../claim/sessions.ts';
import { adminLimits } from './limits.ts';

export interface FirstAdminOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly logger: Logger;
  /** Path of the data folder. */
  readonly folder: string;
  readonly site: Site;
  readonly claims: Pick<ClaimDesk, 'open'>;
  /** Lists, rules and policies in force, in wire form. */
  documents(): readonly Uint8Array[];
  /** `host:port`, best first. */
  addresses(): readonly string[];
  unixMs(): number;
}

interface Awaited {
  readonly secret: Uint8Array;
  /** Who came first; empty: nobody yet. */
  readonly claimant: Uint8Array;
}

const secretBytes = 16;
const addressesMax = 3;

export class FirstAdmin implements ClaimSink {
  readonly #options: FirstAdminOptions;
  readonly #path: string;
  /** Oldest first; at most firstAdminSessionsMax. */
  readonly #sessions = new Map<string, ClaimIssuer>();
  #awaited: Awaited | undefined;
  #close: (() => void) | undefined;

  constructor(options: FirstAdminOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'first-admin.json');
  }

  /** Undefined where no first admin is awaited. */
  get code(): string | undefined {
    if (!this.#awaited) return undefined;
    const addresses = this.#options.addresses().slice(0, addressesMax);
    return encodeClaimCode(this.#options.crypto, this.#codeOf(this.#awaited, addresses));
  }

  /** A damaged file must not keep the node from starting: further admins are invited by hand. */
  start(): void {
    try {
      this.#start();
    } catch (error) {
      this.#options.logger.warn('no first admin is awaited', { error: String(error) });
    }
  }

  stop(): void {
    this.#close?.();
    this.#close = undefined;
    this.#awaited = undefined;
    this.#sessions.clear();
  }

  async onMessage(session: string, message: Uint8Array): Promise<SinkAnswer> {
    const issuer = this.#sessions.get(session) ?? this.#begin(session);
    if (!issuer) return 'ended';
    const step = issuer.receive(message);
    // Whoever does not have the code takes no place of one who has.
    if (step.kind === 'ended' && !issuer.subject) this.#sessions.delete(session);
    return this.#answer(issuer, step.kind === 'ask' ? this.#decide(issuer) : step);
  }

  #start(): void {
    const { folder, claims, crypto, random } = this.#options;
    if (!existsSync(join(folder, 'site.key'))) return;
    const begun = this.#read();
    // One that began and did not end may come again; else an admin who is there is enough.
    if (!begun && SiteBook.open(folder).admins.length > 0) return;
    this.#awaited = begun ?? this.#keep({ secret: random.bytes(secretBytes), claimant: none });
    this.#close = claims.open(claimIdOf(crypto, this.#awaited.secret), this);
  }

  #begin(session: string): ClaimIssuer | undefined {
    const { crypto, random, site } = this.#options;
    const root = this.#root();
    if (!root || !this.#awaited) return undefined;
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= adminLimits.firstAdminSessionsMax) this.#sessions.delete(oldest!);
    const issuer = new ClaimIssuer({
      ...{ crypto, random, siteKey: site.siteKey, siteName: site.name },
      code: this.#codeOf(this.#awaited, []),
      isInitiator: false,
      issuer: rootIssuer(root),
    });
    this.#sessions.set(session, issuer);
    return issuer;
  }

  /** The code is burned, on disk, before the papers are offered. */
  #decide(issuer: ClaimIssuer): IssuerStep {
    const { logger } = this.#options;
    const { key, name } = issuer.subject!;
    const root = this.#root();
    if (!root || !this.#awaited) return issuer.refuse('not-allowed');
    const { claimant } = this.#awaited;
    if (claimant.length > 0 && !equalBytes(claimant, key)) {
      logger.warn('the first admin’s code was used twice', { by: toBase64url(key).slice(0, 8) });
      return issuer.refuse('used');
    }
    this.#awaited = this.#keep({ ...this.#awaited, claimant: key.slice() });
    logger.info('first admin', { comparisonCode: issuer.comparisonCode });
    return issuer.confirm(this.#papersFor(root, { key, name }));
  }

  #papersFor(
    root: KeyPair,
    admin: { readonly key: Uint8Array; readonly name: string },
  ): Uint8Array {
    const { crypto, site, folder, documents, unixMs } = this.#options;
    const { key, name } = admin;
    const certificate = issueAdmin(crypto, { root, adminKey: key, name });
    const book = SiteBook.open(folder);
    book.noteAdmin({ key, name, powers: powersAll, endsEpoch: epochMax, issuedUnixMs: unixMs() });
    return encodeAdminPapers({
      ...{ siteKey: site.siteKey, siteName: site.name, certificate },
      documents: fittingDocuments(documents()),
    });
  }

  #answer(issuer: ClaimIssuer, step: IssuerStep): SinkAnswer {
    if (step.kind === 'ask') return 'later';
    if (step.kind === 'ended' && issuer.phase === 'done') this.#done();
    return step.message ?? 'ended';
  }

  /** The desk stays open until the last answer has been heard: a repeated message asks for it. */
  #done(): void {
    if (!this.#awaited) return;
    this.#awaited = undefined;
    rmSync(this.#path, { force: true });
    this.#options.logger.info('the site has its first admin');
  }

  #codeOf({ secret }: Awaited, addresses: readonly string[]): ClaimCode {
    const { crypto, site } = this.#options;
    const fingerprint = claimFingerprint(crypto, site.siteKey);
    const id = siteIdOf(crypto, site.siteKey);
    return { kind: 'admin', secret, fingerprint, site: id, expiresUnixS: 0, addresses };
  }

  #root(): KeyPair | undefined {
    const { crypto, folder, site } = this.#options;
    return readSiteRoot(crypto, folder, site);
  }

  #read(): Awaited | undefined {
    const record = readRecord(this.#path, 'first-admin');
    return (
      record && { secret: record.bytes('secret', secretBytes), claimant: record.bytes('claimant') }
    );
  }

  #keep(awaited: Awaited): Awaited {
    writeRecord(this.#path, 'first-admin', { members: { ...awaited } });
    return awaited;
  }
}

const none = new Uint8Array(0);
