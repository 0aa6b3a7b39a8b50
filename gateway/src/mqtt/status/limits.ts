/** Bounds and times of the node status on MQTT (step 6), each with its reason. */
export const statusLimits = {
  /** Changes that come within this time are told together: links flap by the second. */
  settleMs: 5_000,
  /** Told anew at least so often, changed or not: who listens can tell old from current. */
  everyMsMax: 60_000,
  /** How long a status holds, seconds: two were lost and the third is late. */
  validForS: 180,
  /** Nodes remembered, this one apart; at it the one that is gone for longest goes. */
  nodesMax: 256,
  /** A node that is gone for so long is forgotten and taken out of Home Assistant. */
  goneMsMax: 24 * 3_600_000,
} as const;
