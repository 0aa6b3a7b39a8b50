/**
 * What a node tells an admin of its site, read strictly out of JSON (docs/protocol/api.md): shown,
 * never believed. Whoever is an admin or revoked is proven by what the site signed, not by this.
 */
import type { NodeReport } from '@muster/core';

/** One node as it reported last. */
export interface NodeView {
  /** Node key in hex. */
  readonly key: string;
  readonly report: NodeReport;
  /** How old the report is; milliseconds. */
  readonly ageMs: number;
  readonly revoked: boolean;
  /** The same key was seen at two places. */
  readonly clone: boolean;
}

/** A box in reach of our node that waits to be claimed. */
export interface UnclaimedView {
  readonly name: string;
  readonly shortCode: string;
  /** host:port */
  readonly address: string;
}

export interface SiteView {
  readonly nodes: readonly NodeView[];
  readonly unclaimed: readonly UnclaimedView[];
  /** Key of the node of this session, in hex. */
  readonly self: string;
  readonly epoch: number;
}
