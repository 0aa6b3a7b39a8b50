/**
 * Tickets issued by the site root: any role for one device key. Guests' tickets are issued by the
 * nodes themselves (core), out of their own budget.
 */
import { type Crypto, epochMax, type Role, signTicket, siteIdOf } from '@muster/core';
import type { RootedSite } from './site.ts';

/** The ticket in wire form. `serial` tells tickets of the site apart, 0 to 2^48 - 1. */
export function issueTicket(
  crypto: Crypto,
  site: RootedSite,
  ticket: { readonly subject: Uint8Array; readonly role: Role; readonly serial: number },
): Uint8Array {
  const fields = { site: siteIdOf(crypto, site.siteKey), epoch: epochMax, ...ticket };
  return signTicket(crypto, fields, { key: site.root, certificate: new Uint8Array(0) });
}
