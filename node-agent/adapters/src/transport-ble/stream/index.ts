/**
 * A byte stream over the packets of Bluetooth LE: the first thing on air that is like a wire. Below
 * step 4 of a message's way.
 */
export { BleStream } from './ble-stream.ts';
export { ChannelDoor, type ChannelDoorOptions } from './channel-door.ts';
export {
  type AcceptBleStreamOptions,
  acceptBleStream,
  type OpenBleStreamOptions,
  openBleStream,
} from './open.ts';
export type { StreamPurpose } from './packets.ts';
