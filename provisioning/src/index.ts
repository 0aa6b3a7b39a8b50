/**
 * @muster/provisioning: how sites and nodes come to be: site keys, node certificates, tickets, and
 * the files that hold them. Thin over the formats of core.
 */
export { type FileCalls, writeDurably } from './durable-file.ts';
export {
  type CertifiedNode,
  certifyNode,
  createNode,
  readNode,
  writeNode,
} from './node.ts';
export { type FileRecord, readIfThere, readRecord, writeRecord } from './record.ts';
export {
  createSite,
  type RootedSite,
  readSite,
  readSiteRoot,
  recoverSite,
  type Site,
  writeSite,
} from './site.ts';
export { issueTicket } from './ticket.ts';
export type { CertifiedKey } from './tls/certificate.ts';
export {
  ensureServerCertificate,
  type ServerCertificateOptions,
} from './tls/server-certificate.ts';
