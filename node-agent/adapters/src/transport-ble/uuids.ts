/**
 * The UUIDs of our GATT services, drawn at random once (docs/protocol/ble.md). Both services have
 * the same two characteristics. Part of the protocol: they never change.
 */
export const bleUuids = {
  /** Advertised by members; its service data is a radio tag. */
  mesh: 'c971a656-afe1-4afe-9e22-e1f0587b61d9',
  /** Advertised by blank nodes that are ready to be claimed; its service data is a claim tag. */
  claim: 'e0f0c2d1-2c19-4824-8c4f-66f47e30d4b3',
  /** Written by the central: packets to the peripheral. */
  toPeripheral: '089d0988-4375-4746-9ab0-0a507e19a841',
  /** Notified by the peripheral: packets to the central. */
  fromPeripheral: '3c175a7f-b5b5-4692-82a2-b1492d995e71',
} as const;
