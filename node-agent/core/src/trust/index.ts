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
export * from './node-report.ts';
export { decodePersonCode, encodePersonCode, type PersonCode } from './person-code.ts';
export * from './site-rules.ts';
export * from './trust-list.ts';
