/**
 * What is published for a session while it is still given its queue: it comes after the queue, for
 * messages of one topic keep their order (MQTT 3.1.1, 4.6), and not again when the queue had it.
 */
import type { Delivery } from './aedes-client.ts';

/** For the objects around a message, so that empty ones are bounded too. */
const chargeBytes = 256;

export class HeldDeliveries {
  /** By broker counter, in the order in which they came. */
  readonly #deliveries = new Map<number, Delivery>();
  bytes = 0;

  add(delivery: Delivery): void {
    this.#deliveries.set(delivery.brokerCounter, delivery);
    this.bytes += delivery.payload.length + delivery.topic.length + chargeBytes;
  }

  /** The queue has just given it. */
  sent(brokerCounter: number): void {
    this.#deliveries.delete(brokerCounter);
  }

  all(): Iterable<Delivery> {
    return this.#deliveries.values();
  }
}
