/** What admins sign for the whole site: trust lists, site rules, acts, grants, guest passes. */
export { type AdminAct, actTag, decodeAdminAct, encodeAdminAct } from './admin-act.ts';
export { decodeGrant, encodeGrant, type Grant, GrantKind, grantTag } from './grant.ts';
export {
  checkGuestPass,
  type GuestPass,
  type GuestPassFault,
  guestPassId,
  signGuestPass,
} from './guest-pass.ts';
export { epochWith, type ListChange, nextList } from './next-list.ts';
export * from './node-report.ts';
export { decodePersonCode, encodePersonCode, type PersonCode } from './person-code.ts';
export * from './site-rules.ts';
export {
  type AdoptedDocument,
  DocumentKind,
  type KnownDocument,
  type KnownList,
  TrustBook,
  type TrustFault,
} from './trust-book.ts';
export {
  decodeTrustList,
  type GenuineList,
  type Revocation,
  RevocationReason,
  revokesItself,
  signTrustList,
  type TrustList,
  type TrustListFault,
  verifyTrustList,
} from './trust-list.ts';
