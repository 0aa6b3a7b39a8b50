/**
 * The packets that aedes hands over and takes back (step 6), as far as they are stored. A payload
 * is text only when a program published text; it comes back as what it was.
 */
import Packet from 'aedes-packet';

export type QoS = 0 | 1 | 2;

/** An aedes client, or whoever stands for one. */
export interface ClientRef {
  readonly id: string;
  /** Its session ends with the connection: nothing of it is written. */
  readonly clean?: boolean;
}

/** What a publish says; also a will. */
export interface Content {
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly qos: QoS;
  readonly retain: boolean;
}

/** A packet of aedes: PUBLISH, or PUBREL without content. */
export interface BrokerPacket extends Partial<Content> {
  readonly cmd?: string;
  messageId?: number | null | undefined;
  brokerId?: string;
  brokerCounter?: number;
  clientId?: string;
}

export type Publish = Omit<BrokerPacket, keyof Content> & Content;

/** It is a constructor; its types say a function. */
const AedesPacket = Packet as unknown as new (original: object) => Publish;

/** A packet of its own for aedes, which writes into what it is given. */
export function publishOf(content: Content, of: Partial<BrokerPacket> = {}): Publish {
  const packet = new AedesPacket({ cmd: 'publish', ...content, ...of });
  packet.messageId = of.messageId;
  return packet;
}

/** What a packet leaves out said. */
export function contentOf({ topic = '', payload, qos = 0, retain = false }: BrokerPacket): Content {
  return { topic, payload: payload ?? Buffer.alloc(0), qos, retain };
}

export function contentBytes({ topic, payload }: Pick<Content, 'topic' | 'payload'>): number {
  return Buffer.byteLength(topic) + Buffer.byteLength(payload);
}

export function isTooDeep(topic: string, levelsMax: number): boolean {
  let levels = 1;
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++;
  return levels > levelsMax;
}
