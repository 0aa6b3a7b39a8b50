/** Bounds and intervals of a node that waits to be claimed, with their reasons. */
export const inviteLimits = {
  /** Three in the code, the rest heard of; each that is silent costs ten seconds a round. */
  addressesMax: 8,
  /** Between rounds over all addresses: short at first, for the admin may be about to open. */
  retryMsMin: 1_000,
  retryMsMax: 30_000,
  /** A claim that stands is asked on this often and this many times through a gap. */
  attemptMs: 2_000,
  attemptsMax: 30,
  /** Once the papers are kept it is only a courtesy to say so: the node is wanted as a member. */
  lastAttemptsMax: 3,
  /** Greetings are answered by machines; who lets them wait this long is not the desk. */
  greetingMsMax: 60_000,
  /** An invite file: one code and what stands around it. */
  fileBytesMax: 8 * 1024,
  /** How often invite files are looked for: a card is read once, a stick is put in later. */
  fileEveryMs: 5_000,
} as const;

export const unclaimedLimits = {
  /** How often the box looks whether its addresses, and so its code, have changed. */
  relabelEveryMs: 3_000,
  /** Bluetooth comes up this long after the box, and is looked for again where there is none. */
  radioFirstMs: 500,
  radioEveryMs: 60_000,
  /** After the last answer of a claim: so long the other end may ask for it again. */
  lingerMs: 1_500,
  /** The body of a page's request: a code, or yes or no. */
  bodyBytesMax: 8 * 1024,
} as const;
