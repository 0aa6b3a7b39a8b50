/**
 * identity.json: site ids, node certificates, tickets and device certificates, right and wrong,
 * each wrong one with the reason and a sentence why.
 */
import {
  certifyDevice,
  concat,
  domain,
  encodeCbor,
  NodeRole,
  Role,
  rootIssuer,
  signAdminCertificate,
  signCertificate,
  siteIdOf,
  ticketIdOf,
} from '@muster/core';
import { admin, adminKeys, endedAdmin, madeUp, powerless, secondAdmin } from './admins.ts';
import {
  byNode,
  byRoot,
  castVector,
  certificate,
  crypto,
  epoch,
  foreignRoot,
  foreignSite,
  guest,
  lastEpoch,
  node,
  none,
  otherGuest,
  person,
  root,
  site,
  staff,
  stranger,
  ticketFor,
} from './cast.ts';
import type { Vector } from './json.ts';

const certificateFields: Parameters<typeof signCertificate>[1] = {
  site,
  nodeKey: node.key.publicKey,
  role: NodeRole.node,
  capabilities: 0,
  epoch: lastEpoch,
  name: node.name,
};

export function identityVectors(): Vector {
  return {
    about:
      'Site ids, admin certificates, node certificates, tickets and device certificates; ' +
      'docs/protocol/identity.md says how. ' +
      'Whoever checks knows the site as in `trust`. `wire` is the form that travels. ' +
      'Tickets are checked for the device `subject`. All bytes are hex.',
    ...castVector,
    sites: [root, foreignRoot, stranger].map(({ key }) => ({
      rootKey: key.publicKey,
      site: siteIdOf(crypto, key.publicKey),
    })),
    admins: { keys: adminKeys, valid: validAdmins(), invalid: invalidAdmins() },
    certificates: { valid: validCertificates(), invalid: invalidCertificates() },
    tickets: { valid: validTickets(), invalid: invalidTickets() },
    devices: devices(),
  };
}

function validAdmins(): Vector[] {
  return [admin, secondAdmin].map(({ fields, issuer }) => {
    return { fields: { ...fields }, wire: issuer.certificate };
  });
}

function invalidAdmins(): Vector[] {
  const wire = admin.issuer.certificate;
  const flipped = wire.slice();
  flipped[flipped.length - 1]! ^= 1;
  const of = (changes: Partial<typeof admin.fields>, by = root) =>
    signAdminCertificate(crypto, { ...admin.fields, ...changes }, by.key);
  return [
    ['malformed', 'Cut off by a byte.', wire.subarray(0, -1)],
    ['malformed', 'A byte too many.', concat(wire, Uint8Array.of(0))],
    ['malformed', 'A name of 65 bytes.', of({ name: 'x'.repeat(65) })],
    ['malformed', 'A certificate of a node.', certificate],
    ['foreign', 'Of another site.', of({ site: foreignSite }, foreignRoot)],
    ['expired', 'Its last epoch is before the epoch of the site.', of({ epoch: epoch - 1 })],
    ['forged', 'Signed by an admin.', of({}, admin)],
    ['forged', 'Bit turned in the signature.', flipped],
  ].map(([reason, why, given]) => ({ reason: reason!, why: why!, wire: given! }));
}

function validCertificates(): Vector[] {
  const rows = [
    certificateFields,
    { ...certificateFields, role: NodeRole.gateway, name: '', epoch },
    { ...certificateFields, role: NodeRole.relay, name: 'Relais Süd ✓', epoch: 2 ** 32 - 1 },
    { ...certificateFields, capabilities: 2 ** 32 - 1, name: 'x'.repeat(64) },
  ];
  const byTheRoot = rows.map((fields) => ({
    fields: { ...fields, issuer: root.key.publicKey },
    wire: signCertificate(crypto, fields, rootIssuer(root.key)),
  }));
  const byAdmin = {
    fields: { ...certificateFields, issuer: admin.key.publicKey },
    wire: signCertificate(crypto, certificateFields, admin.issuer),
  };
  return [...byTheRoot, byAdmin];
}

/** The outer form around any signed bytes. */
function statement(signed: Uint8Array, purpose: string, secretKey: Uint8Array): Uint8Array {
  return encodeCbor([signed, crypto.sign(concat(domain(purpose), signed), secretKey)]);
}

function invalidCertificates(): Vector[] {
  const changed = (changes: Partial<typeof certificateFields>, by = root) =>
    signCertificate(crypto, { ...certificateFields, ...changes }, rootIssuer(by.key));
  const signed = encodeCbor([
    1,
    site,
    stranger.key.publicKey,
    0,
    0,
    lastEpoch,
    'made up',
    root.key.publicKey,
  ]);
  const second = encodeCbor([2, site, node.key.publicKey, 0, 0, lastEpoch, '', root.key.publicKey]);
  const flipped = certificate.slice();
  flipped[flipped.length - 1]! ^= 1;
  const rootKey = root.key.secretKey;
  return [
    ['malformed', 'No bytes.', none],
    ['malformed', 'Cut off by a byte.', certificate.subarray(0, -1)],
    ['malformed', 'A byte too many.', concat(certificate, Uint8Array.of(0))],
    ['malformed', 'A role that is not known.', changed({ role: 3 as NodeRole })],
    ['malformed', 'A name of 65 bytes.', changed({ name: 'x'.repeat(65) })],
    ['malformed', 'Version 2.', statement(second, 'certificate', rootKey)],
    ['foreign', 'Of another site.', changed({ site: foreignSite }, foreignRoot)],
    ['foreign', 'Issued by a key that is not the root.', changed({}, stranger)],
    ['expired', 'Its last epoch is before the epoch of the site.', changed({ epoch: epoch - 1 })],
    ['forged', 'Bit turned in the signature.', flipped],
    [
      'forged',
      'Names the root as its issuer and is signed by someone else.',
      statement(signed, 'certificate', stranger.key.secretKey),
    ],
    ['forged', 'Signed by the root, but as a ticket.', statement(signed, 'ticket', rootKey)],
    ['forged', 'By an admin who may not.', signCertificate(crypto, certificateFields, powerless)],
    [
      'forged',
      'By an admin who made itself one.',
      signCertificate(crypto, certificateFields, madeUp),
    ],
    [
      'expired',
      'By an admin whose certificate ended.',
      signCertificate(crypto, certificateFields, endedAdmin),
    ],
  ].map(([reason, why, wire]) => ({ reason: reason!, why: why!, wire: wire! }));
}

function validTickets(): Vector[] {
  const rows = [
    { subject: guest, role: Role.guest, serial: 1, by: byNode },
    { subject: node, role: Role.node, serial: 0, by: byNode },
    { subject: guest, role: Role.guest, serial: 7, by: byRoot },
    { subject: guest, role: Role.user, serial: 8, by: byRoot },
    { subject: staff, role: Role.staff, serial: 2 ** 48 - 1, by: byRoot },
    { subject: person, role: Role.admin, serial: 65_536, by: byRoot },
    { subject: staff, role: Role.staff, serial: 2, by: admin.issuer },
    { subject: admin, role: Role.admin, serial: 3, by: admin.issuer },
  ];
  return rows.map(({ subject, role, serial, by }) => {
    const wire = ticketFor(subject, role, { serial, by });
    const fields = {
      site,
      subject: subject.key.publicKey,
      role,
      serial,
      epoch: lastEpoch,
      issuer: by.key.publicKey,
    };
    return { fields, certificate: by.certificate, wire, id: ticketIdOf(crypto, wire) };
  });
}

function invalidTickets(): Vector[] {
  const right = ticketFor(guest, Role.guest);
  const flipped = right.slice();
  // The serial: 1 becomes 0.
  flipped[57]! ^= 1;
  const foreign = { key: foreignRoot.key, certificate: none };
  const expired = signCertificate(
    crypto,
    { ...certificateFields, epoch: epoch - 1 },
    rootIssuer(root.key),
  );
  const stolen = { key: stranger.key, certificate };
  const guestTicket = (by: typeof byNode, changes = {}) =>
    ticketFor(guest, Role.guest, { by, ...changes });
  const byAdmin = (changes: { readonly role: Role }) =>
    ticketFor(guest, changes.role, { by: admin.issuer });
  const rows: readonly (readonly [reason: string, why: string, wire: Uint8Array])[] = [
    ['ticket-malformed', 'No bytes.', none],
    ['ticket-malformed', 'Cut off by a byte.', right.subarray(0, -1)],
    ['ticket-malformed', 'Longer than 768 bytes.', concat(right, new Uint8Array(768))],
    ['ticket-malformed', 'A role that is not known.', guestTicket(byRoot, { role: 5 })],
    ['ticket-malformed', 'A serial of 2^48.', guestTicket(byNode, { serial: 2 ** 48 })],
    [
      'ticket-malformed',
      'By a node, without its certificate.',
      guestTicket({ ...byNode, certificate: none }),
    ],
    [
      'ticket-malformed',
      'By the root, with a certificate.',
      guestTicket({ ...byRoot, certificate }),
    ],
    ['site-foreign', 'Of another site.', guestTicket(foreign, { site: foreignSite })],
    ['ticket-not-yours', 'For another device.', ticketFor(otherGuest, Role.guest)],
    ['ticket-expired', 'Of an ended epoch.', guestTicket(byNode, { epoch: epoch - 1 })],
    [
      'ticket-expired',
      'By a node whose certificate ended.',
      guestTicket({ ...byNode, certificate: expired }),
    ],
    [
      'ticket-forged',
      'By a node, with the role of a user.',
      ticketFor(guest, Role.user, { by: byNode }),
    ],
    [
      'ticket-forged',
      'By a node, with the role of an admin.',
      ticketFor(guest, Role.admin, { by: byNode }),
    ],
    ['ticket-forged', 'By an admin, who makes a node.', byAdmin({ role: Role.node })],
    ['ticket-forged', 'By an admin, who makes another admin.', byAdmin({ role: Role.admin })],
    ['ticket-forged', 'By an admin who may not.', ticketFor(guest, Role.user, { by: powerless })],
    [
      'ticket-expired',
      'By an admin whose certificate ended.',
      ticketFor(guest, Role.user, { by: endedAdmin }),
    ],
    ['ticket-forged', 'By a stranger, with the certificate of a node.', guestTicket(stolen)],
    ['ticket-forged', 'Bit turned in the signed part.', flipped],
  ];
  return rows.map(([reason, why, wire]) => ({ reason, why, subject: guest.key.publicKey, wire }));
}

function devices(): Vector {
  const device = guest.key.publicKey;
  const wire = certifyDevice(crypto, person.key, device);
  const signed = encodeCbor([1, person.key.publicKey, device]);
  return {
    valid: [{ person: person.key.publicKey, device, wire }],
    invalid: [
      {
        why: 'The certificate of another device.',
        device: stranger.key.publicKey,
        wire,
      },
      {
        why: 'The device signed for itself in the name of the person.',
        device,
        wire: statement(signed, 'device', guest.key.secretKey),
      },
      {
        why: 'The person signed it as a ticket.',
        device,
        wire: statement(signed, 'ticket', person.key.secretKey),
      },
      { why: 'Cut off by a byte.', device, wire: wire.subarray(0, -1) },
      { why: 'A byte too many.', device, wire: concat(wire, Uint8Array.of(0)) },
    ],
  };
}
