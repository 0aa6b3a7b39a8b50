/**
 * The bounds of the sessions and retained messages that the broker keeps (step 6), each with its
 * reason and what happens at it. Whoever opens the persistence may set them lower.
 */
const kib = 1024;
const mib = 1024 * kib;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

export const persistenceLimits = {
  /** Retained messages in all, 0.5 kB of memory each; at it a new topic is refused. */
  retainedMax: 10_000,
  /** Of one client: one sensor's mistake must not take the place of all. A new topic is refused. */
  retainedPerClientMax: 256,
  /** Topics and payloads of all retained messages; at it what would grow is refused. */
  retainedBytesMax: 16 * mib,
  /** Waiting for one client, which is one a minute for 16 hours; the oldest goes, counted. */
  queuedPerSessionMax: 1_000,
  /** Their bytes, the charge below included; the oldest goes, counted. */
  queuedBytesPerSessionMax: 2 * mib,
  /** Of all clients together; at it the session with most bytes loses its oldest, counted. */
  queuedBytesMax: 64 * mib,
  /** What a queued packet costs beside topic and payload; so 13 MB of memory hold all of them. */
  queuedChargeBytes: 512,
  /** Sessions kept; at it the one away for longest goes; when none is away a new one is refused. */
  sessionsMax: 1_000,
  /**
   * An abandoned session goes after so much running time of this node: no wall clock is trusted.
   */
  sessionAwayMsMax: 7 * dayMs,
  /** Topic filters of one session; at it a further one is refused. */
  subscriptionsPerSessionMax: 256,
  /** QoS 2 publishes of one client that wait for PUBREL: as the broker allows; then refused. */
  incomingPerClientMax: 1_000,
  /** Of all clients, 100 bytes each; at it the oldest is forgotten, and its repeat taken as new. */
  incomingMax: 100_000,
  /** Topics and payloads of those that are not in any queue yet; at it the oldest is forgotten. */
  incomingBytesMax: 8 * mib,
  /** Clients with a will that is not published yet; at it a CONNECT with a will is refused. */
  willsMax: 2_000,
  /** A larger will is refused with its CONNECT. */
  willBytesMax: 32 * kib,
  /** Levels of a topic: as the broker allows; the index of topics is as deep. More is refused. */
  topicLevelsMax: 100,
  /** The file, twice what may be in it; at it refused as on a full disk. */
  fileBytesMax: 192 * mib,
  /** How often away sessions are looked for; a power cut forgets at most so much running time. */
  sweepMs: 10 * minuteMs,
  /** Retained messages of QoS 0 are written so long after: once for all that changed a topic. */
  lazyWriteMs: 30_000,
  /** After the disk was found full nothing is tried for so long: each try costs a reload. */
  fullDiskPauseMs: 1_000,
} as const;

export type PersistenceLimits = { readonly [K in keyof typeof persistenceLimits]: number };

/** At so many pages (2 MB) the log goes into the database, which blocks for that long. */
export const walPagesMax = 1_000;

/** SQLite's own page cache; the kernel caches the file anyway, and memory is tight. */
export const pageCacheKib = 512;

/** Checked wholly at the start up to this size: a second on a slow card. */
export const checkedBytesMax = 16 * mib;
