/** Every bound of the outbox (step 6) with its reason and what happens at it. */
export const outboxLimits = {
  /**
   * Bundles of one lane that are lined up, or that went before an older one did; beyond it the rest
   * waits in the store, where it is anyway. The list of them fits one value of the store.
   */
  itemsPerLaneMax: 2_048,
  /** Unanswered sends of one lane: a second of a line of 200 ms round trip carries 160. */
  sendingPerLaneMax: 32,
  /** Bundles read from the store at once, and such reads before others get their turn. */
  pageMax: 200,
  pagesPerTurnMax: 10,
  /** Letters kept of one uplink; at it the oldest goes, and is counted. */
  lettersMax: 1_000,
  /** A cursor that only passed bundles that stay is written this late, to spare the card. */
  saveSkipsMs: 30_000,
  /** Before a cursor that could not be written (disk full) is written again. */
  saveAgainMs: 5_000,
  /** How often what lies here and expired is looked for while the uplink is down. */
  sweepMs: 60_000,
  /** Ids seen at the other side before their turn; at it the oldest is forgotten. */
  seenIdsMax: 4_096,
  reasonLettersMax: 200,
} as const;
