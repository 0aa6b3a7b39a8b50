/** Claims over Bluetooth: what passes on their streams, and both ends. */
export { type ClaimCallAnswer, ClaimCaller, type ClaimCallerOptions } from './caller.ts';
export { type ClaimListenerOptions, listenForClaims } from './listener.ts';
export type { ClaimAnswer, ClaimRequest } from './messages.ts';
