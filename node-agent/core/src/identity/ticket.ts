/**
 * Ticket: signed admission of one device key: who may write, how much, until which epoch. It
 * travels with the author's bundles; every node checks it before quota and signature (step 2).
 * Fields, CBOR array: version, site, subject, role, serial, epoch, issuer. Wire form: CBOR
 * [signed, signature, certificate of the issuing node or admin in wire form; empty for the root].
 */
import { equalBytes } from '../bytes/compare.ts';
import { domain } from '../bytes/domain.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { CborReader } from '../cbor/reader.ts';
import { bundleLimits } from '../limits.ts';
import type { Crypto } from '../ports/crypto.ts';
import { ok, type Result, refused } from '../result.ts';
import { decodeAdminCertificate, Power, verifyAdminCertificate } from './admin-certificate.ts';
import { verifyCertificate } from './certificate.ts';
import { epochMax, graceEpochs } from './epoch.ts';
import { chainFault, type Issuer, type TrustChain } from './issued.ts';
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
  /** Ed25519 key that signed it: a node, an admin or the site root, 32 bytes. */
  readonly issuer: Uint8Array;
}

export type TicketFault =
  | 'ticket-malformed'
  | 'site-foreign'
  | 'ticket-expired'
  | 'ticket-revoked'
  | 'ticket-forged'
  | 'ticket-not-yours';

/** A ticket that was issued rightly, whatever became of it since. */
export interface GenuineTicket extends Ticket {
  /** The subject's key is in it. */
  readonly chain: TrustChain;
}

const version = 1;
export const ticketSerialMax = 2 ** 48 - 1;

/** The ticket in wire form. The issuer's certificate is a node's, an admin's, or none (root). */
export function signTicket(
  crypto: Crypto,
  ticket: Omit<Ticket, 'issuer'>,
  issuer: Issuer,
): Uint8Array {
  const signed = encodeCbor([
    version,
    ticket.site,
    ticket.subject,
    ticket.role,
    ticket.serial,
    ticket.epoch,
    issuer.key.publicKey,
  ]);
  const statement = signStatement(crypto, { domain: 'ticket', signed }, issuer.key.secretKey);
  return encodeCbor([statement.signed, statement.signature, issuer.certificate]);
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

/** The certificate inside a ticket in wire form: a node's, an admin's, or empty; unverified. */
export function certificateInTicket(wire: Uint8Array): Uint8Array | undefined {
  return decodeTicketParts(wire)?.certificate;
}

/** Judges a ticket as one that holds now: issued rightly, not ended, nothing in it revoked. */
export function checkTicket(
  trust: SiteTrust,
  wire: Uint8Array,
  subject: Uint8Array,
): Result<GenuineTicket, TicketFault> {
  // What has ended by its own word costs no signature.
  const epoch = decodeTicket(wire)?.epoch;
  if (epoch !== undefined && epoch < trust.epoch) return refused('ticket-expired');
  const genuine = verifyTicket(trust, wire, subject);
  if (!genuine.ok) return genuine;
  const fault = ticketFaultNow(trust, genuine.value);
  return fault ? refused(fault) : genuine;
}

/**
 * Why a ticket that was issued rightly does not hold now, or undefined; `grace` as for chains.
 * Cheap: it is asked for every bundle.
 */
export function ticketFaultNow(
  trust: Pick<SiteTrust, 'epoch' | 'revoked'>,
  { chain }: Pick<GenuineTicket, 'chain'>,
  grace = 0,
): 'ticket-expired' | 'ticket-revoked' | undefined {
  switch (chainFault(trust, chain, grace)) {
    case 'expired':
      return 'ticket-expired';
    case 'revoked':
      return 'ticket-revoked';
    default:
      return undefined;
  }
}

/**
 * Why a ticket does not let a device write at its own node, or undefined: it must reach into this
 * epoch itself, and only the certificates behind it may be those of the last one.
 */
export function admissionFault(
  trust: Pick<SiteTrust, 'epoch' | 'revoked'>,
  ticket: GenuineTicket,
): 'ticket-expired' | 'ticket-revoked' | undefined {
  return ticketFaultNow(trust, ticket, ticket.epoch < trust.epoch ? 0 : graceEpochs);
}

/**
 * That a ticket was issued rightly, cheapest check first: at most three signatures are verified,
 * and none for a ticket that its own fields rule out. The root may give any role; an admin any up
 * to staff, and admin to itself; a node may admit guests, and itself as node: so a stolen node can
 * issue no rights beyond its own guests' share. A ticket ends with the certificate inside it.
 */
export function verifyTicket(
  trust: SiteTrust,
  wire: Uint8Array,
  subject: Uint8Array,
): Result<GenuineTicket, Exclude<TicketFault, 'ticket-expired' | 'ticket-revoked'>> {
  const parts = decodeTicketParts(wire);
  if (!parts) return refused('ticket-malformed');
  const { ticket, statement } = parts;
  if (!equalBytes(ticket.site, trust.site)) return refused('site-foreign');
  if (!equalBytes(ticket.subject, subject)) return refused('ticket-not-yours');
  const issuer = issuerChain(trust, parts);
  if (!issuer.ok) return issuer;
  const what = { domain: 'ticket', statement } as const;
  if (!verifyStatement(trust.crypto, what, ticket.issuer)) return refused('ticket-forged');
  const isIssuer = equalBytes(ticket.subject, ticket.issuer);
  const own = isIssuer ? [] : [ticket.subject.slice()];
  const chain = {
    ...issuer.value,
    keys: [...issuer.value.keys, ...own],
    endsEpoch: Math.min(ticket.epoch, issuer.value.endsEpoch),
  };
  return ok({ ...ticket, chain });
}

type IssuerFault = 'ticket-malformed' | 'ticket-forged';

/** What the issuer's right to issue this very ticket rests on. */
function issuerChain(
  trust: SiteTrust,
  { ticket, certificate }: TicketParts,
): Result<TrustChain, IssuerFault> {
  const isRoot = equalBytes(ticket.issuer, trust.siteKey);
  if (isRoot !== (certificate.length === 0)) return refused('ticket-malformed');
  if (isRoot) return ok({ keys: [], endsEpoch: Number.MAX_SAFE_INTEGER });
  const { role } = ticket;
  const isItself = equalBytes(ticket.subject, ticket.issuer);
  if (decodeAdminCertificate(certificate)) {
    const mayIssue = role <= Role.staff || (role === Role.admin && isItself);
    return mayIssue ? adminChain(trust, ticket, certificate) : refused('ticket-forged');
  }
  if (role !== Role.guest && !(role === Role.node && isItself)) return refused('ticket-forged');
  const node = verifyCertificate(trust, certificate, ticket.issuer);
  if (node.ok) return ok(node.value.chain);
  return refused(node.reason === 'malformed' ? 'ticket-malformed' : 'ticket-forged');
}

function adminChain(
  trust: SiteTrust,
  { issuer, role }: Ticket,
  certificate: Uint8Array,
): Result<TrustChain, IssuerFault> {
  const admin = verifyAdminCertificate(trust, certificate);
  if (!admin.ok || !equalBytes(admin.value.adminKey, issuer)) return refused('ticket-forged');
  const { adminKey, powers, epoch } = admin.value;
  if (role !== Role.admin && (powers & Power.people) === 0) return refused('ticket-forged');
  return ok({ admin: adminKey.slice(), keys: [], endsEpoch: epoch });
}
