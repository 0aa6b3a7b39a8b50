/**
 * What the ticket of an admin's bundle says of the admin: name, powers, until when. The core has
 * judged the ticket when the bundle came in; here it is only read again.
 */
import {
  certificateInTicket,
  decodeAdminCertificate,
  decodeTicket,
  equalBytes,
  powersAll,
  Role,
} from '@muster/core';

export interface AdminStanding {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly name: string;
  /** Bits of Power. */
  readonly powers: number;
  /** The last epoch of the certificate. */
  readonly epoch: number;
}

/**
 * Undefined for a ticket (wire form) that proves no powers. The root writes under a ticket of its
 * own and has all of them; whom the root gave just the role has none.
 */
export function adminStandingOf(
  ticket: Uint8Array | undefined,
  siteKey: Uint8Array,
): AdminStanding | undefined {
  const fields = ticket && decodeTicket(ticket);
  if (!ticket || fields?.role !== Role.admin) return undefined;
  if (!equalBytes(fields.issuer, fields.subject)) return undefined;
  const key = fields.subject.slice();
  const { epoch } = fields;
  if (equalBytes(key, siteKey)) return { key, name: '', powers: powersAll, epoch };
  const certificate = certificateInTicket(ticket);
  const admin = certificate && decodeAdminCertificate(certificate);
  return admin && { key, name: admin.name, powers: admin.powers, epoch: admin.epoch };
}
