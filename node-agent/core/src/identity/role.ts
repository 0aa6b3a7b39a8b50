/** Roles that a ticket gives. They decide limits and what readers are shown. */
export const Role = { guest: 0, user: 1, staff: 2, node: 3, admin: 4 } as const;
export type Role = (typeof Role)[keyof typeof Role];
