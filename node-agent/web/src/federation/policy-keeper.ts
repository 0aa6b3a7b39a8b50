/**
 * Keeps the newest policy of the site that this phone has seen. A node hands it over and is not
 * believed: the root or an admin who may must have signed it, and an older one than is known never
 * counts, whichever node shows it, unless that one's admin is revoked. Nothing is ever shown by a
 * policy that did not pass here.
 */
import {
  checkSitePolicy,
  compareBytes,
  equalBytes,
  type SitePolicy,
  type SiteTrust,
} from '@muster/core';
import type { Database } from '../storage/database.ts';
import type { PolicyRecord } from '../storage/records.ts';
import { type Federation, federationOf } from './federation.ts';

export interface PolicyParts {
  readonly db: Database;
  readonly trust: SiteTrust;
  /** There is another one than before: nothing crosses when its admin may sign no more. */
  onPolicy(federation: Federation): void;
}

interface Known {
  readonly wire: Uint8Array;
  readonly policy: SitePolicy;
}

export class PolicyKeeper {
  readonly #parts: PolicyParts;
  #known: Known | undefined;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    const kept = await this.#parts.db.read(['meta'], (tx) =>
      tx.get<PolicyRecord>('meta', 'policy'),
    );
    if (kept) this.#judge(kept.wire);
  }

  /** True when it is newer than what was known. */
  async take(wire: Uint8Array): Promise<boolean> {
    const known = this.#judge(wire);
    if (!known) return false;
    await this.#parts.db.write(['meta'], async (tx) => {
      const kept = await tx.get<PolicyRecord>('meta', 'policy');
      const other = kept && this.#read(kept.wire);
      // Another tab may have stored a newer one meanwhile.
      if (!other || isNewer(known, other)) tx.put('meta', 'policy', { wire });
    });
    return true;
  }

  /** Trust lists changed: what a revoked admin signed holds no more. True when it fell. */
  judgeAgain(): boolean {
    if (!this.#known || this.#read(this.#known.wire)) return false;
    this.#known = undefined;
    const { site } = this.#parts.trust;
    this.#parts.onPolicy(federationOf({ site, revision: 0, pins: [], rules: [] }));
    return true;
  }

  #judge(wire: Uint8Array): Known | undefined {
    if (this.#known && equalBytes(wire, this.#known.wire)) return undefined;
    const read = this.#read(wire);
    if (!read || (this.#known && !isNewer(read, this.#known))) return undefined;
    this.#known = read;
    this.#parts.onPolicy(federationOf(read.policy));
    return read;
  }

  #read(wire: Uint8Array): Known | undefined {
    const checked = checkSitePolicy(this.#parts.trust, wire);
    return checked.ok ? { wire, policy: checked.value } : undefined;
  }
}

/** The higher revision holds; of two under one number (an admin with two laptops) greater bytes. */
function isNewer(one: Known, other: Known): boolean {
  const ahead = one.policy.revision - other.policy.revision;
  return ahead > 0 || (ahead === 0 && compareBytes(one.wire, other.wire) > 0);
}
