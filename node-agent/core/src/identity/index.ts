/** Keys and what is signed with them: site, node certificates, tickets, device certificates. */
export * from './certificate.ts';
export { certifyDevice, personOfDevice } from './device.ts';
export { Role } from './role.ts';
export { type SiteTrust, siteIdOf } from './site.ts';
export { type Standing, standingOf } from './standing.ts';
export * from './ticket.ts';
