/**
 * What aedes asks before it publishes, subscribes or delivers: the grants of the credential behind
 * a session, then the hook. Deny by default; a session whose credential is gone has no grants.
 */
import type { AedesPublishPacket, Client, PublishPacket, Subscription } from 'aedes';
import type { ClientBook, Member } from '../clients/client-book.ts';
import { memberNameOf } from '../gate/admission.ts';
import type { BrokerHooks, ClientPublish } from '../hooks.ts';
import type { MqttLimits } from '../limits.ts';
import type { AnsweringBroker } from './answering-broker.ts';

type Done = (error?: Error | null) => void;

export interface AclOptions {
  readonly clients: ClientBook;
  readonly hooks: BrokerHooks;
  readonly limits: MqttLimits;
}

export class Acl {
  readonly #options: AclOptions;
  /** The filters that each client holds. */
  readonly #held = new WeakMap<object, Set<string>>();
  published = 0;

  constructor(options: AclOptions) {
    this.#options = options;
  }

  member(sessionId: string): Member | undefined {
    return this.#options.clients.member(memberNameOf(sessionId));
  }

  maySubscribe(sessionId: string, filter: string): boolean {
    return this.member(sessionId)?.grants.maySubscribe(filter) === true;
  }

  mayForward(client: Client, packet: AedesPublishPacket): boolean {
    return this.member(client.id)?.grants.mayRead(packet.topic) === true;
  }

  /** False gives SUBACK 0x80. */
  subscribe(client: Client, { topic }: Subscription): boolean {
    const held = this.#held.get(client) ?? new Set();
    const isFull = held.size >= this.#options.limits.subscriptionsPerClientMax;
    if ((isFull && !held.has(topic)) || !this.maySubscribe(client.id, topic)) return false;
    this.#held.set(client, held.add(topic));
    return true;
  }

  unsubscribe(client: Client, filters: readonly string[]): void {
    for (const filter of filters) this.#held.get(client)?.delete(filter);
  }

  /**
   * `client` is null for the will of a client that was connected when the broker went down. An
   * error closes the connection: MQTT 3.1.1 has no other way to say no.
   */
  publish(broker: AnsweringBroker, asked: Asked, done: Done): void {
    const { client, packet } = asked;
    const sessionId = client?.id ?? String((packet as { readonly clientId?: string }).clientId);
    const member = this.member(sessionId);
    if (!member?.grants.mayWrite(packet.topic)) {
      refuse(broker, { asked, error: new NotGranted(), done });
      return;
    }
    this.#ask(broker, { asked, member, sessionId, done });
  }

  #ask(broker: AnsweringBroker, question: Question): void {
    const { asked, member, sessionId, done } = question;
    const { client, packet } = asked;
    this.published += 1;
    const publish: ClientPublish = {
      client: member,
      clientId: sessionId.slice(member.name.length + 1),
      topic: packet.topic,
      payload: packet.payload as Buffer,
      qos: packet.qos,
      retain: packet.retain,
      dup: packet.dup,
      messageId: packet.messageId,
    };
    this.#options.hooks.onPublish(publish, (verdict) => {
      if (typeof verdict === 'object') {
        refuse(broker, { asked, error: new RefusedPublish(verdict.refused), done });
      } else if (verdict === 'taken') {
        broker.settle(packet);
        done(null);
      } else if (packet.qos === 1) {
        broker.publishBeforeAnswer(packet, client, (error) => done(error ?? null));
      } else {
        done(null);
      }
    });
  }
}

interface Asked {
  readonly client: Client | null;
  readonly packet: PublishPacket;
}

interface Question {
  readonly asked: Asked;
  readonly member: Member;
  readonly sessionId: string;
  readonly done: Done;
}

/** An old will has nobody to disconnect: it is dropped, or it would bar those behind it. */
function refuse(broker: AnsweringBroker, refusal: Refusal): void {
  const { asked, error, done } = refusal;
  if (!asked.client) broker.settle(asked.packet);
  done(asked.client ? error : null);
}

interface Refusal {
  readonly asked: Asked;
  readonly error: Error;
  readonly done: Done;
}

/** To a topic that its client may not write to. */
export class NotGranted extends Error {}

/** By the hook. */
export class RefusedPublish extends Error {}
