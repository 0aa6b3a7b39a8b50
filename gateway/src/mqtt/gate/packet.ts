/**
 * Reads a whole packet after CONNECT, strictly (MQTT 3.1.1, chapter 3), into the form that aedes
 * handles. Topics and filters are held to their caps here, so aedes never sees another. Never
 * trusts a length, and gives a typed fault instead of throwing.
 */
import { isTopic, isTopicFilter } from '../clients/topic-filter.ts';
import type { MqttLimits } from '../limits.ts';
import type { GateFault } from './fault.ts';
import { FieldReader } from './field-reader.ts';
import type { Frame } from './inbox.ts';

export interface PublishPacket {
  readonly cmd: 'publish';
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly dup: boolean;
  readonly messageId?: number;
}

export type ClientPacket =
  | PublishPacket
  | { readonly cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'; readonly messageId: number }
  | {
      readonly cmd: 'subscribe';
      readonly messageId: number;
      readonly subscriptions: { topic: string; qos: 0 | 1 | 2 }[];
    }
  | {
      readonly cmd: 'unsubscribe';
      readonly messageId: number;
      readonly unsubscriptions: string[];
    }
  | { readonly cmd: 'pingreq' | 'disconnect' };

const confirmations = { 4: 'puback', 5: 'pubrec', 6: 'pubrel', 7: 'pubcomp' } as const;

export function readPacket(frame: Frame, limits: MqttLimits): ClientPacket | GateFault {
  const reader = new FieldReader(frame.bytes, frame.start, frame.end);
  switch (frame.type) {
    case 3:
      return readPublish(reader, frame.flags);
    case 4:
    case 5:
    case 6:
    case 7:
      return readConfirmation(reader, confirmations[frame.type]);
    case 8:
      return readSubscribe(reader, limits.filtersPerPacketMax);
    case 10:
      return readUnsubscribe(reader, limits.filtersPerPacketMax);
    case 12:
      return reader.left === 0 ? { cmd: 'pingreq' } : 'malformed';
    case 14:
      return reader.left === 0 ? { cmd: 'disconnect' } : 'malformed';
    default:
      // A second CONNECT, and what only a server sends.
      return 'type';
  }
}

function readPublish(reader: FieldReader, flags: number): PublishPacket | GateFault {
  const qos = (flags >> 1) & 3;
  const dup = (flags & 8) !== 0;
  const retain = (flags & 1) !== 0;
  if (qos === 3 || (qos === 0 && dup)) return 'flags';
  const topic = reader.text();
  if (topic === undefined) return 'text';
  if (!isTopic(topic)) return 'topic';
  if (qos === 0) {
    // A retained payload outlives the chunk it came in, so it must not hold on to it.
    const payload = retain ? copyOf(reader.take()) : reader.take();
    return { cmd: 'publish', topic, payload, qos, retain, dup };
  }
  const messageId = reader.uint16();
  if (!messageId) return 'malformed';
  const payload = copyOf(reader.take());
  return { cmd: 'publish', topic, payload, qos: qos === 1 ? 1 : 2, retain, dup, messageId };
}

function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function readConfirmation(
  reader: FieldReader,
  cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
): ClientPacket | GateFault {
  const messageId = reader.uint16();
  return messageId && reader.left === 0 ? { cmd, messageId } : 'malformed';
}

function readSubscribe(reader: FieldReader, filtersMax: number): ClientPacket | GateFault {
  const messageId = reader.uint16();
  if (!messageId || reader.left === 0) return 'malformed';
  const subscriptions: { topic: string; qos: 0 | 1 | 2 }[] = [];
  while (reader.left > 0) {
    if (subscriptions.length === filtersMax) return 'too-many-filters';
    const topic = reader.text();
    if (topic === undefined) return 'text';
    if (!isTopicFilter(topic)) return 'topic';
    const qos = reader.uint8();
    if (qos !== 0 && qos !== 1 && qos !== 2) return 'malformed';
    subscriptions.push({ topic, qos });
  }
  return { cmd: 'subscribe', messageId, subscriptions };
}

function readUnsubscribe(reader: FieldReader, filtersMax: number): ClientPacket | GateFault {
  const messageId = reader.uint16();
  if (!messageId || reader.left === 0) return 'malformed';
  const unsubscriptions: string[] = [];
  while (reader.left > 0) {
    if (unsubscriptions.length === filtersMax) return 'too-many-filters';
    const topic = reader.text();
    if (topic === undefined) return 'text';
    if (!isTopicFilter(topic)) return 'topic';
    unsubscriptions.push(topic);
  }
  return { cmd: 'unsubscribe', messageId, unsubscriptions };
}
