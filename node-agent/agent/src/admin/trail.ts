/**
 * The trail of what admins did, as this node holds it: bundles of kind adminAct whose ticket proves
 * the role admin, newest first. Who reads it verifies each again.
 */
import { BundleKind, bytesKey, type NodeApi, type ReadBundle, Role } from '@muster/core';
import { adminLimits } from './limits.ts';

export class Trail {
  readonly #node: Pick<NodeApi, 'page'>;
  readonly #tag: Uint8Array;
  readonly #tagKey: string;

  /** The tag of the site's acts, 16 bytes. */
  constructor(node: Pick<NodeApi, 'page'>, tag: Uint8Array) {
    this.#node = node;
    this.#tag = tag;
    this.#tagKey = bytesKey(tag);
  }

  /** Whether a bundle is part of it. */
  has({ kind, role, tag }: ReadBundle): boolean {
    return kind === BundleKind.adminAct && role === Role.admin && bytesKey(tag) === this.#tagKey;
  }

  /** Newest first, at most trailItemsMax; what others wrote under the tag is stepped over. */
  newest(): readonly ReadBundle[] {
    const acts: ReadBundle[] = [];
    let before: Uint8Array | undefined;
    for (let pages = 0; pages < pagesMax; pages++) {
      const limit = adminLimits.trailItemsMax;
      const page = this.#node.page({ tag: this.#tag, limit, ...(before ? { before } : {}) });
      acts.push(...page.filter((bundle) => this.has(bundle)));
      before = page.at(-1)?.orderKey;
      if (!before || acts.length >= limit) break;
    }
    return acts.slice(0, adminLimits.trailItemsMax);
  }
}

/** So that a crowd that writes under the tag costs no more than this. */
const pagesMax = 5;
