/**
 * What a node or phone knows of its site's trust lists and rules, and so whom it believes: the
 * epoch, the keys that are revoked, the rules in force (step 2 of a message's way). Whatever order
 * documents come in, all who have met the same ones believe the same. It reads nothing and keeps
 * nothing on disk by itself.
 */
import { compareBytes, equalBytes } from '../bytes/compare.ts';
import { domain } from '../bytes/domain.ts';
import { bytesKey } from '../bytes/key.ts';
import { chainFault, type TrustChain } from '../identity/issued.ts';
import { type RevokedKeys, type SiteTrust, siteIdOf } from '../identity/site.ts';
import { trustLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import type { Store } from '../ports/store.ts';
import { ok, type Result, refused } from '../result.ts';
import { DocumentShelf, type Shelved } from './document-shelf.ts';
import { firstRules, type GenuineRules, type SiteRules, verifySiteRules } from './site-rules.ts';
import {
  decodeTrustList,
  type GenuineList,
  type Revocation,
  revokesItself,
  type TrustList,
  verifyTrustList,
} from './trust-list.ts';

/** `old`: as good or better is known; `full`: too many issuers. */
export type TrustFault = 'malformed' | 'foreign' | 'forged' | 'revoked' | 'old' | 'full';

export interface KnownList {
  readonly list: TrustList;
  readonly wire: Uint8Array;
}

/** A `farewell` is a list by which an admin key revokes itself. */
export const DocumentKind = { list: 1, rules: 2, farewell: 3 } as const;
export type DocumentKind = (typeof DocumentKind)[keyof typeof DocumentKind];

/** A document in force, as neighbours compare them. */
export interface KnownDocument {
  readonly kind: DocumentKind;
  /** Root or admin key, 32 bytes. */
  readonly issuer: Uint8Array;
  readonly revision: number;
  readonly wire: Uint8Array;
  /** 8 bytes; equal for equal documents. */
  readonly hash: Uint8Array;
}

export interface AdoptedDocument extends KnownDocument {
  /** Name of the store's value that keeps it. */
  readonly valueName: string;
}

export class TrustBook implements SiteTrust {
  readonly crypto: Crypto;
  readonly siteKey: Uint8Array;
  readonly site: Uint8Array;
  readonly revoked: RevokedKeys;
  readonly #lists: DocumentShelf<GenuineList>;
  readonly #rules: DocumentShelf<GenuineRules>;
  #epoch = 0;
  /** All revoked keys, and those of them that are revoked as admins. */
  #revocations = new Map<string, Revocation>();
  #admins = new Set<string>();
  #inForce: Shelved<GenuineList>[] = [];
  /** Lists by which an admin key revokes itself; they count for that alone. */
  #farewells: Shelved<GenuineList>[] = [];
  #ruling: Shelved<GenuineRules> | undefined;
  readonly #first: SiteRules;

  constructor(crypto: Crypto, siteKey: Uint8Array) {
    this.crypto = crypto;
    this.siteKey = siteKey;
    this.site = siteIdOf(crypto, siteKey);
    this.#first = firstRules(this.site);
    const { listsMax: placesMax } = trustLimits;
    this.#lists = new DocumentShelf<GenuineList>({
      ...{ placesMax, siteKey },
      isDead: ({ chain }) => this.#isRevokedByRoot(chain),
    });
    this.#rules = new DocumentShelf<GenuineRules>({
      ...{ placesMax, siteKey },
      isDead: ({ chain }) => chainFault(this, chain) !== undefined,
    });
    this.revoked = {
      has: (key) => this.#revocations.size > 0 && this.#revocations.has(bytesKey(key)),
      hasAdmin: (key) => this.#admins.size > 0 && this.#admins.has(bytesKey(key)),
    };
  }

  /** The highest epoch of all lists whose issuer is not revoked. */
  get epoch(): number {
    return this.#epoch;
  }

  get rules(): SiteRules {
    return this.#ruling?.document ?? this.#first;
  }

  /** Those in force, the root's first. */
  get lists(): readonly KnownList[] {
    return this.#inForce.map(({ document: list, wire }) => ({ list, wire }));
  }

  /** The newest list of an issuer, in force or not. */
  listOf(issuer: Uint8Array): TrustList | undefined {
    return this.#lists.of(issuer)?.document;
  }

  get revokedCount(): number {
    return this.#revocations.size;
  }

  /** What a list in force says of this key, the root's before an admin's. */
  revocationOf(key: Uint8Array): Revocation | undefined {
    return this.#revocations.get(bytesKey(key));
  }

  /** All that is in force, to hand on. */
  known(): KnownDocument[] {
    const rules = [...this.#rules.all()].filter(({ document }) => !this.#isVoid(document.chain));
    return [
      ...this.#inForce.map((list) => knownForm(DocumentKind.list, list)),
      ...this.#farewells.map((list) => knownForm(DocumentKind.farewell, list)),
      ...rules.map((shelved) => knownForm(DocumentKind.rules, shelved)),
    ];
  }

  /** The same in wire form. */
  documents(): readonly Uint8Array[] {
    return this.known().map(({ wire }) => wire);
  }

  /** A trust list or site rules in wire form, if it says something new. */
  adopt(wire: Uint8Array): Result<AdoptedDocument, TrustFault> {
    return decodeTrustList(wire) ? this.#adoptList(wire) : this.#adoptRules(wire);
  }

  /** What a store kept; whatever is damaged counts as none, for neighbours tell it again. */
  load(store: Pick<Store, 'value'>): void {
    for (let place = 0; place < trustLimits.listsMax; place++) {
      const list = store.value(valueName(DocumentKind.list, place));
      const rules = store.value(valueName(DocumentKind.rules, place));
      // Not judged yet: what they say of each other counts once all are here.
      const genuineList = list && verifyTrustList(this, list);
      const genuineRules = rules && verifySiteRules(this, rules);
      if (genuineList?.ok) this.#shelveList(genuineList.value, list!);
      if (genuineRules?.ok) this.#shelveRules(genuineRules.value, rules!);
    }
    this.#conclude();
  }

  #adoptList(wire: Uint8Array): Result<AdoptedDocument, TrustFault> {
    const verified = verifyTrustList(this, wire);
    if (!verified.ok) return verified;
    const { chain } = verified.value;
    // An admin who revoked itself may still be heard of in a better form of that very list.
    const isFarewell = revokesItself(verified.value) && !this.#isRevokedByRoot(chain);
    if (this.#isVoid(chain) && !isFarewell) return refused('revoked');
    const kind = isFarewell ? DocumentKind.farewell : DocumentKind.list;
    return this.#concluded(kind, this.#shelveList(verified.value, wire));
  }

  #adoptRules(wire: Uint8Array): Result<AdoptedDocument, TrustFault> {
    const verified = verifySiteRules(this, wire);
    if (!verified.ok) return verified;
    if (this.#isVoid(verified.value.chain)) return refused('revoked');
    return this.#concluded(DocumentKind.rules, this.#shelveRules(verified.value, wire));
  }

  #concluded(
    kind: DocumentKind,
    shelved: Result<Shelved<GenuineList | GenuineRules>, TrustFault>,
  ): Result<AdoptedDocument, TrustFault> {
    if (!shelved.ok) return shelved;
    this.#conclude();
    const { place } = shelved.value;
    return ok({ ...knownForm(kind, shelved.value), valueName: valueName(kind, place) });
  }

  #shelveList(
    document: GenuineList,
    wire: Uint8Array,
  ): Result<Shelved<GenuineList>, 'old' | 'full'> {
    const known = this.#lists.of(document.issuer);
    if (known && !replacesList({ document, wire }, known)) return refused('old');
    const { issuer } = document;
    const shelved = this.#lists.put({ issuer, document, ...this.#wireForm(wire) });
    return shelved ? ok(shelved) : refused('full');
  }

  #shelveRules(
    document: GenuineRules,
    wire: Uint8Array,
  ): Result<Shelved<GenuineRules>, 'old' | 'full'> {
    const issuer = document.chain.admin ?? this.siteKey;
    const known = this.#rules.of(issuer);
    if (known && !isNewer({ document, wire }, known)) return refused('old');
    const shelved = this.#rules.put({ issuer, document, ...this.#wireForm(wire) });
    return shelved ? ok(shelved) : refused('full');
  }

  /**
   * What all lists together say, whatever order they are read in. A list goes on revoking when its
   * admin's certificate has ended, or a new epoch would bring back whom that admin had shut out.
   */
  #conclude(): void {
    const root = this.#lists.of(this.siteKey);
    const all = [...this.#lists.all()].filter((list) => list !== root);
    const heard = all.filter(({ document }) => !this.#isRevokedByRoot(document.chain));
    this.#farewells = heard.filter(({ document }) => revokesItself(document));
    this.#inForce = heard.filter(({ document }) => !revokesItself(document));
    if (root) this.#inForce.unshift(root);
    this.#epoch = Math.max(0, ...this.#inForce.map(({ document }) => document.epoch));
    this.#admins = new Set(this.#farewells.map(({ issuer }) => bytesKey(issuer)));
    for (const { key } of root?.document.revoked ?? []) this.#admins.add(bytesKey(key));
    this.#revocations = new Map();
    for (const { document } of this.#inForce) {
      for (const revocation of document.revoked) this.#note(revocation);
    }
    for (const { document, issuer } of this.#farewells) {
      const own = document.revoked.find(({ key }) => equalBytes(key, issuer));
      if (own) this.#note(own);
    }
    this.#ruling = this.#newestRules();
  }

  /** Those of an ended admin still hold where there are no others, or guests would be let in. */
  #newestRules(): Shelved<GenuineRules> | undefined {
    const heard = [...this.#rules.all()].filter(({ document }) => !this.#isVoid(document.chain));
    const holding = heard.filter(({ document }) => !chainFault(this, document.chain));
    const ruling = holding.length > 0 ? holding : heard;
    return ruling.reduce<Shelved<GenuineRules> | undefined>(
      (best, rules) => (best && !isNewer(rules, best) ? best : rules),
      undefined,
    );
  }

  #wireForm(given: Uint8Array): { readonly wire: Uint8Array; readonly hash: Uint8Array } {
    const wire = given.slice();
    return { wire, hash: this.crypto.blake2b(16, domain('trust-document'), wire).slice(0, 8) };
  }

  #note(revocation: Revocation): void {
    const key = bytesKey(revocation.key);
    if (!this.#revocations.has(key)) this.#revocations.set(key, revocation);
  }

  /** Nothing that its admin signed counts. */
  #isVoid({ admin }: TrustChain): boolean {
    return admin !== undefined && this.revoked.hasAdmin(admin);
  }

  #isRevokedByRoot({ admin }: TrustChain): boolean {
    const revoked = this.#lists.of(this.siteKey)?.document.revoked ?? [];
    return admin !== undefined && revoked.some(({ key }) => equalBytes(key, admin));
  }
}

interface Revised {
  readonly document: { readonly revision: number };
  readonly wire: Uint8Array;
}

function isNewer(one: Revised, other: Revised): boolean {
  const newer = one.document.revision - other.document.revision;
  return newer > 0 || (newer === 0 && compareBytes(one.wire, other.wire) > 0);
}

/** Nothing signed later takes back that a key revoked itself: it may be in two hands. */
function replacesList(
  one: Pick<Shelved<GenuineList>, 'document' | 'wire'>,
  other: Pick<Shelved<GenuineList>, 'document' | 'wire'>,
): boolean {
  const isFarewell = revokesItself(one.document);
  return isFarewell === revokesItself(other.document) ? isNewer(one, other) : isFarewell;
}

function knownForm(
  kind: DocumentKind,
  { issuer, document, wire, hash }: Shelved<{ readonly revision: number }>,
): KnownDocument {
  return { kind, issuer, revision: document.revision, wire, hash };
}

function valueName(kind: DocumentKind, place: number): string {
  return `trust/${kind === DocumentKind.rules ? 'rules' : 'list'}/${place}`;
}
