/**
 * The way of a publish of QoS 1 or 2 through the sessions' queues (step 6): stored for all that are
 * subscribed, noted as sent, confirmed. What is acknowledged rests on what was stored here before.
 */
import type { Connections } from './connections.ts';
import type { BrokerPacket, ClientRef, Publish, QoS } from './packet.ts';
import type { QueuedPacket, Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

/** Whom a publish is queued for; with the QoS of the publish when there is no other. */
export interface Receiver {
  readonly clientId: string;
  readonly qos?: QoS;
}

export class OutgoingDelivery {
  readonly #store: SessionStore;
  readonly #connections: Connections;

  constructor(store: SessionStore, connections: Connections) {
    this.#store = store;
    this.#connections = connections;
  }

  /** Also where a QoS 2 publish is noted as taken: with its queues, or not at all. */
  async enqueue(subs: readonly Receiver[], packet: Publish): Promise<void> {
    const { incoming, outgoing } = this.#store;
    const own = incoming.unpublished(packet);
    let queued: QueuedPacket[] = [];
    const change = () => {
      const session = own?.isKept ? this.#store.sessionOf(own.clientId) : undefined;
      if (own) incoming.published(session, own);
      const receivers = this.#receivers(subs, packet.qos);
      if (receivers.size > 0) queued = outgoing.push(receivers, packet, packet);
    };
    try {
      if (subs.length > 0 || own?.isKept) await this.#store.write(change);
      else change();
    } catch (error) {
      incoming.failed(own);
      throw error;
    }
    for (const one of queued) one.announced = true;
  }

  /** A publish, or its PUBREL, is about to be sent. */
  async update(client: ClientRef, packet: BrokerPacket): Promise<void> {
    const { messageId } = packet;
    const isRelease = packet.cmd === 'pubrel';
    const queued = this.#find(client, packet, isRelease);
    // It went at a bound, or the client subscribed after the publish: there is nothing to note.
    if (!queued || typeof messageId !== 'number') return;
    const connection = this.#connections.numberOf(client);
    if (!isRelease && connection !== undefined && queued.sentOn === connection) {
      // It went out from the queue meanwhile: the client is to know it for the same.
      packet.messageId = queued.messageId;
      return;
    }
    queued.sentOn = connection;
    queued.messageId = messageId;
    if (isRelease) queued.released = true;
    else if (packet.qos) queued.qos = packet.qos;
    const written = this.#store.write(() => this.#store.outgoing.update(queued));
    // At QoS 1 a repeat with another id is as good; at QoS 2 the client must know it again.
    if (isRelease || packet.qos === 2) await written;
    else written.catch(() => {});
  }

  /**
   * The client has it: gives what it was. Never fails: what cannot be removed now comes again, as
   * MQTT permits.
   */
  confirmed(client: ClientRef, { messageId }: BrokerPacket): BrokerPacket | undefined {
    const session = this.#store.sessions.get(client.id);
    // aedes also asks without an id, for what it did not send to this connection because another of
    // its filters matched too: that one is not confirmed.
    if (!session || typeof messageId !== 'number') return undefined;
    const queued = session.queue.find((one) => one.messageId === messageId);
    if (!queued) return undefined;
    const { outgoing } = this.#store;
    const cleared = outgoing.packetOf(queued);
    const removed = this.#store.write(() => {
      outgoing.remove(session, queued);
      this.#store.removeIfEmpty(session);
    });
    removed.catch(() => {});
    return cleared;
  }

  /** For a client that has just connected: not what the broker is sending to it meanwhile. */
  *waiting(client: ClientRef): Generator<BrokerPacket> {
    const { sessions, outgoing } = this.#store;
    const connection = this.#connections.numberOf(client);
    const queue = sessions.get(client.id)?.queue ?? [];
    for (const queued of queue.filter(({ announced }) => announced)) {
      if (connection !== undefined && queued.sentOn === connection) continue;
      const packet = outgoing.packetOf(queued);
      if (packet) yield packet;
    }
  }

  #find(client: ClientRef, packet: BrokerPacket, isRelease: boolean): QueuedPacket | undefined {
    const { messageId, brokerId, brokerCounter } = packet;
    const queue = this.#store.sessions.get(client.id)?.queue;
    if (isRelease) return queue?.find((one) => one.messageId === messageId);
    return queue?.find((one) => one.brokerCounter === brokerCounter && one.brokerId === brokerId);
  }

  #receivers(subs: readonly Receiver[], qos: QoS): Map<Session, QoS> {
    const receivers = new Map<Session, QoS>();
    for (const sub of subs) {
      const session = this.#store.sessionOf(sub.clientId);
      const effective = Math.min(sub.qos ?? qos, qos) as QoS;
      receivers.set(session, Math.max(effective, receivers.get(session) ?? 0) as QoS);
    }
    return receivers;
  }
}
