/**
 * Why a claim came to nothing, in words for whoever stands before the box. A fault is shown, never
 * worked around: a new try begins with a new session, and where it says so with a new code.
 */
import type { ClaimCodeFault } from './claim-code.ts';

/** What one end tells the other before it ends; the place in the list is what goes on the wire. */
export const claimRefusals = [
  'declined',
  'codes-differ',
  'used',
  'expired',
  'busy',
  'not-kept',
  'not-allowed',
  'wrong-issuer',
  'wrong-node',
  'foreign',
  'bad-proof',
  'bad-document',
  'malformed',
  'tampered',
] as const;
export type ClaimRefusal = (typeof claimRefusals)[number];

export type ClaimFault =
  | ClaimCodeFault
  | ClaimRefusal
  | 'wrong-secret'
  | 'too-large'
  // Of whatever carries the messages.
  | 'unreachable'
  | 'nobody-waits'
  | 'gave-up';

export interface FaultText {
  readonly message: string;
  /** What the person can do about it. */
  readonly mend: string;
}

const again = 'Try again with a new code.';

export const claimFaultText: Readonly<Record<ClaimFault, FaultText>> = {
  'not-a-code': {
    message: 'This is not a claim code of Muster.',
    mend: 'Scan the QR code on the box or the one that the admin shows.',
  },
  damaged: {
    message: 'The code is damaged: a part is missing or a letter is wrong.',
    mend: 'Scan it again, or copy the whole text once more.',
  },
  'too-new': {
    message: 'The code comes from a newer version of Muster.',
    mend: 'Update this device, or make the code with the version that it has.',
  },
  'wrong-kind': {
    message: 'This is a code of Muster, but not one for this purpose.',
    mend: 'A blank node takes an invite for nodes, and an admin takes the code on the box.',
  },
  expired: { message: 'The code has expired.', mend: 'Ask the admin for a new one.' },
  foreign: {
    message: 'The code belongs to another site.',
    mend: 'Use a code of this site, or reset the node before it moves.',
  },
  declined: { message: 'The other side declined.', mend: 'Ask the person there, then try again.' },
  'codes-differ': {
    message: 'The six digits differ: somebody may be in between.',
    mend: 'Do not go on in this network. Make a new code and connect the two directly.',
  },
  used: {
    message: 'Another device has used this code already.',
    mend: 'If that was not you, revoke it in the list of nodes. Then make a new code.',
  },
  busy: { message: 'Too many claims at once.', mend: 'Try again in a minute.' },
  'not-kept': {
    message: 'The papers could not be written to the disk.',
    mend: 'Check the SD card or disk of the node, then claim it again with the same code.',
  },
  'not-allowed': {
    message: 'The admin who made this code may not do that.',
    mend: 'Ask an admin with the power to certify nodes; only the root makes admins.',
  },
  'wrong-issuer': {
    message: 'The other side does not hold the admin key that made this code.',
    mend: `Somebody else may answer in this network. ${again}`,
  },
  'wrong-node': {
    message: 'The other side is not the box that carries this label.',
    mend: 'Scan the label of the box that you see, and check the short code.',
  },
  'bad-proof': {
    message: 'The other side could not prove its key.',
    mend: `Somebody may be in between. ${again}`,
  },
  'bad-document': {
    message: 'The papers do not fit this node.',
    mend: 'Nothing was changed. Ask the admin to claim the node again.',
  },
  malformed: {
    message: 'The two sides do not understand each other.',
    mend: 'Update both to the same version of Muster.',
  },
  tampered: {
    message: 'A message was changed or came out of turn.',
    mend: 'Try again. If it happens again, change the network.',
  },
  'wrong-secret': { message: 'The other side has another code.', mend: again },
  'too-large': {
    message: 'A message was larger than any that Muster sends.',
    mend: 'Update both sides to the same version of Muster.',
  },
  unreachable: {
    message: 'The other side cannot be reached.',
    mend: 'Connect both to the same network, and check that the box is on.',
  },
  'nobody-waits': {
    message: 'Nobody waits for this code there.',
    mend: 'Keep the page of the admin open, or ask for a new code.',
  },
  'gave-up': {
    message: 'Nobody answered in time.',
    mend: 'Try again when the admin is there; the code is still good.',
  },
};
