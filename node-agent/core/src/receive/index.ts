/** Step 2: who may write what, and everything that is checked before a bundle is believed. */
export { Authors } from './authors.ts';
export { ClientQuota } from './client-quota.ts';
export { type DropReason, dropReasons, retryLater } from './drop-reason.ts';
export { beyondRole, type Judged, judge, type QuotaCheck, type ReceiveState } from './receive.ts';
export { TicketBook } from './ticket-book.ts';
export { type BucketRate, TokenBucket } from './token-bucket.ts';
