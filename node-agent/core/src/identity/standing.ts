/**
 * What a ticket proves of its author to somebody who holds no more than the site's root key: the
 * role, and for a node the name that the site gave it. Readers check badges with this, step 1 from
 * the other end; whoever carried the ticket is not believed.
 */
import { decodeCertificate } from './certificate.ts';
import { Role } from './role.ts';
import type { SiteTrust } from './site.ts';
import { certificateInTicket, checkTicket } from './ticket.ts';

export interface Standing {
  readonly role: Role;
  /** The node's name by its certificate; empty for whoever is no node. */
  readonly nodeName: string;
}

/** Undefined when the ticket (wire form) is not a valid one of this key at this site. */
export function standingOf(
  trust: SiteTrust,
  wire: Uint8Array,
  subject: Uint8Array,
): Standing | undefined {
  const checked = checkTicket(trust, wire, subject);
  if (!checked.ok) return undefined;
  const { role } = checked.value;
  if (role !== Role.node) return { role, nodeName: '' };
  const certificate = certificateInTicket(wire);
  return { role, nodeName: (certificate && decodeCertificate(certificate)?.name) ?? '' };
}
