/**
 * Every bound and interval of the L2CAP channels with its reason; what happens at a bound is said
 * beside it. The first two are the helper's own as well (helper/limits.h), which says them when it
 * starts: others end the conversation.
 */
export const wireLimits = {
  /** The longest packet either way. */
  packetBytesMax: 4096,
  /** Packets of one channel between us and the helper, each way. */
  windowPackets: 8,
} as const;

export const channelLimits = {
  /** Adapters of one machine; more get no channels. */
  adaptersMax: 4,
  /** A controller has some seven links, and one may be about to be replaced; more are refused. */
  perAdapterMax: 8,
  /** Of one device: what it has and what replaces it; so no device can take all places. */
  perPeerMax: 2,
  /** Packets taken without credit, by a user that goes on after `send` answered false; at it the
   * carrier is closed. */
  queuedPacketsMax: 64,
} as const;

export const requestLimits = {
  /** The hello of a new helper, a listener, a ping: it is at hand and does nothing else. */
  answerMs: 5_000,
  /** Both ends have a connection already: two packets and their answers. */
  connectMs: 10_000,
  /** Nothing heard for so long while channels are open: ask. */
  quietMs: 10_000,
} as const;

export const lifeLimits = {
  backoffMsMin: 250,
  backoffMsMax: 60_000,
  /** A helper that lived this long was a good one: back-off starts anew. */
  stableMs: 30_000,
  /** From the end of its input to a kill. */
  stopGraceMs: 1_000,
  /** Of what it says on standard error before it ends. */
  wordCharsMax: 500,
} as const;
