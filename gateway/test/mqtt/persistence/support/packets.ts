/** Packets and clients as aedes hands them over, and what a stream gave. */
import type { Readable } from 'node:stream';
import type { BrokerPacket, Publish, QoS } from '../../../../src/mqtt/persistence/packet.ts';

let counter = 0;

export function publish(topic: string, of: Partial<Publish> = {}): Publish {
  const payload = of.payload ?? Buffer.from(`about ${topic}`);
  const numbers = { brokerId: 'first', brokerCounter: ++counter };
  return { cmd: 'publish', topic, qos: 1, retain: false, ...numbers, ...of, payload };
}

export function subscription(topic: string, qos: QoS = 1) {
  return { topic, qos };
}

export async function listOf<T = BrokerPacket>(stream: Readable): Promise<T[]> {
  return (await stream.toArray()) as T[];
}

export function texts(packets: readonly BrokerPacket[]): string[] {
  return packets.map(({ payload }) => String(payload));
}
