/**
 * The newest policy of the site that this node has heard of, and what it lets in (step 2): the
 * trust by which a bundle is judged, own or of a pinned site. It survives restarts in the store and
 * never goes back to an older one.
 */
import type { BundleFields } from '../bundle/bundle.ts';
import { decodeFields } from '../bundle/decode.ts';
import { compareBytes, equalBytes } from '../bytes/compare.ts';
import { crossingKinds, mayEnter } from '../federation/crossing.ts';
import { type PolicyFault, type SitePolicy, verifySitePolicy } from '../federation/site-policy.ts';
import { chainFault, type TrustChain } from '../identity/issued.ts';
import { Role } from '../identity/role.ts';
import type { SiteTrust } from '../identity/site.ts';
import type { Store, StoredBundle } from '../ports/store.ts';
import { ok, type Result, refused } from '../result.ts';

export interface KnownPolicy {
  readonly policy: SitePolicy;
  readonly wire: Uint8Array;
}

/** Name of the store's value that holds the newest one. */
export const policyValue = 'site-policy';

export class PolicyBook {
  readonly #trust: SiteTrust;
  #newest: (KnownPolicy & { readonly chain: TrustChain }) | undefined;

  constructor(trust: SiteTrust) {
    this.#trust = trust;
  }

  get newest(): KnownPolicy | undefined {
    return this.#newest;
  }

  /** What the store kept; a damaged one counts as none, for the mesh tells it again. */
  load(store: Pick<Store, 'value'>): void {
    const wire = store.value(policyValue);
    if (wire) this.adopt(wire);
  }

  adopt(wire: Uint8Array): Result<SitePolicy, PolicyFault> {
    const verified = verifySitePolicy(this.#trust, wire);
    if (!verified.ok) return verified;
    const { policy, chain } = verified.value;
    const fault = chainFault(this.#trust, chain);
    if (fault) return refused(fault);
    if (this.#newest && !replaces({ policy, wire }, this.#newest)) return refused('old');
    this.#newest = { policy, chain, wire: wire.slice() };
    return ok(policy);
  }

  /**
   * Forgets the newest when the admin who signed it may no more; true when it did. Whatever its
   * revision, any other may then take its place.
   */
  dropFallen(): boolean {
    if (!this.#newest || !chainFault(this.#trust, this.#newest.chain)) return false;
    this.#newest = undefined;
    return true;
  }

  /** By whose keys a bundle is judged; undefined for one that has no business here. */
  trustFor(fields: Pick<BundleFields, 'site' | 'tag' | 'scope' | 'kind'>): SiteTrust | undefined {
    if (equalBytes(fields.site, this.#trust.site)) return this.#trust;
    if (!this.#newest || !crossingKinds.has(fields.kind)) return undefined;
    const pin = mayEnter(this.#newest.policy, fields);
    if (!pin) return undefined;
    // Another site's epoch is not known here; revoking there ends with what its admin unpublishes.
    return { crypto: this.#trust.crypto, siteKey: pin.siteKey, site: pin.site, epoch: 0 };
  }

  /** Whether what is kept here may still be: our own always, else while the policy lets it in. */
  letsIn({ role, signed }: Pick<StoredBundle, 'role' | 'signed'>): boolean {
    if (role !== Role.foreign) return true;
    const fields = decodeFields(signed);
    return fields.ok && this.trustFor(fields.value) !== undefined;
  }

  isPinned(siteKey: Uint8Array): boolean {
    return this.#newest?.policy.pins.some((pin) => equalBytes(pin.siteKey, siteKey)) ?? false;
  }
}

function replaces(one: KnownPolicy, other: KnownPolicy): boolean {
  const newer = one.policy.revision - other.policy.revision;
  return newer > 0 || (newer === 0 && compareBytes(one.wire, other.wire) > 0);
}
