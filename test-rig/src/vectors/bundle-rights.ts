/**
 * The bundles of bundle-invalid.json that fail at the ticket: none, another, forged, or too weak.
 */
import {
  certifyDevice,
  concat,
  domain,
  encodeCbor,
  Lane,
  NodeRole,
  Role,
  rootIssuer,
  signCertificate,
} from '@muster/core';
import { written } from './bundle-case.ts';
import {
  byNode,
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
  root,
  secondNode,
  site,
  staff,
  stranger,
  ticketFor,
  tickets,
} from './cast.ts';
import type { Vector } from './json.ts';
import { describeRefusal, type Refusal, signedParts, under } from './refusal.ts';

const valid = written({ payload: new Uint8Array(4).fill(0x5a) });
const byStaff = { author: staff, ticket: tickets.staff };

export function bundlesWithoutRight(): Vector[] {
  return [...ticketFaults(), ...issuerFaults(), ...roles()].map(describeRefusal);
}

function ticketFaults(): Refusal[] {
  const rubbish = new Uint8Array(40).fill(0x81);
  const trailing = concat(tickets.guest, Uint8Array.of(0));
  const foreign = ticketFor(guest, Role.guest, {
    site: foreignSite,
    by: { key: foreignRoot.key, certificate: none },
  });
  return [
    {
      name: 'ticket does not come along',
      why: 'The receiver does not know the ticket that the bundle names.',
      reason: 'ticket-missing',
      ...signedParts(valid),
      ticket: none,
    },
    {
      name: 'another ticket comes along',
      why: 'What came along does not hash to the ticket id that was signed.',
      reason: 'ticket-missing',
      ...signedParts(valid),
      ticket: ticketFor(guest, Role.guest, { serial: 2 }),
    },
    {
      name: 'ticket is rubbish',
      why: 'The bytes hash to the ticket id and are no ticket.',
      reason: 'ticket-malformed',
      ...under(rubbish),
    },
    {
      name: 'ticket with a byte too many',
      why: 'Tickets are as strict as bundles.',
      reason: 'ticket-malformed',
      ...under(trailing),
    },
    {
      name: 'ticket of another site',
      why: 'The bundle names this site, its ticket another.',
      reason: 'site-foreign',
      ...under(foreign),
    },
    {
      name: 'ticket of another device',
      why: 'The subject of the ticket is not the author.',
      reason: 'ticket-not-yours',
      ...under(tickets.guest, otherGuest),
    },
    {
      name: 'ticket of an ended epoch',
      why: 'The last epoch of the ticket is before the epoch of the site.',
      reason: 'ticket-expired',
      ...under(ticketFor(guest, Role.guest, { epoch: epoch - 1 })),
    },
    {
      name: 'ticket by a node whose certificate ended',
      why: 'The certificate inside it may have ended with the last epoch, and no earlier.',
      reason: 'ticket-expired',
      ...under(ticketFor(guest, Role.guest, { by: { key: node.key, certificate: ended() } })),
    },
  ];
}

function ended(): Uint8Array {
  const fields = { site, nodeKey: node.key.publicKey, role: NodeRole.node, capabilities: 0 };
  return signCertificate(
    crypto,
    { ...fields, epoch: epoch - 2, name: node.name },
    rootIssuer(root.key),
  );
}

function issuerFaults(): Refusal[] {
  const selfMade = signCertificate(
    crypto,
    {
      site,
      nodeKey: stranger.key.publicKey,
      role: NodeRole.node,
      capabilities: 0,
      epoch: lastEpoch,
      name: 'made up',
    },
    rootIssuer(stranger.key),
  );
  const claimed = encodeCbor([1, site, guest.key.publicKey, 4, 1, lastEpoch, root.key.publicKey]);
  const asRoot = crypto.sign(concat(domain('ticket'), claimed), stranger.key.secretKey);
  const reason = 'ticket-forged';
  return [
    {
      name: 'node gives a guest the role of a user',
      why: 'A node admits guests only; every other role comes from the site root.',
      reason,
      ...under(ticketFor(guest, Role.user, { by: byNode })),
    },
    {
      name: 'node gives a guest the role of staff',
      why: 'A stolen node must not be able to make staff.',
      reason,
      ...under(ticketFor(guest, Role.staff, { by: byNode })),
    },
    {
      name: 'node gives another key the role of a node',
      why: 'A node may be a node itself and make no further one.',
      reason,
      ...under(ticketFor(secondNode, Role.node, { by: byNode }), secondNode),
    },
    {
      name: 'issuer with the certificate of another node',
      why: 'Certificates travel in the open, so anyone can attach one; it names another key.',
      reason,
      ...under(ticketFor(guest, Role.guest, { by: { key: stranger.key, certificate } })),
    },
    {
      name: 'issuer with a certificate of its own making',
      why: 'The certificate was not signed by the site root.',
      reason,
      ...under(ticketFor(guest, Role.guest, { by: { key: stranger.key, certificate: selfMade } })),
    },
    {
      name: 'ticket in the name of the root',
      why: 'It names the root as its issuer and is signed by someone else.',
      reason,
      ...under(encodeCbor([claimed, asRoot, none])),
    },
    {
      name: 'ticket by the root with a certificate',
      why: 'A certificate is there exactly when a node signed.',
      reason: 'ticket-malformed',
      ...under(ticketFor(guest, Role.guest, { by: { key: root.key, certificate } })),
    },
    {
      name: 'device certificate shown as a ticket',
      why: 'A statement for one purpose cannot be shown for another.',
      reason: 'ticket-malformed',
      ...under(certifyDevice(crypto, root.key, guest.key.publicKey)),
    },
  ];
}

function roles(): Refusal[] {
  const over = new Uint8Array(2049);
  return [
    {
      name: 'urgent message of a guest',
      why: 'The urgent lane is for staff, nodes and admins.',
      reason: 'lane-over-role',
      ...signedParts(written({ lane: Lane.urgent })),
    },
    {
      name: 'guest with 2,049 bytes',
      why: 'A guest writes 2 KiB at most.',
      reason: 'payload-over-role',
      ...signedParts(written({ payload: over })),
    },
    {
      name: 'guest with a lifetime over 6 hours',
      why: 'What guests write lives for 6 hours at most.',
      reason: 'lifetime-over-role',
      ...signedParts(written({ lifetimeS: 6 * 3600 + 1 })),
    },
    {
      name: 'guest with 6 hops',
      why: 'What guests write goes 5 hops at most.',
      reason: 'hops-over-role',
      ...signedParts(written({ hopLimit: 6 })),
    },
    {
      name: 'urgent message of 2,049 bytes by staff',
      why: 'The urgent lane takes 2 KiB at most, of anyone.',
      reason: 'payload-over-role',
      ...signedParts(written({ lane: Lane.urgent, payload: over }, byStaff)),
      ticket: tickets.staff,
    },
  ];
}
