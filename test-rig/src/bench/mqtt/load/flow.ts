/**
 * As many messages as a broker takes, with a window: so many at most are published and not yet
 * delivered to all. What it answers: deliveries a second, and CPU for each, the broker's and ours.
 */
import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt-packet';
import { cpuMsOf } from '../../footprint/process-cost.ts';
import type { RunningBroker } from '../brokers.ts';
import { LoadConnection } from './connection.ts';

export interface FlowShape {
  readonly name: string;
  readonly publishers: number;
  readonly subscribers: number;
  readonly qos: 0 | 1;
}

export interface FlowTimes {
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

export interface FlowCost {
  readonly deliveriesPerS: number;
  readonly brokerUs: number;
  /** CPU of the load generator for each delivery. */
  readonly loadUs: number;
  /** Share of the time that the load generator was busy; near 1 it was the bottleneck. */
  readonly loadBusy: number;
}

export const payloadBytes = 256;
const topic = 'bench/flow';
const windowMessages = 1_000;
/** Packets made beforehand, with as many message ids: more than can be under way at once. */
const ringPackets = 2 * windowMessages;

export async function measureFlow(
  broker: RunningBroker,
  shape: FlowShape,
  { warmUpMs, measuredMs }: FlowTimes,
): Promise<FlowCost> {
  const flow = new Flow(shape);
  await flow.open(broker);
  try {
    flow.start();
    await delay(warmUpMs);
    const before = { atMs: performance.now(), brokerMs: cpuMsOf(broker.pid), load: ownCpuMs() };
    const deliveredBefore = flow.delivered;
    await delay(measuredMs);
    const delivered = flow.delivered - deliveredBefore;
    const tookMs = performance.now() - before.atMs;
    const loadMs = ownCpuMs() - before.load;
    if (delivered === 0) throw new Error(`${broker.name} stands still at ${shape.name}`);
    return {
      deliveriesPerS: (delivered / tookMs) * 1_000,
      brokerUs: ((cpuMsOf(broker.pid) - before.brokerMs) * 1_000) / delivered,
      loadUs: (loadMs * 1_000) / delivered,
      loadBusy: loadMs / tookMs,
    };
  } finally {
    flow.close();
  }
}

class Flow {
  readonly #shape: FlowShape;
  readonly #publishers: LoadConnection[] = [];
  readonly #subscribers: LoadConnection[] = [];
  readonly #ring: Buffer;
  readonly #packetBytes: number;
  #delivered = 0;
  #acknowledged = 0;
  #sent = 0;
  #turn = 0;
  #isRefilling = false;
  #isOpen = true;

  constructor(shape: FlowShape) {
    this.#shape = shape;
    const payload = Buffer.alloc(payloadBytes, 0x78);
    const { qos } = shape;
    const packets = Array.from({ length: ringPackets }, (_, i) => {
      const fixed = { cmd: 'publish', topic, payload, dup: false, retain: false } as const;
      return mqtt.generate({ ...fixed, qos, ...(qos === 1 ? { messageId: i + 1 } : {}) });
    });
    this.#ring = Buffer.concat(packets);
    this.#packetBytes = this.#ring.length / ringPackets;
  }

  get delivered(): number {
    return this.#delivered;
  }

  async open(broker: RunningBroker): Promise<void> {
    const { publishers, subscribers, qos } = this.#shape;
    const onCount = (published: number, acknowledged: number): void => {
      this.#delivered += published;
      this.#acknowledged += acknowledged;
      this.#refillSoon();
    };
    for (let i = 0; i < subscribers; i++) {
      const connection = await LoadConnection.open(broker, `sub-${i}`, { onCount });
      this.#subscribers.push(connection);
      await connection.subscribe(topic, qos);
    }
    for (let i = 0; i < publishers; i++) {
      this.#publishers.push(await LoadConnection.open(broker, `pub-${i}`, { onCount }));
    }
  }

  start(): void {
    this.#refillSoon();
  }

  close(): void {
    this.#isOpen = false;
    for (const connection of [...this.#publishers, ...this.#subscribers]) connection.close();
  }

  /** Once in a turn of the event loop, so that what is free goes out in large writes. */
  #refillSoon(): void {
    if (this.#isRefilling) return;
    this.#isRefilling = true;
    setImmediate(() => {
      this.#isRefilling = false;
      if (this.#isOpen) this.#refill();
    });
  }

  #refill(): void {
    const { publishers, subscribers, qos } = this.#shape;
    const arrived = Math.floor(this.#delivered / subscribers);
    const done = qos === 1 ? Math.min(arrived, this.#acknowledged) : arrived;
    let free = windowMessages - (this.#sent - done);
    const share = Math.max(1, Math.ceil(free / publishers));
    while (free > 0) {
      const count = Math.min(free, share);
      this.#publish(this.#publishers[this.#turn]!, count);
      this.#turn = (this.#turn + 1) % publishers;
      free -= count;
    }
  }

  #publish(publisher: LoadConnection, count: number): void {
    for (let left = count; left > 0; ) {
      const at = this.#sent % ringPackets;
      const run = Math.min(left, ringPackets - at);
      publisher.write(this.#ring.subarray(at * this.#packetBytes, (at + run) * this.#packetBytes));
      this.#sent += run;
      left -= run;
    }
  }
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
