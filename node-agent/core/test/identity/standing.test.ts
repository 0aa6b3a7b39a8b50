/** What a reader may believe of an author by the ticket beside a message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role, signTicket, siteIdOf, standingOf } from '../../src/index.ts';
import { crypto } from '../support/crypto.ts';
import {
  certificate,
  certificateFields,
  guest,
  node,
  root,
  stranger,
  ticketFields,
  trust,
} from '../support/site.ts';

const byNode = { key: node, certificate };
const byRoot = { key: root, certificate: new Uint8Array(0) };

test('a guest, staff by the root, and a node with its name', () => {
  const guests = signTicket(crypto, ticketFields, byNode);
  assert.deepEqual(standingOf(trust, guests, guest.publicKey), { role: Role.guest, nodeName: '' });
  const staff = signTicket(crypto, { ...ticketFields, role: Role.staff }, byRoot);
  assert.deepEqual(standingOf(trust, staff, guest.publicKey), { role: Role.staff, nodeName: '' });
  const fields = { ...ticketFields, role: Role.node, subject: node.publicKey };
  const { name: nodeName } = certificateFields;
  const itself = standingOf(trust, signTicket(crypto, fields, byNode), node.publicKey);
  assert.deepEqual(itself, { role: Role.node, nodeName });
});

test('a node that the root admitted without a certificate has no name', () => {
  const fields = { ...ticketFields, role: Role.node, subject: node.publicKey };
  const wire = signTicket(crypto, fields, byRoot);
  assert.deepEqual(standingOf(trust, wire, node.publicKey), { role: Role.node, nodeName: '' });
});

test('nothing for somebody else, another site, a forger, or no ticket', () => {
  const staff = signTicket(crypto, { ...ticketFields, role: Role.staff }, byRoot);
  assert.equal(standingOf(trust, staff, stranger.publicKey), undefined);
  const siteKey = stranger.publicKey;
  const other = { ...trust, siteKey, site: siteIdOf(crypto, siteKey) };
  assert.equal(standingOf(other, staff, guest.publicKey), undefined);
  const byStranger = { key: stranger, certificate: new Uint8Array(0) };
  const forged = signTicket(crypto, { ...ticketFields, role: Role.staff }, byStranger);
  assert.equal(standingOf(trust, forged, guest.publicKey), undefined);
  assert.equal(standingOf(trust, new Uint8Array(0), guest.publicKey), undefined);
});
