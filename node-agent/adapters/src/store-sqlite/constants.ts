/**
 * The bounds of the SQLite store (step 3), each with its reason. What was tried to find those that
 * were measured stands in test-rig/src/bench/disk/README.md.
 */
const kib = 1024;
const mib = 1024 * kib;

/** 'Must' in ASCII: tells our file from any other database. */
export const applicationId = 0x4d757374;

/** Measured: 4096 writes a quarter more at 20 bundles a commit, 1024 costs more CPU. */
export const pageBytes = 2048;

/** SQLite's own page cache; the kernel caches the file anyway, and memory is tight. */
export const pageCacheKib = 1024;

/** Waiting this long lets batches share one sync; nobody notices it before "held". */
export const groupWindowMsDefault = 5;

/** At so many waiting batches the group is written at once; bounds the time of one write. */
export const groupBatchesMax = 512;

/** A checkpoint blocks: 1,000 pages are 2 MB, and longer logs hardly save writes (measured). */
export const walPagesMax = 1_000;

/** The log file keeps this size, so that its blocks are reused; a larger one is cut back. */
export const walKeptBytes = 4 * mib;

/** Entries in one segment; their 8 KB are rewritten when one of them changes. */
export const segmentEntriesMax = 64;

/** Content in one segment: read and rewritten as one, and 31 bundles of 300 bytes payload. */
export const segmentContentBytesMax = 16 * kib;

/** Segments read last, kept at hand for reading their other bundles: 25 KB each. */
export const segmentsCachedMax = 8;

/** Author, issuer and ticket ids known by their number; at it the cache starts anew. */
export const writersCachedMax = 4_096;

/** Kept free on the disk so that evicting works when it is full: one log and its checkpoint. */
export const reserveBytesDefault = 4 * mib;

/** Checked wholly at the start up to this size (a second on a slow card), in samples beyond. */
export const checkedBytesMax = 16 * mib;

/** Segments of content looked at when the file is larger than that. */
export const checkedSamples = 64;

/** Damaged files kept for whoever wants to look at them; at it the oldest goes. */
export const quarantinesMax = 3;
