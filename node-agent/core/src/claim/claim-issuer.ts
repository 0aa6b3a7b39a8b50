/**
 * The admin's end of a claim: on a phone, or at the command line. It proves that it holds the key
 * that the code names, learns who claims, and hands out papers only after somebody said that both
 * ends show the same six digits. Whether a code may be used once more, whoever confirms decides.
 */
import { equalBytes } from '../bytes/compare.ts';
import type { Issuer } from '../identity/issued.ts';
import { claimLimits } from '../limits.ts';
import type { ClaimChannel, ClaimChannelOptions } from './claim-channel.ts';
import { type ClaimCode, claimFingerprint } from './claim-code.ts';
import type { ClaimRefusal } from './claim-fault.ts';
import type { ClaimMessage, IssuerIntroduction } from './claim-message.ts';
import type { ClaimPhase, ClaimStep } from './claim-step.ts';
import { ClaimTurns } from './claim-turns.ts';

export interface ClaimIssuerOptions extends ClaimChannelOptions {
  /** Who signs the papers: an admin who may certify nodes; for a new admin the root itself. */
  readonly issuer: Issuer;
  /** The site's root key, 32 bytes. */
  readonly siteKey: Uint8Array;
  readonly siteName: string;
}

/** Who claims. */
export interface ClaimantInfo {
  /** Ed25519, 32 bytes; proven to belong to this channel. */
  readonly key: Uint8Array;
  /** Its own word. */
  readonly name: string;
  readonly version: string;
}

export interface IssuerAsk {
  readonly subject: ClaimantInfo;
  readonly comparisonCode: string;
}
export type IssuerStep = ClaimStep<IssuerAsk>;

export class ClaimIssuer {
  readonly #options: ClaimIssuerOptions;
  readonly #turns: ClaimTurns<IssuerAsk>;
  #subject: ClaimantInfo | undefined;

  constructor(options: ClaimIssuerOptions) {
    this.#options = options;
    this.#turns = new ClaimTurns<IssuerAsk>(options, {
      introduction: (channel) => this.#introduction(channel),
      meet: (message, channel) => this.#meet(message, channel),
      begin: () => this.#ask(),
      hear: (message) => this.#hear(message),
    });
  }

  get phase(): ClaimPhase {
    return this.#turns.phase;
  }

  /** Once it is proven. */
  get subject(): ClaimantInfo | undefined {
    return this.#subject;
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
  receive(octets: Uint8Array): IssuerStep {
    return this.#turns.receive(octets);
  }

  /** The codes were compared: offers the papers in wire form. Nothing new unless it was asked. */
  confirm(document: Uint8Array): IssuerStep {
    if (document.length > claimLimits.documentBytesMax) throw new RangeError('papers too long');
    return this.#turns.decide(() => {
      this.#turns.phase = 'offered';
      return this.#turns.say({ type: 'offer', document });
    });
  }

  refuse(reason: ClaimRefusal): IssuerStep {
    return this.#turns.refuse(reason);
  }

  #introduction(channel: ClaimChannel): IssuerIntroduction {
    const { issuer, siteKey, siteName } = this.#options;
    const { key, certificate } = issuer;
    const proof = channel.prove('issuer', key);
    const said = { nonce: channel.nonce, key: key.publicKey, proof, certificate };
    return { type: 'issuer', ...said, siteKey, siteName };
  }

  #meet(message: ClaimMessage, channel: ClaimChannel): ClaimRefusal | undefined {
    if (message.type !== 'subject') return 'malformed';
    if (!channel.isProven('subject', message)) return 'bad-proof';
    const { crypto, code } = this.#options;
    if (code.kind === 'label' && !isKeyOf(code, claimFingerprint(crypto, message.key))) {
      return 'wrong-node';
    }
    const { key, name, version } = message;
    this.#subject = { key, name, version };
    return undefined;
  }

  #ask(): IssuerStep {
    const comparisonCode = this.#turns.comparisonCode!;
    return { kind: 'ask', subject: this.#subject!, comparisonCode };
  }

  #hear({ type }: ClaimMessage): IssuerStep | ClaimRefusal {
    const { step, phase } = this.#turns;
    const { isInitiator } = this.#options;
    if (type === 'ready' && phase === 'comparing' && step?.kind === 'send') return this.#ask();
    if (type === 'done' && phase === 'offered') {
      return this.#turns.finish(isInitiator ? undefined : { type: 'closed' });
    }
    return 'tampered';
  }
}

function isKeyOf({ fingerprint }: ClaimCode, key: Uint8Array): boolean {
  return equalBytes(fingerprint, key);
}
