/** Server certificates of a site: its authority, who gets one, and how phones come to trust it. */
export {
  createTlsAuthority,
  hasTlsAuthority,
  installTlsAuthority,
  isTlsAuthorityVouched,
  readAuthorityCertificate,
  readTlsAuthority,
  tlsAuthorityFor,
  vouchForTlsAuthority,
} from './authority-file.ts';
export type { CertifiedKey, ServerNames } from './certificate.ts';
export {
  acceptTlsCertificate,
  answerTlsRequest,
  type TlsAnswerFault,
  type TlsRequestFault,
  tlsRequest,
} from './member-certificate.ts';
export { readTlsRequest, type TlsRequest } from './request.ts';
export {
  ensureServerCertificate,
  type ServerCertificateOptions,
} from './server-certificate.ts';
export { type MachineNames, serverNamesOf } from './server-names.ts';
export { readTls, type ServedTls } from './tls-file.ts';
export {
  type TrustInstructions,
  type TrustSystem,
  trustInstructions,
  trustSystems,
} from './trust-instructions.ts';
