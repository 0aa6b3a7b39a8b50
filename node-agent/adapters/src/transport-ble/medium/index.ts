/** Bluetooth LE as a medium of the transport. */
export { type BleMedium, type BleMediumOptions, createBleMedium } from './ble-medium.ts';
export { type ClaimSeat, type ClaimSeatOptions, createClaimSeat } from './claim-seat.ts';
export type { MeshView } from './island.ts';
export type { BleLinkStatus, BleStatus } from './status.ts';
