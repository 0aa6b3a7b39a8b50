/**
 * Bounds of what passes between MQTT and channels (steps 1 and 6), each with its reason and what
 * happens there. What the broker itself bounds (packets, topics, queues) is not repeated here.
 */
import type { BucketRate } from '@muster/core';

export const channelLimits = {
  /**
   * One MQTT client: half of what the node itself may write, so that no client uses it up alone.
   * Above it publishes wait for their acknowledgement.
   */
  clientRate: { perMinute: 60, burst: 120 } as BucketRate,
  /** Publishes of one client that wait for a place; a further one is refused. */
  waitingPerClientMax: 64,
  /** Clients with a rate that is not full again; as many as there can be credentials. */
  clientsMax: 1_000,
  /** A publish that finds no place for so long is not acknowledged: its client tries again. */
  waitMsMax: 10_000,
  /** How soon a publish that was turned away is tried again; a quota frees one place in 500 ms. */
  tryAgainMs: 250,
  /** Repeats of one publish that wait for its answer; a further one is refused. */
  repeatsMax: 16,
  /**
   * Messages of this gateway whose repeats are known; at it the oldest goes. At the node's quota
   * that is half an hour, far longer than clients go on trying.
   */
  refsMax: 4_096,
  /** Rows read back at the start to know those messages again; some 100 ms of work. */
  refRowsMax: 8_192,
  /** A client's own id of a message, UTF-8 bytes. */
  idBytesMax: 64,
  /** Bundles handed to the broker at once; more than a sync of the disk is worth. */
  feedPageMax: 64,
  /** When the broker could not keep a message (a full disk), it is tried again after this. */
  feedAgainMs: 1_000,
} as const;

export const topicLimits = {
  /** Letters of a site in topics: with the longest names a topic stays within 256 bytes. */
  siteLabelMax: 32,
} as const;
