/** Bounds of what crosses (step 6), where the site policy says nothing else. */
export const crossingLimits = {
  /** Of one channel, uplink and direction: a lively channel, far below what a link bears. */
  bundlesPerMinute: 600,
  bytesPerMinute: 4 * 1024 * 1024,
  /** Tags for which it is remembered since when they cross: those of the policy and some more. */
  tagsMax: 256,
} as const;
