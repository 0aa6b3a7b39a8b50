/**
 * Roles that a ticket gives, in rising order. They decide limits and what readers are shown.
 * `foreign` is in no ticket: a store keeps under it what is of a pinned site.
 */
export const Role = { guest: 0, user: 1, staff: 2, node: 3, admin: 4, foreign: 5 } as const;
export type Role = (typeof Role)[keyof typeof Role];
