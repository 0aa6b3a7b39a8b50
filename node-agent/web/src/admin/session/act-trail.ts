/**
 * The trail of what admins did, as this phone verified it: strict parse, signature, and a ticket
 * that proves an admin of this site at the time. A node that shows anything else is not listened
 * to. Newest first; what an admin wrote who was revoked since stays in the trail.
 */
import {
  type AdminAct,
  actTag,
  BundleKind,
  type Crypto,
  certificateInTicket,
  decodeAdminAct,
  decodeAdminCertificate,
  decodeBundle,
  equalBytes,
  Role,
  type SiteTrust,
  ticketIdOf,
  toHex,
  verifyBundle,
  verifyTicket,
} from '@muster/core';
import type { Item } from '../../connection/wire.ts';
import { adminLimits } from '../limits.ts';

/** An act, verified here. */
export interface ActEntry {
  /** Bundle id in hex. */
  readonly id: string;
  readonly act: AdminAct;
  /** Admin key in hex, and the name that the root certified. */
  readonly admin: string;
  readonly adminName: string;
  /** When, by the admin's clock; and when it came to our node, by the node's. */
  readonly unixMs: number;
  readonly arrivedUnixMs: number;
}

/** Undefined for anything that no admin of the site wrote. */
export function readAct(crypto: Crypto, trust: SiteTrust, item: Item): ActEntry | undefined {
  const decoded = decodeBundle(crypto, item.signed, item.signature);
  if (!decoded.ok) return undefined;
  const { fields, id } = decoded.value;
  const isAct = fields.kind === BundleKind.adminAct && equalBytes(fields.site, trust.site);
  if (!isAct || !equalBytes(fields.tag, actTag(crypto, trust.site))) return undefined;
  if (!equalBytes(ticketIdOf(crypto, item.ticket), fields.ticket)) return undefined;
  const ticket = verifyTicket(trust, item.ticket, fields.author);
  if (!ticket.ok || ticket.value.role !== Role.admin) return undefined;
  const act = decodeAdminAct(fields.payload);
  if (!act || !verifyBundle(crypto, decoded.value)) return undefined;
  const certificate = certificateInTicket(item.ticket);
  return {
    id: toHex(id),
    act,
    admin: toHex(fields.author),
    adminName: (certificate && decodeAdminCertificate(certificate)?.name) ?? '',
    unixMs: fields.stamp.ms,
    arrivedUnixMs: item.arrivedUnixMs,
  };
}

/** Both together, newest first, each once, as many as are kept. */
export function mergeActs(
  known: readonly ActEntry[],
  more: readonly ActEntry[],
): readonly ActEntry[] {
  const byId = new Map([...known, ...more].map((entry) => [entry.id, entry]));
  const all = [...byId.values()].sort((a, b) => b.unixMs - a.unixMs || (a.id < b.id ? 1 : -1));
  return all.slice(0, adminLimits.actsMax);
}
