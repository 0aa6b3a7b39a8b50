/** Fuzz targets: what the root, admins and nodes certify: admins, nodes, tickets, devices. */
import {
  certifyDevice,
  checkAdminCertificate,
  checkCertificate,
  checkTicket,
  decodeTicket,
  NodeRole,
  ok,
  personOfDevice,
  type Result,
  Role,
  refused,
  signAdminCertificate,
  signCertificate,
  signTicket,
  ticketSerialMax,
} from '@muster/core';
import type { FuzzTarget } from '../target.ts';
import { admin, crypto, foreignSite, guest, node, otherNode, site, staff, user } from './cast.ts';
import { certificateIn, issuerOf } from './issuers.ts';
import { paperTarget } from './paper.ts';

const { trust } = site;
const none: Uint8Array = new Uint8Array(0);

export function createAdminCertificateTarget(): FuzzTarget {
  return paperTarget('admin-certificate', {
    domain: 'admin-certificate',
    seeds: [
      admin.issuer.certificate,
      site.admin('', { powers: 0, epoch: 0 }).issuer.certificate,
      site.admin('A'.repeat(64), { powers: 255, epoch: 70_000 }).issuer.certificate,
      foreignSite.admin('Mallory').issuer.certificate,
    ],
    judge(wire): Result<Uint8Array, string> {
      const checked = checkAdminCertificate(trust, wire);
      return checked.ok ? ok(signAdminCertificate(crypto, checked.value, site.key)) : checked;
    },
  });
}

export function createCertificateTarget(): FuzzTarget {
  const gateway = {
    ...{ site: trust.site, nodeKey: node.key.publicKey, role: NodeRole.gateway },
    ...{ capabilities: 1, epoch: 2 ** 20, name: '' },
  };
  return paperTarget('certificate', {
    domain: 'certificate',
    seeds: [
      node.certificate,
      otherNode.certificate,
      signCertificate(crypto, gateway, admin.issuer),
      foreignSite.node('there').certificate,
    ],
    judge(wire): Result<Uint8Array, string> {
      const checked = checkCertificate(trust, wire);
      if (!checked.ok) return checked;
      const issuer = issuerOf(checked.value.issuer, certificateIn(wire));
      return ok(signCertificate(crypto, checked.value, issuer));
    },
  });
}

export function createTicketTarget(): FuzzTarget {
  const ofNode = {
    ...{ site: trust.site, subject: node.key.publicKey, role: Role.node },
    ...{ serial: ticketSerialMax, epoch: 0 },
  };
  const ofUser = { ...ofNode, subject: user.key.publicKey, role: Role.user, serial: 0 };
  const underNode = { key: node.key, certificate: node.certificate };
  return paperTarget('ticket', {
    domain: 'ticket',
    seeds: [
      ...[guest.ticket, user.ticket, staff.ticket, admin.ticket],
      signTicket(crypto, ofNode, underNode),
      signTicket(crypto, ofUser, admin.issuer),
      foreignSite.author(Role.staff).ticket,
    ],
    judge(wire): Result<Uint8Array, string> {
      const subject = decodeTicket(wire)?.subject ?? none;
      const checked = checkTicket(trust, wire, subject);
      if (!checked.ok) return checked;
      const issuer = issuerOf(checked.value.issuer, certificateIn(wire));
      return ok(signTicket(crypto, checked.value, issuer));
    },
  });
}

export function createDeviceTarget(): FuzzTarget {
  const device = guest.key.publicKey;
  return paperTarget('device', {
    domain: 'device',
    seeds: [certifyDevice(crypto, user.key, device), certifyDevice(crypto, user.key, none)],
    judge(wire): Result<Uint8Array, string> {
      const person = personOfDevice(crypto, wire, device);
      return person ? ok(certifyDevice(crypto, issuerOf(person).key, device)) : refused('refused');
    },
  });
}
