/**
 * Every bound of the admin area and of a box's claim page, each with its reason and what happens
 * there. A node that tells more than this is cut off at it; nothing here is believed.
 */
export const adminLimits = {
  /** Nodes, boxes, revocations, admins that a node may list for a site; the rest is left out. */
  siteItemsMax: 1_000,
  /** Acts kept in memory for the trail; the oldest go first. */
  actsMax: 200,
  /** Writes that wait for their answer; the API takes 32 at once. At it the next is `busy`. */
  writesWaitingMax: 16,
  /** Claims under way at once; the API awaits 16 invites a session. At it no further one begins. */
  claimsOpenMax: 12,
  /** Claim sessions (attempts of a box) kept for one code; at it the longest quiet one goes. */
  claimSessionsMax: 8,
  /** Claimants of one code that are shown. */
  claimantsMax: 8,
  passphraseCharsMin: 10,
} as const;

export const adminTimes = {
  /** Without a touch the key is locked again. */
  idleMsMax: 15 * 60_000,
  /** How long a write waits for the node, through reconnections; then the person is told. */
  writeMsMax: 20_000,
  /** Opening of a session for a write that was asked for while there is none. */
  openMsMax: 10_000,
  /** Between two askings of a box or node that is not ready to answer. */
  claimAskAgainMs: 1_000,
  /** A box that does not answer for so long is given up. */
  claimSilenceMsMax: 90_000,
} as const;

/** What one guess at the passphrase of the admin key costs: as for the vault of the CLI. */
export const passphraseCost = { opsLimit: 3, memBytes: 64 * 1024 * 1024 } as const;
