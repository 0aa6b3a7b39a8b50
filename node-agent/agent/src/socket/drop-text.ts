/**
 * What a drop reason means for a person, a whole sentence each. For clients that show no own text.
 */
import type { DropReason } from '@muster/core';

export const dropTexts: Readonly<Record<DropReason, string>> = {
  'too-large': 'The message is larger than any message may be.',
  malformed: 'The message is not in the form that this version writes.',
  'version-unknown': 'The message was written by a newer version than this node knows.',
  'site-foreign': 'The message belongs to another site.',
  seen: 'The message is already known here.',
  'expired-known': 'The message has expired here before.',
  expired: 'The message has outlived its lifetime.',
  'ticket-missing': 'The ticket under which it was written is not known here; show it again.',
  'ticket-malformed': 'The ticket is damaged.',
  'ticket-forged': 'The ticket was not signed by this site.',
  'ticket-expired': 'The ticket is no longer valid.',
  'ticket-revoked': 'This key was revoked by an admin of the site.',
  'ticket-not-yours': 'The ticket was issued to another device.',
  'payload-over-role': 'The message is longer than its author may write.',
  'lifetime-over-role': 'The message asks to live longer than its author may ask.',
  'hops-over-role': 'The message asks to go further than its author may ask.',
  'lane-over-role': 'Its author may not use the urgent lane.',
  'quota-author': 'Its author writes too much; try again a little later.',
  'quota-guests': 'The guests of this node write too much together; try again a little later.',
  'quota-neighbour': 'Too much comes from there; try again a little later.',
  'signature-wrong': 'The signature is wrong.',
  'author-frozen': 'This device key was used twice at once, so nothing more is taken from it.',
  'author-forked': 'Another message of this author has the same number.',
  'not-a-writer': 'Only some may write in this channel.',
  'author-full': 'Newer messages of its author already fill the author’s share of the disk.',
  'store-full': 'The disk of this node is full; try again later or at another node.',
  'store-failed': 'The disk of this node does not work; try another node.',
  busy: 'This node is busy; try again in a moment.',
};
