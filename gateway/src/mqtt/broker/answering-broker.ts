/**
 * aedes with two rules of ours. A PUBLISH is acknowledged only after its verdict, and at QoS 1 only
 * after subscribers' queues and the retained store have it (aedes acknowledges first). And nothing
 * is published under `$SYS`, so nothing can be read there.
 */
import { Aedes, type Client, type PublishPacket } from 'aedes';
import { isReserved } from '../clients/grants.ts';

type Done = (error?: Error) => void;
type Publish = (packet: PublishPacket, client: Client | null, done: Done) => void;

export class AnsweringBroker extends Aedes {
  /** Handled before aedes came to publish them. */
  readonly #settled = new WeakSet<object>();

  /** aedes' handlers call this with a client, others without. */
  override publish(packet: PublishPacket, client: Client | null | Done, done?: Done): void {
    const tell = (typeof client === 'function' ? client : done) ?? (() => {});
    if (isReserved(packet.topic) || this.#settled.delete(packet)) tell();
    else this.#forward(packet, typeof client === 'function' ? null : client, tell);
  }

  /** Nothing more is to be done for this packet than to acknowledge it. */
  settle(packet: PublishPacket): void {
    this.#settled.add(packet);
  }

  /** Publishes it now; what aedes does after the acknowledgement is then nothing. */
  publishBeforeAnswer(packet: PublishPacket, client: Client | null, done: Done): void {
    this.#forward(packet, client, (error) => {
      this.settle(packet);
      done(error);
    });
  }

  #forward(packet: PublishPacket, client: Client | null, done: Done): void {
    // aedes notes it only after the retained store, which counts for each credential.
    if (client) Object.assign(packet, { clientId: client.id });
    (super.publish as unknown as Publish).call(this, packet, client, done);
  }
}
