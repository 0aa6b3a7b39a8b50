/** Every bound of what a node tells of Bluetooth, each with its reason. */
import { reportLimits } from '@muster/core';

export const nearbyLimits = {
  /** Nodes told to a page: a list that a person reads, 8 KiB at most. The weakest are left out. */
  nodesMax: 64,
  /** Carriers told to a page; they have no names to be told apart by. */
  carriersMax: 32,
  /** Strangers counted by `muster ble scan`; at it the count stands still. */
  strangersMax: 10_000,
  /** Told in the node's report to the admins. */
  reportedMax: reportLimits.nearMax,
} as const;
