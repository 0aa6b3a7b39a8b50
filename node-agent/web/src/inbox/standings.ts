/**
 * The standing of authors by their tickets, as this phone has proven it: a badge is worn by whoever
 * the site's root key vouches for, over an admin or not, and by nobody else. A cache, because a
 * ticket is checked once and comes with every message; at its maximum the oldest goes and is
 * checked again. What became of a ticket since is asked when it is shown (trust/role-now.ts).
 */
import {
  type BundleFields,
  type Crypto,
  certificateInTicket,
  decodeCertificate,
  equalBytes,
  Role,
  siteIdOf,
  type TrustChain,
  ticketIdOf,
  toHex,
  verifyTicket,
} from '@muster/core';
import { webLimits } from '../limits.ts';

export interface Proven {
  readonly role: Role;
  /** The node's name by its certificate; empty for whoever is no node. */
  readonly nodeName: string;
  readonly chain: TrustChain;
}

/** What a ticket (wire form) proved of this key when it was issued; undefined when nothing. */
export function provenBy(
  site: { readonly crypto: Crypto; readonly siteKey: Uint8Array },
  wire: Uint8Array,
  subject: Uint8Array,
): Proven | undefined {
  const { crypto, siteKey } = site;
  const trust = { crypto, siteKey, site: siteIdOf(crypto, siteKey), epoch: 0 };
  const ticket = verifyTicket(trust, wire, subject);
  if (!ticket.ok) return undefined;
  const { role, chain } = ticket.value;
  const certificate = role === Role.node ? certificateInTicket(wire) : undefined;
  return { role, chain, nodeName: (certificate && decodeCertificate(certificate)?.name) ?? '' };
}

export class Standings {
  readonly #crypto: Crypto;
  readonly #proven = new Map<string, Proven>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /**
   * By the ticket (wire form, may be empty) that came beside a bundle of the site with this root
   * key; undefined when it proves nothing.
   */
  of(fields: BundleFields, wire: Uint8Array, siteKey: Uint8Array): Proven | undefined {
    const crypto = this.#crypto;
    const key = `${toHex(fields.site)}/${toHex(fields.author)}/${toHex(fields.ticket)}`;
    const known = this.#proven.get(key);
    if (known || wire.length === 0) return known;
    if (!equalBytes(ticketIdOf(crypto, wire), fields.ticket)) return undefined;
    const proven = provenBy({ crypto, siteKey }, wire, fields.author);
    if (!proven) return undefined;
    if (this.#proven.size >= webLimits.standingsMax) {
      this.#proven.delete(this.#proven.keys().next().value!);
    }
    this.#proven.set(key, proven);
    return proven;
  }
}
