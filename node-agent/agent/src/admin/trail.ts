/**
 * The trail of what admins did, as this node holds it: bundles of kind adminAct whose ticket proves
 * the role admin, newest first. Who reads it verifies each again.
 */
import {
  BundleKind,
  bytesKey,
  compareBytes,
  type NodeApi,
  type ReadBundle,
  Role,
} from '@muster/core';
import { adminLimits } from './limits.ts';

export class Trail {
  readonly #node: Pick<NodeApi, 'ofKind'>;
  readonly #tagKey: string;

  /** The tag of the site's acts, 16 bytes. */
  constructor(node: Pick<NodeApi, 'ofKind'>, tag: Uint8Array) {
    this.#node = node;
    this.#tagKey = bytesKey(tag);
  }

  /** Whether a bundle is part of it. */
  has({ kind, role, tag }: ReadBundle): boolean {
    return kind === BundleKind.adminAct && role === Role.admin && bytesKey(tag) === this.#tagKey;
  }

  /** Newest first, at most trailItemsMax. By kind: anybody may fill the tag with other bundles. */
  newest(): readonly ReadBundle[] {
    const acts = this.#node.ofKind(BundleKind.adminAct, adminLimits.trailItemsMax);
    return acts
      .filter((bundle) => this.has(bundle))
      .sort((a, b) => compareBytes(b.orderKey, a.orderKey));
  }
}
