/**
 * @muster/provisioning/parsers: what takes octets from outside apart, beyond what index.ts shows,
 * for the rig that feeds it hostile ones. No step. Nothing that ships imports it.
 */
export { escapeHtml } from './print/html.ts';
export { decodeTlsAuthority, encodeTlsAuthority } from './tls/authority-file.ts';
export { readServerCertificate } from './tls/certificate.ts';
export { pemBlocks, toPem } from './tls/pem.ts';
export { namesFault } from './tls/server-names.ts';
