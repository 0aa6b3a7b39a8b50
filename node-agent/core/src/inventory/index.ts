/** What a node has seen and holds, what goes first, and what it remembers of the dead. */
export { RetentionClass, retentionClassOf } from './class.ts';
export { ExpiredIds, expiredPrefix } from './expired-ids.ts';
export { Inventory } from './inventory.ts';
export { lowestFirst, type Newcomer, type Room, roomFor } from './retention.ts';
