/** Every bound of what a node does for admins and staff, each with its reason. */
export const adminLimits = {
  /** Guest passes whose uses are counted; at it the one used least lately counts anew. */
  passesMax: 256,
  passUsesWriteMs: 5_000,
  /** An act that comes to its node later than this is kept in the trail and not carried out. */
  actAgeMsMax: 10 * 60_000,
  /** How far a synced clock and an act written under one may be apart: the age, and their drift. */
  actDriftMsMax: 20 * 60_000,
  /** Acts remembered as carried out; whatever is older than all of them is refused. */
  actsRememberedMax: 256,
  /** Results kept for whoever asks, and told in the report. */
  actResultsMax: 32,
  actsReportedMax: 8,
  /** A result as JSON: the longest is a gateway's list of dead letters, and must fit a frame. */
  resultBytesMax: 64 * 1024,
  /** An act that takes longer is answered as such; it goes on. */
  actMsMax: 60_000,
  /** Acts shown to an admin who comes. */
  trailItemsMax: 100,
  /** Admins that watch the site at one node; each gets up to a few hundred KiB a change. */
  watchersMax: 16,
  /** The site is told to who watches at most so often. */
  siteEveryMsMin: 1_000,
  /** Nodes of which the last report is kept; at it the one heard of longest ago goes. */
  nodesMax: 1_024,
  /** Admins named in the view; at it no further ones are. */
  adminsMax: 64,
  /** Reports: this often, and their lifetime, so that a dead node is still seen for a while. */
  reportEveryMs: 10 * 60_000,
  reportLifetimeS: 3 * 3_600,
  /** While an admin watches anywhere; these are not kept for long. */
  watchedReportEveryMs: 10_000,
  watchedReportLifetimeS: 120,
  /** An admin's wish is believed for so long after the report that says it. */
  wantedMsMax: 45_000,
  /** A new problem is reported at once, but never more often than this. */
  urgentReportMsMin: 5_000,
  /** The first report waits, so that a start is cheap and links and clocks have settled. */
  firstReportMs: 60_000,
  /** Codes that one session awaits at once. */
  claimsOpenMax: 16,
  /** The largest provision document in one Noise message; in base64url it fits a frame. */
  claimMessageBytesMax: 70 * 1024,
  /** Those who used a code before, as the other end is told. */
  claimantsMax: 4,
  claimantCharsMax: 128,
  /** Questions of one code that wait for an admin's page; at it the oldest is asked again. */
  claimRepliesMax: 32,
  /** Whether a TLS certificate is needed is looked at so often; each look reads a file. */
  tlsLookMs: 3_600_000,
  /** While nobody answered it asks again, for it may have heard since what others go by. */
  tlsAskEveryMs: 5 * 60_000,
  /** After this an admin is told that nobody answers. */
  tlsUnheardMs: 15 * 60_000,
  /** The same request is answered again after this, for the grant may not have come. */
  tlsAnswerEveryMs: 3_600_000,
  /** Another request of the same node: a certificate costs a signature and a bundle. */
  tlsAnswerMsMin: 60_000,
  /** Claims of the first admin's code at once; at it the oldest begins anew. */
  firstAdminSessionsMax: 8,
  passkeysMax: 64,
  /** Sign-ins and registrations begun and not ended. */
  passkeyChallengesMax: 64,
  passkeyChallengeMsMax: 5 * 60_000,
  passkeyRegisterMsMax: 2 * 60_000,
  passkeyViewMsMax: 10 * 60_000,
  passkeyBodyBytesMax: 16 * 1024,
} as const;
