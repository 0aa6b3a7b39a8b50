/**
 * The standing of authors by their tickets, as this phone has proven it: a badge is worn by whoever
 * the site's root key vouches for, and by nobody else. A cache, because a ticket is checked once
 * and comes with every message; at its maximum the oldest goes and is checked again.
 */
import {
  type BundleFields,
  type Crypto,
  equalBytes,
  type Standing,
  siteIdOf,
  standingOf,
  ticketIdOf,
  toHex,
} from '@muster/core';
import { webLimits } from '../limits.ts';

export class Standings {
  readonly #crypto: Crypto;
  readonly #proven = new Map<string, Standing>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /**
   * By the ticket (wire form, may be empty) that came beside a bundle of the site with this root
   * key; undefined when it proves nothing.
   */
  of(fields: BundleFields, wire: Uint8Array, siteKey: Uint8Array): Standing | undefined {
    const crypto = this.#crypto;
    const key = `${toHex(fields.site)}/${toHex(fields.author)}/${toHex(fields.ticket)}`;
    const known = this.#proven.get(key);
    if (known || wire.length === 0) return known;
    if (!equalBytes(ticketIdOf(crypto, wire), fields.ticket)) return undefined;
    // Phones hear of no epochs yet: what the site once vouched for counts until its nodes say no.
    const trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
    const standing = standingOf(trust, wire, fields.author);
    if (!standing) return undefined;
    if (this.#proven.size >= webLimits.standingsMax) {
      this.#proven.delete(this.#proven.keys().next().value!);
    }
    this.#proven.set(key, standing);
    return standing;
  }
}
