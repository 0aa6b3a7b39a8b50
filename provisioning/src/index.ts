/**
 * @muster/provisioning: how sites, admins and nodes come to be: their keys, certificates and
 * tickets, and the files that hold them. Thin over the formats of core.
 */
export * from './admin/index.ts';
export {
  type FileCalls,
  makeFolderDurably,
  removeDurably,
  wipeDurably,
  writeDurably,
} from './durable-file.ts';
export {
  type CertifiedNode,
  certifyNode,
  createNode,
  readNode,
  writeNode,
} from './node.ts';
export { type Label, labelSheetHtml } from './print/label-sheet.ts';
export { type RecoverySheet, recoverySheetHtml } from './print/recovery-sheet.ts';
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
export * from './tls/index.ts';
export * from './unclaimed/index.ts';
export * from './vault/index.ts';
