/**
 * What carries packets between two devices: GATT writes and notifications, or an L2CAP channel. A
 * packet arrives whole, unchanged and at most once, perhaps after later ones; or the carrier dies,
 * and with it any of the packets that were under way. Below step 4 of a message's way.
 */
export interface PacketHandlers {
  onPacket(packet: Uint8Array): void;
  /** Called after `send` answered false, once there is room again. */
  onDrain(): void;
  /** Called exactly once, for every cause; nothing is called after it. */
  onClose(reason: string): void;
}

export interface PacketCarrier {
  readonly kind: 'gatt' | 'l2cap';
  /** Longer ones are not sent; 495 by GATT (reference: longer values were lost silently). */
  readonly maxPacketBytes: number;
  /** Set once; packets that came earlier are kept for it, up to a bound. */
  start(handlers: PacketHandlers): void;
  /** Takes one packet of 1 to maxPacketBytes; false: taken, but send no more until onDrain. */
  send(packet: Uint8Array): boolean;
  close(): void;
}
