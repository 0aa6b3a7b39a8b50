/**
 * Notices what a relay dropped (step 6 of a message's way): what a peer's manifest names and is not
 * here after a grace is asked for, of one relay once in a while. A manifest is believed for nothing
 * else: whatever comes is judged as always.
 */
import { bytesKey, type Clock, decodeManifest, type Timer } from '@muster/core';
import { manifestLimits } from './limits.ts';
import { RecentMap } from './recent-map.ts';

export interface ManifestReaderOptions {
  readonly clock: Clock;
  /** Seen here, alive or expired. */
  knows(id: Uint8Array): boolean;
  /** At most 256 ids of one site; false when nobody could be asked. */
  want(site: Uint8Array, ids: readonly Uint8Array[]): boolean;
}

export class ManifestReader {
  readonly #options: ManifestReaderOptions;
  /** When an id was asked for last. */
  readonly #asked = new RecentMap<number>(manifestLimits.missingMax);
  readonly #timers = new Map<string, Timer>();

  constructor(options: ManifestReaderOptions) {
    this.#options = options;
  }

  /** The payload of a manifest that the node took; the newest of a site and tag counts. */
  read(site: Uint8Array, tag: Uint8Array, payload: Uint8Array): void {
    const ids = decodeManifest(payload);
    if (!ids) return;
    const key = bytesKey(site) + bytesKey(tag);
    const known = this.#timers.get(key);
    if (!known && this.#timers.size >= manifestLimits.tagsMax) return;
    known?.cancel();
    const timer = this.#options.clock.after(manifestLimits.graceMs, () => {
      this.#timers.delete(key);
      this.#askFor(site, ids);
    });
    this.#timers.set(key, timer);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #askFor(site: Uint8Array, ids: readonly Uint8Array[]): void {
    const nowMs = this.#options.clock.monotonicMs();
    const missing = ids.filter((id) => {
      const askedMs = this.#asked.get(id) ?? Number.NEGATIVE_INFINITY;
      return !this.#options.knows(id) && nowMs - askedMs >= manifestLimits.wantAgainMs;
    });
    if (missing.length === 0 || !this.#options.want(site, missing)) return;
    for (const id of missing) this.#asked.set(id, nowMs);
  }
}
