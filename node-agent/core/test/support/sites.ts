/**
 * Two sites for tests: `home` with real nodes on wires, and `away` whose bundles uplinks bring.
 * Belongs to no step; nothing that ships imports it.
 */

import { BundleKind, type CarriedBundle } from '../../src/bundle/bundle.ts';
import { toHex } from '../../src/bytes/index.ts';
import {
  Crossing,
  type CrossingRule,
  pinOf,
  policyTag,
  type SitePolicy,
  signSitePolicy,
} from '../../src/federation/index.ts';
import { rootIssuer } from '../../src/identity/issued.ts';
import { Role } from '../../src/identity/role.ts';
import type { PutAnswer } from '../../src/node/api.ts';
import { type SampleBundle, SampleSite } from '../../src/testing/sample-site.ts';
import { crypto } from './crypto.ts';
import { Village, type VillageNode } from './village.ts';

export class Sites {
  readonly village: Village;
  readonly home: SampleSite;
  readonly away: SampleSite;

  constructor(seed: number) {
    this.village = new Village(seed);
    this.home = this.village.site;
    this.away = new SampleSite(crypto, this.village.random);
  }

  /** A rule by which `general` of the other site is followed here. */
  rule(changes: Partial<CrossingRule> = {}): CrossingRule {
    return {
      tag: this.away.general,
      name: 'general',
      home: this.away.trust.site,
      crossing: Crossing.subscribe,
      peers: [this.away.trust.site],
      bundlesPerMinute: 0,
      bytesPerMinute: 0,
      ...changes,
    };
  }

  /** A policy of home: the other site pinned, and its `general` followed, unless said otherwise. */
  policy(revision: number, changes: Partial<SitePolicy> = {}): Uint8Array {
    const card = { siteKey: this.away.key.publicKey, name: 'away', relays: [] };
    const policy = {
      site: this.home.trust.site,
      revision,
      pins: [pinOf(crypto, card)],
      rules: [this.rule()],
      ...changes,
    };
    return signSitePolicy(crypto, policy, rootIssuer(this.home.key));
  }

  /** A node of home where this policy is in force; `village.node` gives one without. */
  node(name: string, policy = this.policy(1)): VillageNode {
    const node = this.village.node(name);
    node.node.adoptPolicy(policy);
    return node;
  }

  /** What an uplink of this node brings, and what came of it once all is synced. */
  bring(node: VillageNode, bundle: SampleBundle, changes: Partial<CarriedBundle> = {}): string {
    let answer: PutAnswer | undefined;
    node.node.takeFromUplink({ ...bundle.carried, ...changes }, (given) => {
      answer = given;
    });
    this.village.clock.advance(50);
    if (!answer) return 'no answer';
    return answer.ok ? 'held' : answer.reason;
  }

  /** The ids of what a node shows of the other site's `general`, oldest first. */
  shown(node: VillageNode): string[] {
    const { general: tag } = this.away;
    const page = node.node.page({ tag, after: new Uint8Array(0), limit: 200 });
    return page.map(({ id }) => toHex(id));
  }
}

/** A policy of home as a bundle of somebody who announces it. */
export function policyBundle(
  { home }: Sites,
  wire: Uint8Array,
  by = home.author(Role.admin),
): SampleBundle {
  const tag = policyTag(crypto, home.trust.site);
  return by.write('', { kind: BundleKind.sitePolicy, tag, payload: wire });
}
