/**
 * `wire`: what a 300-byte broadcast costs on one hop, signature included, beside its payload: a
 * lone bundle on an idle link and a train of 100, in bytes of the link's frames and once more with
 * what libp2p adds to each frame. And how often it is sent for each node of a mesh that gets it.
 */
import { intBelow, SeededRandom } from '@muster/core/testing';
import type { BenchOptions, Figure } from '../figure.ts';
import { median } from '../median.ts';
import { meshCost } from '../mesh/mesh.ts';
import { payloadBytes, type WireCost, WirePair } from './pair.ts';

const bytesGoal = '<= 1.35';
const gossipsubSends = 6.3;
/** DESIGN's 1.5 sends a delivery, as a share of the peer's. */
const sendsGoal = '<= 0.238';

/** Noise 2 + 16, Yamux 12, length prefix 3: what one frame of a libp2p stream costs on top. */
const libp2pFrameBytes = 33;
const trainLength = 100;

export async function benchWire(options: BenchOptions): Promise<Figure[]> {
  const rounds = options.quick ? 5 : 40;
  const lone: WireCost[] = [];
  const train: WireCost[] = [];
  const random = new SeededRandom(1);
  for (let round = 0; round < rounds; round++) {
    const pair = new WirePair(round + 1);
    // The pause before it decides how many bytes its time stamp takes: up to 15 minutes.
    pair.rest(1_000 * intBelow(random, 900));
    lone.push(pair.send(1));
    pair.rest(1_000);
    train.push(pair.send(trainLength));
  }
  const libp2p = (cost: WireCost): number =>
    cost.forwardBytes + cost.forwardFrames * libp2pFrameBytes;
  return [
    bytesFigure(
      'wire lone',
      lone.map((cost) => cost.forwardBytes),
    ),
    bytesFigure('wire lone, libp2p framing', lone.map(libp2p)),
    bytesFigure(
      'wire lone, held answer included',
      lone.map((c) => c.forwardBytes + c.backBytes),
    ),
    bytesFigure(
      'wire train of 100',
      train.map((cost) => cost.forwardBytes / trainLength),
    ),
    bytesFigure(
      'wire train of 100, libp2p framing',
      train.map((c) => libp2p(c) / trainLength),
    ),
    ...sendsFigures(options.quick),
  ];
}

function bytesFigure(name: string, bytes: readonly number[]): Figure {
  const samples = bytes.map((count) => count / payloadBytes);
  return {
    name,
    unit: 'bytes a bundle and hop',
    ours: median(bytes),
    peer: payloadBytes,
    ratio: median(samples),
    goal: bytesGoal,
    samples,
  };
}

function sendsFigures(quick: boolean): Figure[] {
  const nodes = quick ? 50 : 250;
  return [
    { name: `sends, ${nodes} nodes, calm`, bundles: 100, gapMs: 200 },
    { name: `sends, ${nodes} nodes, 200 a second`, bundles: 200, gapMs: 5 },
  ].map(({ name, bundles, gapMs }) => {
    const costs = (quick ? [1] : [1, 2, 3]).map((seed) =>
      meshCost(seed, { nodes, bundles, gapMs }),
    );
    const missing = costs.find(({ delivered }) => delivered < 0.99);
    if (missing !== undefined) throw new Error(`only ${missing.delivered} of all was delivered`);
    const sends = costs.map(({ sendsPerDelivery }) => sendsPerDelivery);
    const samples = sends.map((count) => count / gossipsubSends);
    return {
      name,
      unit: 'sends a delivery',
      ours: median(sends),
      peer: gossipsubSends,
      ratio: median(samples),
      goal: sendsGoal,
      samples,
    };
  });
}
