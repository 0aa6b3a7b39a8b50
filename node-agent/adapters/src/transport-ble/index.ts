/**
 * `@muster/adapters/transport-ble`: links by Bluetooth LE between boxes without a common network,
 * and who is near. Step 4 of a message's way.
 */
export * from './ble.ts';
export * from './medium/index.ts';
export type { PacketCarrier, PacketHandlers } from './packet-carrier.ts';
export type { BleStream } from './stream/index.ts';
export { bleUuids } from './uuids.ts';
