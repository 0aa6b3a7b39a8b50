/**
 * A venue: 10,000 guests at 100 boxes, each writing once an hour, and then all within five minutes.
 * A part of it is simulated message by message; what each box has to carry, store and compute from
 * that is set beside what a Pi Zero 2 W has. Nothing here ran on one: its speed is an assumption.
 */
import { type Figure, figure } from '../figure.ts';
import { meshCost } from './mesh.ts';

const nodes = 100;
const people = 10_000;
const hourS = 3_600;
/** Messages of guests live for so long at most. */
const lifetimeS = 6 * hourS;
const dayS = 24 * hourS;
const busyS = 300;

/** Pi Zero 2 W (reference measurements): 2.4 GHz Wi-Fi shared by all, half of it for the mesh. */
const wifiBytesPerS = (45e6 / 8) * 0.5;
const cardWritesPerS = 740;
/** A card of 16 GB that is to last five years at 1,000 writes of each cell: bytes a day. */
const cardBytesPerDay = (16e9 * 1_000) / (5 * 365);
/** Storage that content may take by default. */
const storedBytesMax = 512 * 2 ** 20;
/**
 * One arrival on one core of the benchmark's machine, and how much slower a Cortex-A53 at 1 GHz is
 * taken to be: an assumption to be replaced by a measurement.
 */
const arrivalCpuS = 63e-6;
const slower = 12;
/** Bytes to the device for a bundle of 300 bytes, 20 a commit and one by one (bench disk). */
const diskBytesPerBundle = 10_800;

export function benchVenue(quick: boolean): Figure[] {
  const cost = meshCost(2, { nodes, bundles: quick ? 50 : 1_000, gapMs: (hourS * 1000) / people });
  const perS = people / hourS;
  const busyPerS = people / busyS;
  const bytes = cost.bytesPerDelivery;
  const cpu = (rate: number) => rate * arrivalCpuS * slower;
  // What a box sends is what another gets: every delivery is on the air once.
  const air = (rate: number) => rate * bytes * nodes;
  const idle = (cost.idleBytesPerNodeHour / hourS) * nodes;
  const goal = '<= 1';
  return [
    figure('venue: air, all boxes on one Wi-Fi channel', 'bytes a second', {
      ...{ ours: air(perS) + idle, peer: wifiBytesPerS, goal },
    }),
    figure('venue: air while all write in five minutes', 'bytes a second', {
      ...{ ours: air(busyPerS) + idle, peer: wifiBytesPerS, goal },
    }),
    figure('venue: share of one core of a box', 'of 1', { ours: cpu(perS), peer: 1, goal }),
    figure('venue: the same while all write', 'of 1', { ours: cpu(busyPerS), peer: 1, goal }),
    figure('venue: commits of a box', 'a second', { ours: perS, peer: cardWritesPerS, goal }),
    figure('venue: written to a card', 'bytes a day', {
      ...{ ours: perS * dayS * diskBytesPerBundle, peer: cardBytesPerDay, goal },
    }),
    figure('venue: kept by a box', 'bytes', {
      ...{ ours: perS * lifetimeS * bytes, peer: storedBytesMax, goal },
    }),
  ];
}
