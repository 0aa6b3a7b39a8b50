/**
 * The claimant's end of a claim: a blank node, or a new admin's phone. It gives its key and nothing
 * else, believes only the key that the code names, and checks the papers before it shows them. It
 * says `done` when whoever drives it has them on disk, so that a power cut leaves it either blank
 * or claimed.
 */
import { equalBytes } from '../bytes/compare.ts';
import { Power, verifyAdminCertificate } from '../identity/admin-certificate.ts';
import { siteIdOf } from '../identity/site.ts';
import type { KeyPair } from '../ports/crypto.ts';
import { type CheckedAdminPapers, checkAdminPapers } from './admin-papers.ts';
import type { ClaimChannel, ClaimChannelOptions } from './claim-channel.ts';
import { claimFingerprint } from './claim-code.ts';
import type { ClaimRefusal } from './claim-fault.ts';
import type { ClaimMessage, IssuerIntroduction, SubjectIntroduction } from './claim-message.ts';
import type { ClaimPhase, ClaimStep } from './claim-step.ts';
import { ClaimTurns } from './claim-turns.ts';
import { isPlainText } from './plain-text.ts';
import { type CheckedProvision, checkProvision } from './provision-document.ts';

export interface ClaimSubjectOptions extends ClaimChannelOptions {
  /** The key that is to be certified. */
  readonly key: KeyPair;
  /** What it calls itself, at most 64 bytes. */
  readonly name: string;
  /** Of the software, at most 32 bytes. */
  readonly version: string;
}

/** Who is at the other end. */
export interface ClaimSite {
  /** Root key, 32 bytes, and the site's id, 16. */
  readonly siteKey: Uint8Array;
  readonly site: Uint8Array;
  readonly siteName: string;
  /** 32 bytes; proven to belong to this channel. */
  readonly issuerKey: Uint8Array;
  /** As the root named the admin; empty for the root itself. */
  readonly issuerName: string;
}

/** Papers that were checked already; `wire` is what to keep. */
export type ClaimOffer =
  | { readonly kind: 'node'; readonly wire: Uint8Array; readonly provision: CheckedProvision }
  | { readonly kind: 'admin'; readonly wire: Uint8Array; readonly papers: CheckedAdminPapers };

export interface SubjectAsk {
  readonly offer: ClaimOffer;
}
export type SubjectStep = ClaimStep<SubjectAsk>;

export class ClaimSubject {
  readonly #options: ClaimSubjectOptions;
  readonly #turns: ClaimTurns<SubjectAsk>;
  #site: ClaimSite | undefined;

  constructor(options: ClaimSubjectOptions) {
    this.#options = options;
    this.#turns = new ClaimTurns<SubjectAsk>(options, {
      introduction: (channel) => this.#introduction(channel),
      meet: (message, channel) => this.#meet(message, channel),
      begin: () => this.#turns.say({ type: 'ready' }),
      hear: (message) => this.#hear(message),
    });
  }

  get phase(): ClaimPhase {
    return this.#turns.phase;
  }

  /** Once the other end has proven its key. */
  get site(): ClaimSite | undefined {
    return this.#site;
  }

  /** Such as `123 456`, once both ends are introduced. */
  get comparisonCode(): string | undefined {
    return this.#turns.comparisonCode;
  }

  /** First message, of the initiator; a RangeError at the other end. */
  start(): Uint8Array {
    return this.#turns.start();
  }

  /** Any octets of the other end. */
  receive(octets: Uint8Array): SubjectStep {
    return this.#turns.receive(octets);
  }

  /** Only after the offer is on disk. Nothing new unless it was asked. */
  accept(): SubjectStep {
    return this.#turns.decide(() => {
      if (!this.#options.isInitiator) return this.#turns.finish({ type: 'done' });
      this.#turns.phase = 'done';
      return this.#turns.say({ type: 'done' });
    });
  }

  refuse(reason: ClaimRefusal): SubjectStep {
    return this.#turns.refuse(reason);
  }

  #introduction(channel: ClaimChannel): SubjectIntroduction {
    const { key, name, version } = this.#options;
    const proof = channel.prove('subject', key);
    return {
      ...{ type: 'subject', nonce: channel.nonce, key: key.publicKey, proof, name, version },
    };
  }

  #meet(message: ClaimMessage, channel: ClaimChannel): ClaimRefusal | undefined {
    if (message.type !== 'issuer') return 'malformed';
    const { crypto, code } = this.#options;
    if (!channel.isProven('issuer', message)) return 'bad-proof';
    if (code.kind !== 'label') {
      const fingerprint = claimFingerprint(crypto, message.key);
      if (!equalBytes(fingerprint, code.fingerprint)) return 'wrong-issuer';
    }
    const { key, siteKey, siteName } = message;
    const site = siteIdOf(crypto, siteKey);
    if (code.kind !== 'label' && !equalBytes(site, code.site)) return 'foreign';
    const issuerName = this.#issuerName(message, site);
    if (issuerName === undefined) return 'not-allowed';
    this.#site = { siteKey, site, siteName, issuerKey: key, issuerName };
    return undefined;
  }

  /** Undefined for somebody who may not issue these papers. */
  #issuerName({ key, certificate, siteKey }: IssuerIntroduction, site: Uint8Array) {
    const { crypto, code } = this.#options;
    if (certificate.length === 0) return equalBytes(key, siteKey) ? '' : undefined;
    // An admin makes no further admins.
    if (code.kind === 'admin') return undefined;
    const admin = verifyAdminCertificate({ crypto, siteKey, site, epoch: 0 }, certificate);
    if (!admin.ok || !equalBytes(admin.value.adminKey, key)) return undefined;
    const { powers, name } = admin.value;
    return powers & Power.nodes && isPlainText(name) ? name : undefined;
  }

  #hear(message: ClaimMessage): SubjectStep | ClaimRefusal {
    const { phase } = this.#turns;
    if (phase === 'done') return this.#turns.finish();
    if (message.type !== 'offer' || phase !== 'comparing') return 'tampered';
    const offer = this.#judge(message.document);
    this.#turns.phase = offer ? 'offered' : phase;
    return offer ? { kind: 'ask', offer } : 'bad-document';
  }

  #judge(wire: Uint8Array): ClaimOffer | undefined {
    const { crypto, code, key } = this.#options;
    const { site, issuerKey } = this.#site!;
    if (code.kind === 'admin') {
      const papers = checkAdminPapers(crypto, wire, { adminKey: key.publicKey, site });
      return papers.ok ? { kind: 'admin', wire, papers: papers.value } : undefined;
    }
    const issuerFingerprint = claimFingerprint(crypto, issuerKey);
    const expected = { nodeKey: key.publicKey, site, issuerFingerprint };
    const provision = checkProvision(crypto, wire, expected);
    return provision.ok ? { kind: 'node', wire, provision: provision.value } : undefined;
  }
}
