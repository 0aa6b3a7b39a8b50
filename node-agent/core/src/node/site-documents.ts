/**
 * What admins sign for the whole site, as this node takes it in: trust lists, site rules and the
 * site policy, from acts and announcements in the mesh, from neighbours and from the admin at this
 * node. It writes down what is new and says so; steps 2 and 4 go by it from that moment on. What
 * did not reach the disk is tried again.
 */
import { BundleKind } from '../bundle/bundle.ts';
import { decodeFields } from '../bundle/decode.ts';
import type { PolicyFault, SitePolicy } from '../federation/site-policy.ts';
import { Role } from '../identity/role.ts';
import type { Store, StoredBundle } from '../ports/store.ts';
import type { Result } from '../result.ts';
import { type AdminAct, decodeAdminAct } from '../trust/admin-act.ts';
import type { AdoptedDocument, TrustBook, TrustFault } from '../trust/trust-book.ts';
import type { Ledger } from './ledger.ts';
import { type PolicyBook, policyValue } from './policy-book.ts';
import { withdrawalValue } from './withdrawal.ts';

/** Held policies looked at on a start: one in force, and room for strangers' attempts at one. */
const policiesLookedAtMax = 64;

export interface SiteDocumentsOptions {
  readonly trust: TrustBook;
  readonly policies: PolicyBook;
  readonly ledger: Ledger;
  readonly store: Pick<Store, 'value' | 'ofKind'>;
  /** After each trust list and all rules that were adopted. */
  readonly onTrust: (adopted: AdoptedDocument) => void;
  /** Another policy is in force, or none (undefined). */
  readonly onPolicy: (policy: SitePolicy | undefined) => void;
}

type Values = Map<string, Uint8Array | undefined>;

export class SiteDocuments {
  readonly #options: SiteDocumentsOptions;
  /** Values not on disk yet; as many as the books have places. */
  readonly #owed: Values = new Map();

  constructor(options: SiteDocumentsOptions) {
    this.#options = options;
  }

  load(): void {
    const { trust, policies, store } = this.#options;
    trust.load(store);
    policies.load(store);
    // Power may have gone between a policy's bundle and the value that is kept of it.
    const known = policies.newest;
    this.#lookAtHeldPolicies();
    if (policies.newest !== known) this.#keepPolicy();
  }

  adoptTrust(wire: Uint8Array): Result<AdoptedDocument, TrustFault> {
    const { trust, onTrust } = this.#options;
    const adopted = trust.adopt(wire);
    if (!adopted.ok) return adopted;
    this.#owed.set(adopted.value.valueName, adopted.value.wire);
    this.writeOwed();
    this.#dropFallenPolicy();
    onTrust(adopted.value);
    return adopted;
  }

  adoptPolicy(wire: Uint8Array): Result<SitePolicy, PolicyFault> {
    const adopted = this.#options.policies.adopt(wire);
    if (!adopted.ok) return adopted;
    this.#keepPolicy();
    this.#options.onPolicy(adopted.value);
    return adopted;
  }

  /** An announced policy; whoever announces it, only the signature inside counts. */
  learnPolicy({ signed }: StoredBundle): void {
    const fields = decodeFields(signed);
    if (fields.ok) this.adoptPolicy(fields.value.payload);
  }

  /** What an admin did, once its documents are in force; undefined for anything else. */
  learnAct({ kind, role, signed }: StoredBundle): AdminAct | undefined {
    if (kind !== BundleKind.adminAct || role !== Role.admin) return undefined;
    const fields = decodeFields(signed);
    const act = fields.ok ? decodeAdminAct(fields.value.payload) : undefined;
    for (const document of act?.documents ?? []) {
      if (!this.adoptTrust(document).ok) this.adoptPolicy(document);
    }
    return act;
  }

  /** Writes what did not reach the disk; called now and then too. */
  writeOwed(): void {
    if (this.#owed.size === 0) return;
    const values = [...this.#owed];
    this.#options.ledger.commit({ values }, ({ ok }) => {
      if (!ok) return;
      for (const [name, wire] of values) if (this.#owed.get(name) === wire) this.#owed.delete(name);
    });
  }

  /** A policy falls with the admin who signed it; then the best that is held takes its place. */
  #dropFallenPolicy(): void {
    const { policies, onPolicy } = this.#options;
    if (!policies.dropFallen()) return;
    this.#lookAtHeldPolicies();
    this.#keepPolicy();
    onPolicy(policies.newest?.policy);
  }

  #lookAtHeldPolicies(): void {
    const { policies, store } = this.#options;
    for (const { signed } of store.ofKind(BundleKind.sitePolicy, policiesLookedAtMax)) {
      const fields = decodeFields(signed);
      if (fields.ok) policies.adopt(fields.value.payload);
    }
  }

  /** With the mark that not all of what it withdraws is gone yet. */
  #keepPolicy(): void {
    this.#owed.set(policyValue, this.#options.policies.newest?.wire);
    this.#owed.set(withdrawalValue, Uint8Array.of(1));
    this.writeOwed();
  }
}
