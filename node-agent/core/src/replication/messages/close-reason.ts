/**
 * Why a session ends, as told in the bye message and counted by the node (step 4 of a message's
 * way). The place in the list is the number on the wire; new reasons go to the end.
 */
import { MessageReader } from './message-reader.ts';
import { MessageType } from './message-type.ts';

export const closeReasons = [
  /** The node stops, or prefers another link. */
  'stopping',
  /** No hello within the time. */
  'hello-timeout',
  /** No version that both ends speak. */
  'version-unknown',
  /** The certificate is not valid here, or is not of the key that the link proved. */
  'certificate-refused',
  /** Our own certificate came back: a link to itself, or a copied node. */
  'own-key',
  /** Bytes that no honest node sends. */
  'malformed',
  /** Too many invalid bundles or messages. */
  'misbehaving',
  /** Its set does not add up. */
  'peer-lies',
  /** More links than this node keeps. */
  'too-many-links',
  /** The link takes frames too short to be of use. */
  'link-unfit',
  /** The site revoked the node, or the admin who certified it. */
  'revoked',
  /** Its key is in two hands. */
  'cloned',
  /** Its certificate ended with an earlier epoch. */
  'certificate-ended',
  /** What it was asked stays without an answer: some of it must have been lost on the way. */
  'stalled',
] as const;
export type CloseReason = (typeof closeReasons)[number];

export function encodeBye(reason: CloseReason): Uint8Array {
  return Uint8Array.of(MessageType.bye, closeReasons.indexOf(reason));
}

/** `other` for a reason of a later version; undefined when malformed. */
export function decodeBye(message: Uint8Array): CloseReason | 'other' | undefined {
  const reader = new MessageReader(message, 1);
  const reason = reader.byte();
  return reader.done() ? (closeReasons[reason] ?? 'other') : undefined;
}
