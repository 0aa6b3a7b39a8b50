/**
 * One box on its way into the site, as the admin sees it: who claims, whether both show the same
 * six digits, what the box is to be, and its papers. The first claimant of a code is the only one:
 * whoever else comes with it is refused, and both are shown.
 */
import {
  type ClaimantInfo,
  type ClaimFault,
  type ClaimRefusal,
  equalBytes,
  fittingDocuments,
  NodeRole,
  type ProvisionChange,
  type ProvisionSettings,
  previewOf,
  RevocationReason,
  signProvision,
  toBase64url,
  toHex,
} from '@muster/core';
import { type Signal, signal } from '@preact/signals';
import { adminLimits } from '../limits.ts';
import type { AdminSession } from '../session/admin-session.ts';

export type NodeClaimState =
  /** An invite: nobody came yet; `fault` says how the last try ended. */
  | { readonly kind: 'waiting'; readonly fault?: ClaimFault }
  | { readonly kind: 'reaching'; readonly address: string }
  | {
      readonly kind: 'comparing' | 'settings';
      readonly subject: ClaimantInfo;
      readonly comparisonCode: string;
    }
  | { readonly kind: 'sending'; readonly name: string }
  /** `key` in hex. */
  | { readonly kind: 'done'; readonly key: string; readonly name: string }
  | { readonly kind: 'failed'; readonly fault: ClaimFault };

/** The dead node whose place a box takes. */
export interface Replaced {
  readonly key: Uint8Array;
  readonly name: string;
  readonly role: ProvisionSettings['role'];
}

export interface NodeClaimOptions {
  readonly siteName: string;
  readonly replaces?: Replaced | undefined;
}

/** Where the decision goes. */
export interface ClaimEnd {
  confirm(document: Uint8Array): void;
  refuse(reason: ClaimRefusal): void;
}

export class NodeClaim {
  readonly state: Signal<NodeClaimState>;
  /** Who came with the same code after the first. */
  readonly others: Signal<readonly ClaimantInfo[]> = signal<readonly ClaimantInfo[]>([]);
  readonly #session: AdminSession;
  readonly #options: NodeClaimOptions;
  #subject: ClaimantInfo | undefined;
  #end: ClaimEnd | undefined;
  #settings: ProvisionSettings | undefined;
  #document: Uint8Array | undefined;

  constructor(session: AdminSession, options: NodeClaimOptions) {
    this.#session = session;
    this.#options = options;
    this.state = signal<NodeClaimState>({ kind: 'waiting' });
  }

  get subject(): ClaimantInfo | undefined {
    return this.#subject;
  }

  get replaces(): Replaced | undefined {
    return this.#options.replaces;
  }

  /** Somebody holds the code's secret and has proven a key. */
  onAsk(subject: ClaimantInfo, comparisonCode: string, end: ClaimEnd): void {
    const first = this.#subject;
    if (first && !equalBytes(first.key, subject.key)) {
      this.#noteOther(subject);
      end.refuse('used');
      return;
    }
    this.#subject = subject;
    this.#end = end;
    // It was cut off after its papers were signed: it gets the very same ones.
    if (this.#document) end.confirm(this.#document);
    else this.state.value = { kind: 'comparing', subject, comparisonCode };
  }

  sameCodes(): void {
    const state = this.state.value;
    if (state.kind === 'comparing') this.state.value = { ...state, kind: 'settings' };
  }

  differentCodes(): void {
    this.#end?.refuse('codes-differ');
    this.fail('codes-differ');
  }

  /** What would change; undefined where the settings are not such that a box takes them. */
  preview(settings: ProvisionSettings): readonly ProvisionChange[] | undefined {
    return this.#sign(settings) && previewOf(this.#provision(settings)!);
  }

  /** Signs the papers and hands them over. */
  confirm(settings: ProvisionSettings): void {
    const document = this.#sign(settings);
    if (!document || this.state.value.kind !== 'settings') return;
    this.#document = document;
    this.#settings = settings;
    this.state.value = { kind: 'sending', name: settings.name };
    this.#end?.confirm(document);
  }

  /** The box has its papers on disk. */
  onDone(): void {
    const [subject, settings] = [this.#subject, this.#settings];
    if (!subject || !settings || this.state.value.kind === 'done') return;
    const { name, role } = settings;
    this.state.value = { kind: 'done', key: toHex(subject.key), name };
    const params = { key: toBase64url(subject.key), name, role, label: name };
    void this.#record(params);
  }

  fail(fault: ClaimFault): void {
    if (this.state.value.kind !== 'done') this.state.value = { kind: 'failed', fault };
  }

  /** Into the trail; and whose place it takes is out only now, when the new one is in. */
  async #record(params: object): Promise<void> {
    const { replaces } = this;
    await this.#session.act({ command: 'node.claimed', params });
    if (!replaces) return;
    const { key, name: label } = replaces;
    await this.#session.revoke({ key, reason: RevocationReason.replaced, label });
  }

  #noteOther(other: ClaimantInfo): void {
    const known = this.others.value.some(({ key }) => equalBytes(key, other.key));
    if (known || this.others.value.length >= adminLimits.claimantsMax) return;
    this.others.value = [...this.others.value, other];
  }

  #provision(settings: ProvisionSettings) {
    const { site, siteKey } = this.#session.parts;
    const nodeKey = this.#subject?.key;
    if (!nodeKey) return undefined;
    const { policyWire, trust } = this.#session;
    const role = NodeRole[settings.role];
    return {
      ...{ site, siteKey, siteName: this.#options.siteName, nodeKey, settings },
      certificate: this.#session.signCertificate({ nodeKey, name: settings.name, role }),
      documents: fittingDocuments([
        ...trust.value.book.documents(),
        ...(policyWire ? [policyWire] : []),
      ]),
    };
  }

  #sign(settings: ProvisionSettings): Uint8Array | undefined {
    const { crypto, issuer } = this.#session.parts;
    const provision = this.#provision(settings);
    try {
      return provision && signProvision(crypto, provision, issuer);
    } catch {
      // Nobody would accept it: the form says so.
      return undefined;
    }
  }
}
