/**
 * Says to other sites what this one published under a channel (step 6 of a message's way): a
 * manifest of the newest bundles, signed by the gateway, some time after each burst. What a relay
 * drops is so missed and asked for by whoever the manifest reaches.
 */

import type { OwnAuthor } from '@muster/agent';
import {
  BundleKind,
  bytesKey,
  type Clock,
  compareBytes,
  decodeFields,
  encodeManifest,
  equalBytes,
  federationLimits,
  type NodeApi,
  type ReadBundle,
  Scope,
  type Timer,
} from '@muster/core';
import { manifestLimits } from './limits.ts';

export interface ManifestWriterOptions {
  readonly node: Pick<NodeApi, 'page'>;
  readonly author: OwnAuthor;
  readonly clock: Clock;
  /** The own site, 16 bytes. */
  readonly site: Uint8Array;
}

interface Pending {
  readonly tag: Uint8Array;
  readonly sinceMs: number;
  timer: Timer;
}

const pageLimit = 200;

export class ManifestWriter {
  readonly #options: ManifestWriterOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: ManifestWriterOptions) {
    this.#options = options;
  }

  /** A bundle of a channel went out; manifests themselves do not count. */
  published(bundle: Pick<ReadBundle, 'tag' | 'kind'>): void {
    if (bundle.kind === BundleKind.manifest) return;
    const key = bytesKey(bundle.tag);
    const nowMs = this.#options.clock.monotonicMs();
    const known = this.#pending.get(key);
    if (!known && this.#pending.size >= manifestLimits.tagsMax) this.#forgetOldest();
    known?.timer.cancel();
    const sinceMs = known?.sinceMs ?? nowMs;
    const dueMs = Math.min(nowMs + manifestLimits.quietMs, sinceMs + manifestLimits.everyMs);
    const timer = this.#options.clock.after(dueMs - nowMs, () => this.#write(key));
    this.#pending.set(key, { tag: bundle.tag, sinceMs, timer });
  }

  stop(): void {
    for (const { timer } of this.#pending.values()) timer.cancel();
    this.#pending.clear();
  }

  #forgetOldest(): void {
    const [oldest] = this.#pending;
    if (!oldest) return;
    oldest[1].timer.cancel();
    this.#pending.delete(oldest[0]);
  }

  #write(key: string): void {
    const { tag } = this.#pending.get(key)!;
    this.#pending.delete(key);
    const ids = this.#newest(tag);
    if (ids.length === 0) return;
    const { lifetimeS } = manifestLimits;
    const draft = { kind: BundleKind.manifest, tag, payload: encodeManifest(ids), lifetimeS };
    // What is not written is made up for by the next burst's manifest.
    this.#options.author.write(draft, () => {});
  }

  /** Ids of what this site published under the tag and still lives. */
  #newest(tag: Uint8Array): readonly Uint8Array[] {
    const ids: Uint8Array[] = [];
    let before: Uint8Array | undefined;
    while (ids.length < federationLimits.manifestIdsMax) {
      const page = this.#options.node.page({ tag, limit: pageLimit, ...(before && { before }) });
      for (const bundle of page) if (this.#counts(bundle)) ids.push(bundle.id);
      const oldest = page.map(({ orderKey }) => orderKey).sort(compareBytes)[0];
      if (page.length < pageLimit || !oldest) break;
      before = oldest;
    }
    return ids.slice(0, federationLimits.manifestIdsMax);
  }

  #counts({ kind, signed }: ReadBundle): boolean {
    const fields = decodeFields(signed);
    if (!fields.ok || kind === BundleKind.manifest) return false;
    const { site, scope } = fields.value;
    return equalBytes(site, this.#options.site) && scope === Scope.anywhere;
  }
}
