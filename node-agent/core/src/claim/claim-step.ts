/**
 * What an end of a claim wants done next: the words between the state machines and whoever carries
 * their messages and asks people.
 */
import type { ClaimFault } from './claim-fault.ts';

/**
 * `send`: for the initiator the next request, for the other end the answer. `ask`: somebody has to
 * decide first; until then the other end answers `not yet`. `ended`: over; without a fault all went
 * well; `message` are last words, to be sent all the same.
 */
export type ClaimStep<Ask> =
  | { readonly kind: 'send'; readonly message: Uint8Array }
  | ({ readonly kind: 'ask' } & Ask)
  | { readonly kind: 'ended'; readonly fault?: ClaimFault; readonly message?: Uint8Array };

/** Codes can be compared from `comparing` on. `done`: the subject has kept its papers. */
export type ClaimPhase = 'greeting' | 'comparing' | 'offered' | 'done' | 'failed';
