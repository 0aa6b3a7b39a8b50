/**
 * The messages of `/muster/replicate/1` by their first byte (step 4 of a message's way); see
 * docs/protocol/replication.md. Numbers are never used twice.
 */
export const MessageType = {
  hello: 1,
  bye: 2,
  reconcile: 3,
  announce: 4,
  graft: 5,
  prune: 6,
  offer: 7,
  answer: 8,
  want: 9,
  held: 10,
  rawBundle: 11,
  path: 12,
  digest: 13,
  digestAnswer: 14,
  near: 15,
  nearAnswer: 16,
  trustSummary: 17,
  trustDocument: 18,
  links: 19,
  linksDigest: 20,
  askBulk: 21,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

/** A first byte with this bit is a bundle restored from the dictionary; the rest are its flags. */
export const bundleBit = 0x80;
