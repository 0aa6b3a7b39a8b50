/**
 * `mesh`: what a message costs as the mesh grows from 10 to 1,000 nodes: sends beside gossipsub,
 * delay beside a flood without limits, bytes beside the smallest mesh. And what a venue of 10,000
 * people asks of each of its 100 boxes, beside what a small board has. `--plots` draws the first.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linePlot, type Point, type Series } from '../../plot/line-plot.ts';
import { type BenchOptions, type Figure, figure } from '../figure.ts';
import { type MeshCost, meshCost, payloadBytes } from './mesh.ts';
import { benchVenue } from './venue.ts';

const gossipsubSends = 6.3;
const gapMs = 200;

interface Grown {
  readonly nodes: number;
  readonly cost: MeshCost;
}

export async function benchMesh({ quick, plotsFolder }: BenchOptions): Promise<Figure[]> {
  const sizes = quick ? [10, 50] : [10, 50, 250, 1_000];
  const grown = sizes.map((nodes): Grown => {
    const cost = meshCost(1, { nodes, bundles: quick ? 20 : 100, gapMs });
    if (cost.delivered < 0.99) throw new Error(`only ${cost.delivered} of all was delivered`);
    return { nodes, cost };
  });
  if (plotsFolder !== undefined) draw(plotsFolder, grown);
  const [smallest] = grown;
  return [...grown.flatMap((one) => figuresOf(one, smallest!)), ...benchVenue(quick)];
}

/** Bytes beside those in the smallest mesh: a larger one should cost each node no more. */
function figuresOf({ nodes, cost }: Grown, smallest: Grown): Figure[] {
  const { sendsPerDelivery, delayMs, floodMs, bytesPerDelivery } = cost;
  return [
    figure(`sends, ${nodes} nodes`, 'sends a delivery', {
      ...{ ours: sendsPerDelivery, peer: gossipsubSends, goal: '<= 0.238' },
    }),
    figure(`median delay, ${nodes} nodes`, 'ms', {
      ...{ ours: delayMs.p50, peer: floodMs.p50, goal: '<= 1.3' },
    }),
    figure(`95th percentile of delay, ${nodes} nodes`, 'ms', {
      ...{ ours: delayMs.p95, peer: floodMs.p95, goal: '<= 1.3' },
    }),
    figure(`bytes a delivery, ${nodes} nodes`, 'bytes', {
      ...{ ours: bytesPerDelivery, peer: smallest.cost.bytesPerDelivery, goal: '<= 1.2' },
    }),
  ];
}

function draw(folder: string, grown: readonly Grown[]): void {
  const line = (name: string, value: (cost: MeshCost) => number): Series => ({
    name,
    points: grown.map(({ nodes, cost }): Point => [nodes, value(cost)]),
    dots: 'joined',
  });
  const x = { label: 'nodes', unit: '', log: true };
  mkdirSync(folder, { recursive: true });
  const write = (name: string, plot: string) => writeFileSync(join(folder, `${name}.svg`), plot);
  const gossipsub: Series = {
    name: 'gossipsub',
    points: grown.map(({ nodes }): Point => [nodes, gossipsubSends]),
  };
  write(
    'mesh-sends',
    linePlot({
      ...{ title: 'Sends for each node that gets a message', x },
      y: { label: 'sends', unit: '' },
      series: [line('Muster', (cost) => cost.sendsPerDelivery), gossipsub],
    }),
  );
  write(
    'mesh-delay',
    linePlot({
      ...{ title: 'From the phone to a node, median and 95th percentile', x },
      y: { label: 'delay', unit: 'ms' },
      series: [
        line('Muster 95 %', ({ delayMs }) => delayMs.p95),
        line('Muster 50 %', ({ delayMs }) => delayMs.p50),
        line('flood 95 %', ({ floodMs }) => floodMs.p95),
        line('flood 50 %', ({ floodMs }) => floodMs.p50),
      ],
    }),
  );
  write(
    'mesh-bytes',
    linePlot({
      ...{ title: `Bytes on all links for each delivery of ${payloadBytes} bytes`, x },
      y: { label: 'bytes', unit: '' },
      series: [line('Muster', (cost) => cost.bytesPerDelivery)],
    }),
  );
}
