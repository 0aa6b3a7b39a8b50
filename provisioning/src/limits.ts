/**
 * Bounds of the files of an admin and of a blank node, each with its reason. What a damaged or
 * hostile file could make grow, and what years of use could, stands here.
 */
const mib = 1024 * 1024;

export const vaultLimits = {
  /** What one guess costs in a vault that is written now: DESIGN section 10; ~0.5 s on a Pi 4. */
  opsLimit: 3,
  memBytes: 64 * mib,
  /**
   * The most that a file may ask for before its key is derived: a hostile one must not take all
   * memory of a small box. Above it nothing is derived.
   */
  opsLimitMax: 16,
  memBytesMax: 256 * mib,
  /** Letters of a passphrase. No other rule: further ones make people write it down. */
  passphraseLettersMin: 10,
  passphraseLettersMax: 1_024,
  /** Content of the box: two seeds, a certificate, the TLS authority. */
  boxBytesMax: 16 * 1024,
} as const;

export const bookLimits = {
  /** Nodes, people and admins of one site; at it the admin is told that the book is full. */
  nodesMax: 2_000,
  peopleMax: 20_000,
  adminsMax: 64,
  /** Invites remembered; at it the oldest that is no longer open goes, and else it is full. */
  invitesMax: 1_000,
  /** Who came with one code, to show them; further ones are refused and not noted. */
  claimantsPerInviteMax: 8,
  /** The file; a longer one is damaged. */
  fileBytesMax: 16 * mib,
} as const;

/** Epochs after the one of its issue in which a node's certificate or a ticket still holds. */
export const epochsAhead = 1;

export const provisionLimits = {
  /** Trust lists, rules and policy that come with a claim. */
  documentsMax: 64,
} as const;

export const tlsLimits = {
  /** Names and addresses in one certificate. */
  namesMax: 32,
  /** A request on its way through the mesh. */
  requestBytesMax: 4 * 1024,
  /** A certificate with its authority, as PEM. */
  answerBytesMax: 8 * 1024,
} as const;
