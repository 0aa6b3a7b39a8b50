/**
 * The newest policy of the site that this node has heard of, and what it lets in (step 2): the
 * trust by which a bundle is judged, own or of a pinned site. It survives restarts in the store and
 * never goes back to an older one.
 */
import type { BundleFields } from '../bundle/bundle.ts';
import { decodeFields } from '../bundle/decode.ts';
import { compareBytes, equalBytes } from '../bytes/compare.ts';
import { crossingKinds, mayEnter } from '../federation/crossing.ts';
import { checkSitePolicy, type PolicyFault, type SitePolicy } from '../federation/site-policy.ts';
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
  #newest: KnownPolicy | undefined;

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
    const checked = checkSitePolicy(this.#trust, wire);
    if (!checked.ok) return checked;
    const policy = checked.value;
    if (this.#newest && !replaces({ policy, wire }, this.#newest)) return refused('old');
    this.#newest = { policy, wire: wire.slice() };
    return ok(policy);
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
