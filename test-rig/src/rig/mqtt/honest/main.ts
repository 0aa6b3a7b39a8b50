/**
 * The honest clients, in a process of their own so that no attack slows their clocks: a publisher
 * and five subscribers at QoS 1, 50 messages a second. Told where by its first message, asked for
 * what a phase was like by each further one. Says at once when one of them is cut.
 */
import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt-packet';
import { LoadConnection } from '../../../bench/mqtt/load/connection.ts';
import type { HonestRequest, PhaseReport } from './protocol.ts';

const topic = 'honest/news';
const subscribers = 5;
const betweenMs = 20;
/** How long the last messages may take before they count as lost. */
const drainMsMax = 10_000;
const payloadBytes = 64;

let latenciesMs: number[] = [];
let published = 0;
let acknowledged = 0;
let delivered = 0;
let isEnding = false;
let timer: NodeJS.Timeout | undefined;

function say(report: PhaseReport): void {
  process.send?.(report);
}

async function begin(address: Extract<HonestRequest, { kind: 'begin' }>): Promise<void> {
  const onClose = (): void => {
    if (!isEnding) say({ kind: 'cut' });
  };
  const onPayload = (bytes: Buffer, at: number): void => {
    delivered++;
    latenciesMs.push(performance.now() - bytes.readDoubleBE(at));
  };
  for (let i = 0; i < subscribers; i++) {
    const reader = await LoadConnection.open(address, `honest-${i}`, { onPayload, onClose });
    await reader.subscribe(topic, 1);
  }
  const onCount = (_published: number, count: number): void => {
    acknowledged += count;
  };
  const publisher = await LoadConnection.open(address, 'honest-publisher', { onCount, onClose });
  const payload = Buffer.alloc(payloadBytes);
  timer = setInterval(() => {
    payload.writeDoubleBE(performance.now());
    const messageId = 1 + (published++ % 60_000);
    const fixed = { cmd: 'publish', dup: false, retain: false } as const;
    publisher.write(mqtt.generate({ ...fixed, topic, payload, qos: 1, messageId }));
  }, betweenMs);
  say({ kind: 'begun' });
}

function phase(): void {
  const sorted = latenciesMs.sort((a, b) => a - b);
  latenciesMs = [];
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  const figures = { p50Ms: at(0.5), p99Ms: at(0.99), worstMs: sorted.at(-1) ?? 0 };
  say({ kind: 'phase', deliveries: sorted.length, ...figures });
}

/** Nothing acknowledged may be missing, and nothing may have come twice. */
async function end(): Promise<void> {
  clearInterval(timer);
  const until = performance.now() + drainMsMax;
  const isDone = () => acknowledged === published && delivered >= published * subscribers;
  while (!isDone() && performance.now() < until) await delay(20);
  isEnding = true;
  say({ kind: 'ended', published, acknowledged, delivered, wanted: published * subscribers });
  process.disconnect();
  process.exit();
}

process.on('message', (request: HonestRequest) => {
  if (request.kind === 'begin') begin(request);
  else if (request.kind === 'phase') phase();
  else end();
});
