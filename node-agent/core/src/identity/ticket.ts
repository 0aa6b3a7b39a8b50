/**
 * Ticket: signed admission of one device key: who may write, how much, until which epoch. It
 * travels with the author's bundles; every node checks it before quota and signature (step 2).
 * Fields, CBOR array: version, site, subject, role, serial, epoch, issuer. Wire form: CBOR
 * [signed, signature, certificate of the issuing node in wire form, or empty for the site itself].
 */
import { equalBytes } from '../bytes/compare.ts';
import { domain } from '../bytes/domain.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { bundleLimits } from '../limits.ts';
import type { Crypto, KeyPair } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { checkCertificate, epochMax } from './certificate.ts';
import { Role } from './role.ts';
import type { SiteTrust } from './site.ts';
import { type Statement, signStatement, verifyStatement } from './statement.ts';

export interface Ticket {
  /** 16 bytes. */
  readonly site: Uint8Array;
  /** Device (or node) key that is admitted, 32 bytes. */
  readonly subject: Uint8Array;
  readonly role: Role;
  /** Tells tickets of one issuer apart. */
  readonly serial: number;
  /** The last site epoch in which it is valid. */
  readonly epoch: number;
  /** Ed25519 key that signed it: a node or the site root, 32 bytes. */
  readonly issuer: Uint8Array;
}

export type TicketFault =
  | 'ticket-malformed'
  | 'site-foreign'
  | 'ticket-expired'
  | 'ticket-forged'
  | 'ticket-not-yours';

const version = 1;
export const ticketSerialMax = 2 ** 48 - 1;

/** The ticket in wire form. `certificate` is the issuing node's, or empty for the site root. */
export function signTicket(
  crypto: Crypto,
  ticket: Omit<Ticket, 'issuer'>,
  by: { readonly issuer: KeyPair; readonly certificate: Uint8Array },
): Uint8Array {
  const signed = encodeCbor([
    version,
    ticket.site,
    ticket.subject,
    ticket.role,
    ticket.serial,
    ticket.epoch,
    by.issuer.publicKey,
  ]);
  const statement = signStatement(crypto, { domain: 'ticket', signed }, by.issuer.secretKey);
  return encodeCbor([statement.signed, statement.signature, by.certificate]);
}

/** BLAKE2b-128(domain ‖ wire form), 16 bytes: what a bundle names its ticket by. */
export function ticketIdOf(crypto: Crypto, wire: Uint8Array): Uint8Array {
  return crypto.blake2b(16, domain('ticket-id'), wire);
}

interface TicketParts {
  readonly statement: Statement;
  readonly ticket: Ticket;
  readonly certificate: Uint8Array;
}

function decodeTicketParts(wire: Uint8Array): TicketParts | undefined {
  if (wire.length > bundleLimits.ticketBytesMax) return undefined;
  const outer = new CborReader(wire);
  outer.array(3);
  const statement = { signed: outer.bytes(256, 1), signature: outer.bytes(64) };
  const certificate = outer.bytes(bundleLimits.ticketBytesMax, 0);
  const reader = new CborReader(statement.signed);
  reader.array(7);
  reader.uint(version, version);
  const ticket: Ticket = {
    site: reader.bytes(16),
    subject: reader.bytes(32),
    role: reader.uint(Role.admin) as Role,
    serial: reader.uint(ticketSerialMax),
    epoch: reader.uint(epochMax),
    issuer: reader.bytes(32),
  };
  return outer.done() && reader.done() ? { statement, ticket, certificate } : undefined;
}

/** The fields of a ticket in wire form, unverified: to show them or to look into one's own. */
export function decodeTicket(wire: Uint8Array): Ticket | undefined {
  return decodeTicketParts(wire)?.ticket;
}

/**
 * Judges a ticket, cheapest check first: at most two signatures are verified, and none for a ticket
 * that its own fields rule out. The site root may give any role; a node may admit guests, and
 * itself as node: so a stolen node can issue no rights beyond its own guests' share. A ticket ends
 * with the certificate inside it.
 */
export function checkTicket(
  trust: SiteTrust,
  wire: Uint8Array,
  subject: Uint8Array,
): Result<Ticket, TicketFault> {
  const parts = decodeTicketParts(wire);
  if (!parts) return refused('ticket-malformed');
  const { ticket, statement, certificate } = parts;
  if (!equalBytes(ticket.site, trust.site)) return refused('site-foreign');
  const byNode = !equalBytes(ticket.issuer, trust.siteKey);
  if (byNode !== certificate.length > 0) return refused('ticket-malformed');
  if (!equalBytes(ticket.subject, subject)) return refused('ticket-not-yours');
  if (ticket.epoch < trust.epoch) return refused('ticket-expired');
  if (byNode) {
    const fault = issuerFault(trust, ticket, certificate);
    if (fault) return refused(fault);
  }
  const what = { domain: 'ticket', statement } as const;
  if (!verifyStatement(trust.crypto, what, ticket.issuer)) return refused('ticket-forged');
  return ok(ticket);
}

/** Why a node's certificate does not let it issue this ticket, if so. */
function issuerFault(
  trust: SiteTrust,
  ticket: Ticket,
  certificate: Uint8Array,
): TicketFault | undefined {
  const itself = ticket.role === Role.node && equalBytes(ticket.subject, ticket.issuer);
  if (ticket.role !== Role.guest && !itself) return 'ticket-forged';
  const issuer = checkCertificate(trust, certificate, ticket.issuer);
  if (issuer.ok) return undefined;
  if (issuer.reason === 'malformed') return 'ticket-malformed';
  return issuer.reason === 'expired' ? 'ticket-expired' : 'ticket-forged';
}
