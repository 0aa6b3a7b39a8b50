/** A small site for tests: a root, a node that it certified, a guest whom the node admitted. */
import { rootIssuer } from '../../src/identity/issued.ts';
import { Role } from '../../src/identity/role.ts';
import {
  NodeRole,
  type SiteTrust,
  signCertificate,
  signTicket,
  siteIdOf,
  ticketIdOf,
} from '../../src/index.ts';
import { crypto, keyPair } from './crypto.ts';

export const root = keyPair(1);
export const node = keyPair(2);
export const guest = keyPair(3);
export const stranger = keyPair(9);
export const site = siteIdOf(crypto, root.publicKey);
/** The site's epoch now is 5; what was signed here ends with epoch 7. */
export const trust: SiteTrust = { crypto, siteKey: root.publicKey, site, epoch: 5 };

const nodeFields = { site, nodeKey: node.publicKey, role: NodeRole.node, capabilities: 0 };
export const certificateFields = { ...nodeFields, epoch: 7, name: 'north gate' };
export const certificate = signCertificate(crypto, certificateFields, rootIssuer(root));

export const ticketFields = {
  site,
  subject: guest.publicKey,
  role: Role.guest,
  serial: 12,
  epoch: 7,
};
export const ticket = signTicket(crypto, ticketFields, { key: node, certificate });
export const guestAuthor = { key: guest, site, ticket: ticketIdOf(crypto, ticket) };
