/**
 * The part of an aedes persistence (aedes-persistence 11) that the broker itself uses; aedes uses
 * the rest.
 */
import type { PublishPacket, Subscription } from 'aedes';

export interface AedesPersistence {
  /** Adds to what a session is subscribed to. */
  addSubscriptions(
    client: { readonly id: string },
    subs: readonly Subscription[],
  ): Promise<unknown>;
  /** Rejects when this QoS 2 message was not stored, or was released. */
  incomingGetPacket(client: object, packet: PublishPacket): Promise<unknown>;
  incomingStorePacket(client: object, packet: PublishPacket): Promise<unknown>;
  destroy(): Promise<unknown>;
}
