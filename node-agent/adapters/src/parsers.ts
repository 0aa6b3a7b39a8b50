/**
 * `@muster/adapters/parsers`: what takes strangers' texts apart, for the rig that feeds it hostile
 * ones. No step. Nothing that ships imports it.
 */
export {
  type BleAdapter,
  type BleConnection,
  BleError,
  type BleReport,
} from './transport-ble/ble.ts';
export { ClaimCaller } from './transport-ble/claim/caller.ts';
export { listenForClaims } from './transport-ble/claim/listener.ts';
export { encodeClaimAnswer, encodeClaimRequest } from './transport-ble/claim/messages.ts';
export { openBus } from './transport-ble/dbus/connect.ts';
export {
  type DBusMessage,
  MessageKind,
  type ReceivedMessage,
  readHead,
  writeMessage,
} from './transport-ble/dbus/message.ts';
export { MessageReader } from './transport-ble/dbus/message-reader.ts';
export { ValueWriter } from './transport-ble/dbus/value-writer.ts';
export { L2capSession } from './transport-ble/l2cap/session.ts';
export { peerOf } from './transport-ble/medium/address.ts';
export { Candidates } from './transport-ble/medium/candidates.ts';
export { chooseLink } from './transport-ble/medium/link-plan.ts';
export { Sightings } from './transport-ble/medium/sightings.ts';
export {
  acceptBleStream,
  type BleStream,
  ChannelDoor,
  openBleStream,
} from './transport-ble/stream/index.ts';
export { fromWireOffset } from './transport-ble/stream/offsets.ts';
export {
  dataHeadBytes,
  decodePacket,
  encodePacket,
  type StreamPacket,
  writeDataHead,
} from './transport-ble/stream/packets.ts';
export { bleUuids } from './transport-ble/uuids.ts';
export { isHostNumber, parseAddress } from './transport-libp2p/addresses.ts';
export { FrameReader, FrameWriter } from './transport-libp2p/framing.ts';
