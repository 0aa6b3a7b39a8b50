/**
 * The newest signed document of each issuer, each in a numbered place by which a store keeps it.
 * The root has the first place for itself; when all others are taken, one that counts no more goes.
 * It judges nothing. Step 2 of a message's way rests on it.
 */
import { bytesKey } from '../bytes/key.ts';

export interface Shelved<T> {
  /** Root or admin key, 32 bytes. */
  readonly issuer: Uint8Array;
  readonly document: T;
  readonly wire: Uint8Array;
  /** The first 8 bytes of BLAKE2b-128(domain ‖ wire): by what neighbours compare. */
  readonly hash: Uint8Array;
  readonly place: number;
}

export interface DocumentShelfOptions<T> {
  /** Places, the root's included. */
  readonly placesMax: number;
  /** Root key, 32 bytes. */
  readonly siteKey: Uint8Array;
  /** Whether it may go to make room. */
  readonly isDead: (document: T) => boolean;
}

const rootPlace = 0;

export class DocumentShelf<T> {
  readonly #options: DocumentShelfOptions<T>;
  readonly #byIssuer = new Map<string, Shelved<T>>();

  constructor(options: DocumentShelfOptions<T>) {
    this.#options = options;
  }

  of(issuer: Uint8Array): Shelved<T> | undefined {
    return this.#byIssuer.get(bytesKey(issuer));
  }

  all(): Iterable<Shelved<T>> {
    return this.#byIssuer.values();
  }

  /** In place of what was there of this issuer; undefined when all places are taken. */
  put(given: Omit<Shelved<T>, 'place'>): Shelved<T> | undefined {
    const key = bytesKey(given.issuer);
    const place = this.#byIssuer.get(key)?.place ?? this.#freePlace(key);
    if (place === undefined) return undefined;
    const shelved = { ...given, place };
    this.#byIssuer.set(key, shelved);
    return shelved;
  }

  #freePlace(key: string): number | undefined {
    const { placesMax, siteKey, isDead } = this.#options;
    if (key === bytesKey(siteKey)) return rootPlace;
    const taken = new Set(Array.from(this.#byIssuer.values(), ({ place }) => place));
    for (let place = rootPlace + 1; place < placesMax; place++) if (!taken.has(place)) return place;
    for (const [dead, shelved] of this.#byIssuer) {
      if (shelved.place === rootPlace || !isDead(shelved.document)) continue;
      this.#byIssuer.delete(dead);
      return shelved.place;
    }
    return undefined;
  }
}
