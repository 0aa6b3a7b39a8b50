/**
 * The benchmark `footprint`: memory and start-up CPU of the whole agent (SQLite, libp2p, mDNS,
 * HTTP, idle) beside a bare Node net server, and its idle CPU with four neighbours beside a libp2p
 * node at its defaults with four. Runs are interleaved, so that a busy machine is as unkind to
 * both.
 */
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchOptions, Figure } from '../figure.ts';
import { median } from '../median.ts';
import { Agents } from './agents.ts';
import { BenchProcess } from './bench-process.ts';
import { costOf, cpuMsOf, type ProcessCost } from './process-cost.ts';

/** After it, what the start left to do is done: compiling, collecting, announcing. */
const settleMs = 3_000;
const neighbours = 4;

const own = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export async function benchFootprint({ quick }: BenchOptions): Promise<Figure[]> {
  const agents = new Agents();
  try {
    agents.prepare(neighbours + 1);
    const started = await benchStart(agents, quick ? 2 : 7);
    return [...started, await benchIdle(agents, quick ? 5_000 : 30_000)];
  } finally {
    agents.remove();
  }
}

async function benchStart(agents: Agents, rounds: number): Promise<Figure[]> {
  const ours: ProcessCost[] = [];
  const peers: ProcessCost[] = [];
  const setup = { number: 0, meshPort: await freePort(), bootstrap: [], mdns: true };
  // The first start compiles what later ones find compiled, as on any machine.
  await measure(await agents.start(setup));
  for (let round = 0; round < rounds; round++) {
    peers.push(await measure(await BenchProcess.start([own('bare-node.mjs')], 'ready')));
    ours.push(await measure(await agents.start(setup)));
  }
  const mb = 1e6;
  const pair = (pick: (cost: ProcessCost) => number) => ({
    ours: ours.map(pick),
    peers: peers.map(pick),
  });
  return [
    figureOf(
      'resident memory, idle',
      { unit: 'MB', goal: '<= 1.5' },
      pair((c) => c.residentBytes / mb),
    ),
    figureOf(
      'start-up CPU',
      { unit: 'ms', goal: '<= 2.5' },
      pair((c) => c.cpuMs),
    ),
  ];
}

async function measure(started: BenchProcess): Promise<ProcessCost> {
  await delay(settleMs);
  const cost = costOf(started.pid);
  await started.stop();
  return cost;
}

async function benchIdle(agents: Agents, windowMs: number): Promise<Figure> {
  const running: BenchProcess[] = [];
  try {
    const ours = await startMesh(agents, running);
    const peer = await startLibp2p(running);
    // Reconciling, identifying and compiling are over by then on both sides.
    await delay(2 * settleMs);
    const samples = { ours: [] as number[], peers: [] as number[] };
    const windows = 3;
    for (let i = 0; i < windows; i++) {
      const before = [cpuMsOf(ours.pid), cpuMsOf(peer.pid)] as const;
      await delay(windowMs / windows);
      const seconds = windowMs / windows / 1000;
      samples.ours.push((cpuMsOf(ours.pid) - before[0]) / seconds);
      samples.peers.push((cpuMsOf(peer.pid) - before[1]) / seconds);
    }
    const name = `idle CPU with ${neighbours} neighbours`;
    return figureOf(name, { unit: 'ms a second', goal: '<= 0.25' }, samples);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
}

/** One agent in the middle, linked with four others; the one in the middle. */
async function startMesh(agents: Agents, running: BenchProcess[]): Promise<BenchProcess> {
  const meshPort = await freePort();
  const middle = await agents.start({ number: 0, meshPort, bootstrap: [], mdns: false });
  running.push(middle);
  for (let number = 1; number <= neighbours; number++) {
    const setup = { number, meshPort: await freePort(), bootstrap: [meshPort], mdns: false };
    running.push(await agents.start(setup));
  }
  return middle;
}

async function startLibp2p(running: BenchProcess[]): Promise<BenchProcess> {
  const middle = await BenchProcess.start([own('bare-libp2p/main.ts')], 'ready ');
  running.push(middle);
  const address = /ready (\S+)/.exec(middle.output)?.[1] ?? '';
  for (let i = 0; i < neighbours; i++) {
    running.push(await BenchProcess.start([own('bare-libp2p/main.ts'), address], 'ready '));
  }
  return middle;
}

function figureOf(
  name: string,
  about: { readonly unit: string; readonly goal: string },
  values: { readonly ours: readonly number[]; readonly peers: readonly number[] },
): Figure {
  const [ours, peer] = [median(values.ours), median(values.peers)];
  const samples = values.ours.map((value, i) => value / values.peers[i]!);
  return { name, ...about, ours, peer, ratio: ours / peer, samples };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
