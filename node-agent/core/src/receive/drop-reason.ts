/**
 * Why a bundle was not taken, in the order in which the checks run (step 2, cheapest first). Every
 * reason is final for this copy except those in `retryLater`, and `site-foreign` until the site
 * policy changes. Counted per neighbour and client.
 */
export const dropReasons = [
  // size
  'too-large',
  // strict parse
  'malformed',
  'version-unknown',
  // site
  'site-foreign',
  // seen before
  'seen',
  'expired-known',
  'expired',
  // ticket
  'ticket-missing',
  'ticket-malformed',
  'ticket-not-yours',
  'ticket-expired',
  'ticket-revoked',
  'ticket-forged',
  'lane-over-role',
  'payload-over-role',
  'lifetime-over-role',
  'hops-over-role',
  // quota
  'quota-author',
  'quota-guests',
  'quota-neighbour',
  // signature
  'signature-wrong',
  // what only an authentic bundle can run into
  'author-frozen',
  'author-forked',
  'not-a-writer',
  'author-full',
  // the node's own state
  'store-full',
  'store-failed',
  'busy',
] as const;
export type DropReason = (typeof dropReasons)[number];

/** The same bundle may be taken when it is offered again later. */
export const retryLater: ReadonlySet<DropReason> = new Set([
  'ticket-missing',
  'quota-author',
  'quota-guests',
  'quota-neighbour',
  'store-full',
  'store-failed',
  'busy',
]);

/** Found by checking a signature; whoever checks before it sends runs into none of them. */
export const forgedReasons: ReadonlySet<DropReason> = new Set(['signature-wrong', 'ticket-forged']);
