/**
 * What the broker asks before it acknowledges a PUBLISH: the channel bridge answers. Step 6 of a
 * message's way. An answer may come late; none may be left out, for the client waits for it.
 */

/** Who published: a named credential of the client book. */
export interface MqttClient {
  readonly name: string;
}

/** A PUBLISH (MQTT 3.1.1, 3.3), or a will, that its client may write. */
export interface ClientPublish {
  readonly client: MqttClient;
  /** The id as the client gave it, or the one that it was given. */
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Says that it was sent before; a repeat after a new connection need not be marked. */
  readonly dup: boolean;
  /** 1 to 65535; absent at QoS 0 and for a will. */
  readonly messageId: number | undefined;
}

/**
 * `forward`: deliver it to subscribers as it is; `taken`: it is safe, acknowledge it and forward
 * nothing; `refused`: MQTT 3.1.1 has no negative answer, so its client is disconnected.
 */
export type PublishVerdict = 'forward' | 'taken' | { readonly refused: string };

export interface BrokerHooks {
  /** Once for each PUBLISH, before PUBACK or PUBREC. Not again for a QoS 2 repeat. */
  onPublish(publish: ClientPublish, done: (verdict: PublishVerdict) => void): void;
}
