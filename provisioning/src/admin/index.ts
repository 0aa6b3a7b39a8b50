/** What an admin works with: who may sign from here, the book, and what keeps rights alive. */
export { issueAdmin, type NewAdmin } from './admins.ts';
export { type Authority, type AuthorityOptions, openAuthority } from './authority.ts';
export type { BookAdmin, BookInvite, BookNode, BookPerson, Claimant } from './book-entries.ts';
export {
  createProtectedSite,
  type ProtectOptions,
  protectSite,
  recoverVault,
} from './protect-site.ts';
export {
  endsEpochOf,
  type IssuerOfSite,
  nextTrustList,
  type Renewed,
  renewNodes,
} from './renewal.ts';
export { type Burnt, SiteBook } from './site-book.ts';
