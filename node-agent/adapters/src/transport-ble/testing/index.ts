/**
 * `@muster/adapters/transport-ble/testing`: Bluetooth in memory, and what every BleHost must do.
 * Belongs to no step. Nothing that ships imports it.
 */
export { type AirShape, type CarrierShape, calmAir, calmChannel } from './air-shape.ts';
export {
  type BleHostContractOptions,
  type BleHostPair,
  bleHostContract,
} from './ble-host-contract.ts';
export type { MemoryAdapter } from './memory-adapter.ts';
export type { MemoryChannels } from './memory-channels.ts';
export { MemoryBleHost, type MemoryHostOptions } from './memory-host.ts';
export type { LinkWay, MemoryLink } from './memory-link.ts';
export {
  MemoryRadio,
  type MemoryRadioOptions,
  type RadioPlace,
  type Reach,
  type Sniffed,
} from './memory-radio.ts';
export { PacketListener, packetOf } from './packet-listener.ts';
