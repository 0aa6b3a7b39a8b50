/** A connection of which we learn when it ends, whoever reads its packets. No step. */
import type { BleConnection } from '../ble.ts';

/** The same connection; `onEnd` is called once, after it has begun to be read. */
export function watched(connection: BleConnection, onEnd: () => void): BleConnection {
  const { gatt, peer, initiator } = connection;
  return {
    ...{ peer, initiator },
    rssiDbm: () => connection.rssiDbm(),
    close: () => connection.close(),
    gatt: {
      kind: gatt.kind,
      get maxPacketBytes() {
        return gatt.maxPacketBytes;
      },
      send: (packet) => gatt.send(packet),
      close: () => gatt.close(),
      start(handlers) {
        gatt.start({
          onPacket: (packet) => handlers.onPacket(packet),
          onDrain: () => handlers.onDrain(),
          onClose(reason) {
            onEnd();
            handlers.onClose(reason);
          },
        });
      },
    },
  };
}
