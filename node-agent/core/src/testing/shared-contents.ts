/**
 * The contents that the memory stores of one simulated world hold, each kept once and not once for
 * every box (step 3): so a thousand boxes fit in one process. What is shared is never written to.
 */
import { equalBytes } from '../bytes/compare.ts';
import { bytesKey } from '../bytes/key.ts';
import type { StoredBundle } from '../ports/store.ts';

/** What is the same wherever a bundle is held: the id is the hash of all of it but `signature`. */
type Content = Pick<
  StoredBundle,
  'id' | 'author' | 'tag' | 'orderKey' | 'signed' | 'signature' | 'ticketId'
>;

interface Shared extends Content {
  readonly issuer: Uint8Array;
  holders: number;
}

export class SharedContents {
  readonly #contents = new Map<string, Shared>();

  get size(): number {
    return this.#contents.size;
  }

  /** The same bundle over the bytes that others hold too; `release` has to follow. */
  hold(bundle: StoredBundle): StoredBundle {
    const key = bytesKey(bundle.id);
    let shared = this.#contents.get(key);
    if (shared === undefined) {
      const { id, author, tag, orderKey, signed, signature, ticketId, issuer } = bundle;
      shared = { id, author, tag, orderKey, signed, signature, ticketId, issuer, holders: 0 };
      this.#contents.set(key, shared);
    }
    shared.holders++;
    const { holders, issuer, ...content } = shared;
    // One author may sign one content twice, and a site's bundle is foreign to another site.
    if (!equalBytes(content.signature, bundle.signature)) return bundle;
    return {
      ...bundle,
      ...content,
      issuer: equalBytes(issuer, bundle.issuer) ? issuer : bundle.issuer,
    };
  }

  release({ id }: StoredBundle): void {
    const key = bytesKey(id);
    const shared = this.#contents.get(key);
    if (shared !== undefined && --shared.holders === 0) this.#contents.delete(key);
  }
}
