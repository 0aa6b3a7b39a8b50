/** Bounds of what is heard on the radio, from anybody in reach: each with its reason. */
export const radioLimits = {
  /**
   * Tags whose verdict is remembered, right ones and foreign ones. A box says the same tag for
   * minutes, so a hall full of boxes fits; at it the one unheard for longest is judged again.
   */
  tagsRememberedMax: 1_024,
  /**
   * New tags that are judged: 2 microseconds each as measured, so a flood costs less than 0.1 % of
   * a core. Beyond it a tag is passed over; a box of ours repeats its own until it gets through.
   */
  newTagsPerMinute: 12_000,
  newTagsBurst: 400,
  /** Boxes and carriers in the book of who is near; at it the one unheard for longest goes. */
  nearbyMax: 256,
  /** Blank boxes have a part of their own in it: anybody can invent their tags. */
  blanksNearbyMax: 64,
  /** Not heard for so long: forgotten. Until then "seen 40 minutes ago" can be said. */
  forgetMs: 60 * 60_000,
} as const;

/**
 * When something counts as near. Strengths of BLE at 0 dBm: about -59 at a metre in the open, 6 dB
 * less at each doubling of the distance, and up to 20 less through a body or a wall.
 */
export const nearbyLevels = {
  /** Some 2 to 4 m in the open. */
  nearFromDbm: -68,
  /** Lower than the way in, by the noise that is left after smoothing: it does not flicker. */
  nearUntilDbm: -76,
  /** Ten sparse scans, one each quarter of a minute, must all have missed it. */
  goneAfterMs: 150_000,
} as const;

/**
 * The filter of strengths (smoothed-strength.ts). Single reports at one place differ by 4 to 8 dB
 * (three channels, several ways); walking by changes the mean by 2 dB a second for some seconds.
 */
export const strengthFilter = {
  /** Variance of one report, dB². */
  reportVariance: 36,
  /** What the true strength may wander in a second, dB². */
  driftVariancePerS: 1,
  /** A single report counts as at most this far off: fades go 20 dB and more below the mean. */
  surpriseDbMax: 15,
  /** What a receiver can measure; 127 is "not measured" (Bluetooth Core 5.4, 4 E, 7.7.65.2). */
  dbmMin: -127,
  dbmMax: 20,
} as const;
