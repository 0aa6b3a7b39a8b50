/**
 * Takes the QoS 2 messages of clients (MQTT 3.1.1, 4.3.3; step 6): judged, noted by their id and
 * published; PUBREC is due after that. A repeat waits for the first one, also in the same write or
 * by the session's next connection. aedes would take both for new, and deliver both.
 */
import type { Client } from 'aedes';
import type { PublishPacket } from '../gate/packet.ts';
import type { AnsweringBroker } from './answering-broker.ts';
import type { AedesPersistence } from './persistence.ts';

/** With the ids that aedes frees at PUBREL. */
export type Qos2Client = Client & { readonly _inboundInflight: Set<number> };

type Run = (done: (error?: Error | null) => void) => void;

export class Qos2Intake {
  readonly #aedes: AnsweringBroker;
  readonly #inboundMax: number;
  /** By id and session; each is a packet that its client was not answered yet. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(aedes: AnsweringBroker, inboundMax: number) {
    this.#aedes = aedes;
    this.#inboundMax = inboundMax;
  }

  /** Rejects when it may not be, or could not be stored: its client is then disconnected. */
  async take(client: Qos2Client, packet: PublishPacket): Promise<void> {
    const key = `${packet.messageId} ${client.id}`;
    for (let first = this.#underWay.get(key); first; first = this.#underWay.get(key)) await first;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underWay.set(key, promise);
    try {
      await this.#takeOnce(client, packet);
    } finally {
      this.#underWay.delete(key);
      resolve();
    }
  }

  async #takeOnce(client: Qos2Client, packet: PublishPacket): Promise<void> {
    const aedes = this.#aedes;
    const { persistence } = aedes as unknown as { readonly persistence: AedesPersistence };
    const isKnown = await persistence.incomingGetPacket(client, packet).then(
      () => true,
      () => false,
    );
    if (isKnown) return;
    await finished((done) => aedes.authorizePublish(client, packet, done));
    const { _inboundInflight: ids } = client;
    const id = packet.messageId!;
    if (!ids.has(id) && ids.size >= this.#inboundMax) throw new Error('too many without PUBREL');
    ids.add(id);
    await persistence.incomingStorePacket(client, packet);
    await finished((done) => aedes.publish(packet, client, done));
  }
}

function finished(run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    run((error) => (error ? reject(error) : resolve()));
  });
}
