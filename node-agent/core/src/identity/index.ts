/** Keys and what is signed with them: site, admins, node certificates, tickets, devices. */
export {
  type AdminCertificate,
  type AdminFault,
  checkAdminCertificate,
  decodeAdminCertificate,
  Power,
  powersAll,
  signAdminCertificate,
} from './admin-certificate.ts';
export * from './certificate.ts';
export { certifyDevice, personOfDevice } from './device.ts';
export { epochMax, graceEpochs } from './epoch.ts';
export { chainFault, type Issuer, rootIssuer, type TrustChain } from './issued.ts';
export { Role } from './role.ts';
export { type RevokedKeys, type SiteTrust, siteIdOf } from './site.ts';
export { type Standing, standingOf } from './standing.ts';
export * from './ticket.ts';
