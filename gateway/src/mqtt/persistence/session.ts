/** What is kept for one client that asked for it (step 6): MQTT 3.1.1, section 3.1.2.4. */
import type { QoS } from './packet.ts';

/** As subscribed; `rh`, `rap`, `nl` and the identifier are of MQTT 5 and undefined before it. */
export interface Subscription {
  readonly topic: string;
  readonly qos: QoS;
  readonly rh?: number | undefined;
  readonly rap?: boolean | undefined;
  readonly nl?: boolean | undefined;
  readonly subscriptionIdentifier?: number | undefined;
}

/** A publish of QoS 1 or 2 that the client has not confirmed. */
export interface QueuedPacket {
  readonly no: number;
  readonly message: number;
  /** Topic, payload and a charge for the rest. */
  readonly bytes: number;
  qos: QoS;
  /** Given when it is sent. */
  messageId: number | undefined;
  /** QoS 2: the client has it, PUBREL was sent; the content is no longer needed. */
  released: boolean;
  /** By which the running broker knows it; another after a restart. */
  brokerId: string;
  brokerCounter: number;
  /** It is on the disk, and the broker sends it on to whoever is connected. */
  announced: boolean;
  /** The connection that it was last sent on, see connections.ts. */
  sentOn: number | undefined;
  gone: boolean;
}

export interface Session {
  readonly no: number;
  readonly client: string;
  /** The node's running time when the client was last seen connected, milliseconds. */
  seenMs: number;
  /** What of it is on the disk. */
  writtenSeenMs: number;
  readonly subscriptions: Map<string, Subscription>;
  /** Oldest first. */
  readonly queue: QueuedPacket[];
  queuedBytes: number;
  /** Message ids of QoS 2 publishes that are in the queues of all subscribers. */
  readonly incoming: Set<number>;
}
