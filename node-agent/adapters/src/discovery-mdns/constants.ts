/**
 * Intervals and bounds of mDNS discovery with their reasons. Everything here faces strangers on the
 * LAN; what is over a bound is dropped and counted.
 */

export const mdnsPort = 5353;

/** The name under which libp2p peers announce themselves (libp2p specs, discovery/mdns). */
export const serviceNameDefault = '_p2p._udp.local';

/** The name under which nodes that wait to be claimed, and those that can claim them, announce. */
export const claimServiceName = '_muster-claim._tcp.local';

export const timing = {
  /** Queries after an interface appears: quick ones, so that a lost packet costs no ten seconds. */
  queryDelaysMs: [0, 100, 300, 900, 3_000, 10_000, 30_000],
  /** Later ones; left out when somebody else has asked meanwhile: all hear the answers. */
  queryIntervalMs: 60_000,
  /** Each delay is stretched by up to this share, so that boxes switched on together spread. */
  jitterShare: 0.25,
  /** Unasked announcements after an interface appears (RFC 6762 § 8.3 asks for two, 1 s apart). */
  announceDelaysMs: [0, 1_000],
  /** Interfaces come and go; the system is asked this often while alone or after a change. */
  interfacePollMs: 1_000,
  /** And this often once all is settled: each look wakes the processor. */
  settledPollMs: 5_000,
  settledAfterMs: 60_000,
  /** An interface whose socket failed is tried again after this. */
  retryMs: 10_000,
  /** How long others may remember us. */
  ttlS: 120,
  /** A peer unheard for this long is no longer counted as known: its time to live, and a bit. */
  unheardMs: 150_000,
  /** A peer heard of this long ago is asked again (RFC 6762 § 7.1: half the time to live). */
  knownAnswerMs: 60_000,
  /** Answers wait 2 ms for every known peer up to this, so that a full room does not collide. */
  answerSpreadMsMax: 100,
} as const;

export const mdnsLimits = {
  /** A box has a handful; container hosts have many. Further ones are not served. */
  interfacesMax: 16,
  /** RFC 6762 § 17: no mDNS packet is larger. */
  packetBytesMax: 9_000,
  /**
   * Questions and records of a packet that are read; one with more is malformed. Ours have up to
   * 17, and a name of 127 labels takes some ten microseconds.
   */
  recordsMax: 128,
  /** Packets of our service that are decoded, a second and interface. */
  packetsPerSecondMax: 200,
  /** Answers and announcements: a few at once, then one a second (RFC 6762 § 6). */
  answersBurst: 8,
  answersPerSecond: 1,
  /** Peers remembered, over all interfaces; at it the one unheard for longest goes. */
  peersMax: 1_024,
  /** Sightings a second that are handed on; a venue's boxes all starting at once fit. */
  sightingsPerSecondMax: 50,
  sightingsBurst: 200,
  /** The same peer with the same addresses is reported again at most this often. */
  repeatMs: 5_000,
  addressesPerPeerMax: 8,
  /** Strings of a TXT record that are written and read. */
  textsMax: 16,
  /** Waiting nodes and desks remembered; at it further ones are not. A venue has a few dozen. */
  claimPeersMax: 64,
  /** What a stranger may call a box, bytes; the longest name of a node. */
  boxNameBytesMax: 64,
  /** Peers named in a query as known, so that they need not answer (RFC 6762 § 7.1): 1.3 kB. */
  knownAnswersMax: 16,
  /** One string of a TXT record (RFC 6763 § 6.1). */
  txtBytesMax: 255,
} as const;
