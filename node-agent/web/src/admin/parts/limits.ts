/** Bounds of the admin's views, each with its reason and what happens there. */
export const viewLimits = {
  /** Nodes that are drawn on the map; every pair of them is looked at. The list has them all. */
  mapNodesMax: 120,
  /** People on one list; the search finds the rest. */
  peopleShownMax: 100,
} as const;
