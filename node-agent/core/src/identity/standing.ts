/**
 * What a ticket proves of its author to somebody who holds no more than the site's root key: the
 * role, and for a node the name that the site gave it. Readers check badges with this, step 1 from
 * the other end; whoever carried the ticket is not believed.
 */
import { decodeCertificate } from './certificate.ts';
import { graceEpochs } from './epoch.ts';
import { Role } from './role.ts';
import type { SiteTrust } from './site.ts';
import { certificateInTicket, ticketFaultNow, verifyTicket } from './ticket.ts';

export interface Standing {
  readonly role: Role;
  /** The node's name by its certificate; empty for whoever is no node. */
  readonly nodeName: string;
}

/**
 * Undefined when the ticket (wire form) is not a valid one of this key at this site. One that ended
 * with the last epoch still counts: it was good when most of what is there was written.
 */
export function standingOf(
  trust: SiteTrust,
  wire: Uint8Array,
  subject: Uint8Array,
): Standing | undefined {
  const genuine = verifyTicket(trust, wire, subject);
  if (!genuine.ok || ticketFaultNow(trust, genuine.value, graceEpochs)) return undefined;
  const { role } = genuine.value;
  if (role !== Role.node) return { role, nodeName: '' };
  const certificate = certificateInTicket(wire);
  return { role, nodeName: (certificate && decodeCertificate(certificate)?.name) ?? '' };
}
