/**
 * Every bound and interval of this transport with its reason. What happens at a bound is said
 * beside it. They hold for step 4 of a message's way on LAN and internet links.
 */

/** Spoken unless another is given; the version changes when the framing below does. */
export const protocolName = '/muster/replicate/1';

export const frameLimits = {
  /** Small, so that an urgent frame waits for at most this much of a bulk one. */
  maxFrameBytes: 16 * 1024,
  /** Taken and not yet handed to the kernel; at it `send` answers false, so lanes stay above. */
  windowBytes: 16 * 1024,
  /** Frames of one turn go out as one message; a Noise message holds at most 65,519 bytes. */
  batchBytesMax: 60 * 1024,
  /** Frames kept for a user that has not started; beyond it the stream is paused. */
  keptBytesMax: 64 * 1024,
} as const;

/** Buffers of the libp2p stack below a link; at each the connection is closed. */
export const stackLimits = {
  /** Yamux lets a peer send this much unasked (its specification). */
  yamuxWindowBytes: 256 * 1024,
  /** Credit is given back in portions: half the window, not after every frame. */
  windowUpdateBytes: 128 * 1024,
  readBufferBytesMax: 512 * 1024,
  writeBufferBytesMax: 1024 * 1024,
  /** A Yamux frame that is not whole yet; an honest one is at most a window long. */
  partialFrameBytesMax: 512 * 1024,
  /** One stream is the link; the rest is room for negotiation. */
  streamsPerConnectionMax: 4,
} as const;

/** When a link is asked, doubted and given up; see `SilenceWatch`. */
export interface SilenceLimits {
  /** A round without a byte heard after something was sent: ask. */
  readonly roundMs: number;
  /** Silent rounds after which another way is looked for. */
  readonly doubtRounds: number;
  /** Silent rounds after which the link is dead. */
  readonly roundsMax: number;
}

/** Asked after 1 to 2 s, doubted a second later, dead after 10 to 11 s. */
export const lanSilence: SilenceLimits = { roundMs: 1_000, doubtRounds: 2, roundsMax: 10 };

/** A question costs air, so it waits; dead after 7.2 to 9.6 s. */
export const mediumSilence: SilenceLimits = { roundMs: 2_400, doubtRounds: 2, roundsMax: 3 };

export const silenceLimits = {
  /** The kernel asks an idle TCP peer after this and then ten times a second apart: 13 s. */
  kernelKeepAliveMs: 3_000,
  /** A link that may be dead has this long to prove itself: two packets may be lost in a row. */
  proveMs: 1_500,
} as const;

/** Between two links to one neighbour, a cheaper and a dearer one. */
export const handoverLimits = {
  /** The cheaper one must carry frames and answer after so long; then the dearer is closed. */
  settleMs: 3_000,
  /** A cheaper link that died is left alone so long while a dearer one stands; doubles. */
  holdMsMin: 3_000,
  holdMsMax: 60_000,
} as const;

/** Connections over a medium. What its places are worth the medium itself knows better. */
export const mediumLimits = {
  /**
   * Its addresses change at will, so one bound is for all: what three adapters hold, and three. The
   * medium bounds each of its adapters; whoever is refused here only takes us for a stranger.
   */
  inboundMax: 24,
  /** Unfinished handshakes, three for each of those; each is about 2 kB and a second of air. */
  handshakesMax: 9,
  /** Noise, from the first byte: a few round trips of up to a second, beside other links. */
  handshakeMsMax: 20_000,
  /** From there to the link: two round trips, and the proof that an earlier link is dead. */
  streamWaitMs: 8_000,
} as const;

export const connectionLimits = {
  /** Neighbours; at it further connections are refused. Each costs about 60 kB. */
  linksMax: 64,
  /** Open inbound connections of all addresses, handshakes included. */
  inboundMax: 96,
  /** Of one address: a few nodes behind one NAT, yet no one address can take all places. */
  inboundPerAddressMax: 16,
  /** Unfinished handshakes of one address. */
  handshakesPerAddressMax: 8,
  handshakeMsMax: 10_000,
  /** Over one medium: a second connection is a race or a reconnect; a third is neither. */
  perPeerMax: 3,
  /** How long a connection may be without its link. */
  streamWaitMs: 10_000,
  /** How long closing may take to send what was queued. */
  closeGraceMs: 1_000,
} as const;

/**
 * Strangers: whoever connects and is no node of the site, however valid its libp2p identity. What
 * they may cost is a handshake now and then. We dial neighbours that we hear of ourselves, so an
 * honest one behind the same address as a stranger is linked all the same.
 */
export const strangerLimits = {
  /** Connections of one address: a NAT full of nodes at once, then one a second. */
  attemptsBurst: 32,
  attemptsPerSecond: 1,
  /** Links that ended because the other end was no good neighbour, within the window: then wait. */
  refusalsMax: 5,
  refusalWindowMs: 60_000,
  /** So long connections of that address are refused before their handshake. */
  waitMs: 30_000,
  /** Addresses remembered; at it the one unused for longest is forgotten. */
  addressesMax: 1_024,
} as const;

/** Reasons of a link's end, as core and this transport name them, that count against an address. */
export const strangerReasons: ReadonlySet<string> = new Set([
  ...['certificate-refused', 'hello-timeout', 'malformed', 'misbehaving', 'peer-lies'],
  ...['revoked', 'cloned', 'framing', 'frame-size'],
]);

export const dialLimits = {
  /** Peers heard of and not linked; at it the one unseen for longest goes. */
  targetsMax: 512,
  addressesPerTargetMax: 8,
  /** Longer is no address of ours. */
  addressCharsMax: 256,
  parallelMax: 8,
  /** All addresses of one peer together, handshake included. */
  dialMsMax: 10_000,
  /** Head start of the better address before the next one is tried beside it. */
  staggerMs: 250,
  /** The node with the higher key leaves the dialling to the other for this long. */
  graceMs: 1_500,
  backoffMsMin: 500,
  backoffMsMax: 60_000,
  /**
   * A link that lived this long was wanted at both ends: whoever sends a neighbour away does so in
   * less, and back-off starts anew. One that comes and goes costs two handshakes in this time.
   */
  welcomeMs: 5_000,
  /** A link that lived this long was a good one; for those that come and go see HoldDown. */
  stableMs: 30_000,
  /** A fresh sighting resets the back-off at most this often, so spoofed ones cost little. */
  sightingResetMs: 10_000,
  /** Not sighted for this long: the peer, or this one of its addresses, is forgotten. */
  forgetMs: 10 * 60_000,
} as const;
