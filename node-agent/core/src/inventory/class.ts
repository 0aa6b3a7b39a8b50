/**
 * Retention classes: what goes first when space runs out. Guests' and other sites' bundles first,
 * then users', then those of staff and nodes (the system's), and what is urgent last of all. What
 * is urgent at another site goes first too: no role there may displace what is our own.
 */
import { Lane } from '../bundle/bundle.ts';
import { Role } from '../identity/role.ts';

export const RetentionClass = { guest: 0, user: 1, system: 2, urgent: 3 } as const;
export type RetentionClass = (typeof RetentionClass)[keyof typeof RetentionClass];

export function retentionClassOf(what: { readonly lane: Lane; readonly role: Role }) {
  if (what.role === Role.foreign) return RetentionClass.guest;
  if (what.lane === Lane.urgent) return RetentionClass.urgent;
  if (what.role === Role.guest) return RetentionClass.guest;
  return what.role === Role.user ? RetentionClass.user : RetentionClass.system;
}
