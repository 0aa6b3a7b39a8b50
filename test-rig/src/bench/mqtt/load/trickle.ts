/** A trickle, 200 messages a second to ten subscribers: what a lone message waits and costs. */
import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt-packet';
import { cpuMsOf } from '../../footprint/process-cost.ts';
import type { RunningBroker } from '../brokers.ts';
import { LoadConnection } from './connection.ts';
import { payloadBytes } from './flow.ts';

export interface TrickleCost {
  /** From the write of a message to its arrival at one subscriber. */
  readonly p50Us: number;
  readonly p99Us: number;
  /** CPU of the broker for each delivery. */
  readonly brokerUs: number;
}

const topic = 'bench/trickle';
const subscribers = 10;
const betweenMs = 5;

export async function measureTrickle(
  broker: RunningBroker,
  measuredMs: number,
): Promise<TrickleCost> {
  const latenciesUs: number[] = [];
  const onPayload = (bytes: Buffer, at: number): void => {
    latenciesUs.push((performance.now() - bytes.readDoubleBE(at)) * 1_000);
  };
  const open: LoadConnection[] = [];
  for (let i = 0; i < subscribers; i++) {
    const connection = await LoadConnection.open(broker, `sub-${i}`, { onPayload });
    open.push(connection);
    await connection.subscribe(topic, 0);
  }
  const publisher = await LoadConnection.open(broker, 'pub');
  open.push(publisher);
  const payload = Buffer.alloc(payloadBytes);
  const timer = setInterval(() => {
    payload.writeDoubleBE(performance.now());
    const fixed = { cmd: 'publish', dup: false, retain: false } as const;
    publisher.write(mqtt.generate({ ...fixed, topic, payload, qos: 0 }));
  }, betweenMs);
  try {
    await delay(measuredMs / 10);
    latenciesUs.length = 0;
    const before = cpuMsOf(broker.pid);
    await delay(measuredMs);
    const brokerMs = cpuMsOf(broker.pid) - before;
    const sorted = latenciesUs.toSorted((a, b) => a - b);
    if (sorted.length === 0) throw new Error(`${broker.name} delivers nothing in a trickle`);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)]!;
    return { p50Us: at(0.5), p99Us: at(0.99), brokerUs: (brokerMs * 1_000) / sorted.length };
  } finally {
    clearInterval(timer);
    for (const connection of open) connection.close();
  }
}
