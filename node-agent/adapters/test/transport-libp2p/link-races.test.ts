import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { handoverLimits, silenceLimits } from '../../src/transport-libp2p/constants.ts';
import { addressOf, type MediaNode, makeWorld, type Seen, type World } from './two-media.ts';

/** Each is a world of its own; a failure prints its number, which `run` repeats alone. */
const orders = 200;
const atOnce = 20;
const eventsMax = 6;
const spreadMs = 4000;
/** Two links beside each other: the handshake of the second, settling, the proof, the closing. */
const besideMsMax = handoverLimits.settleMs + silenceLimits.proveMs + 1500;

const events: Record<string, (world: World) => void> = {
  'the LAN is sighted': (world) => world.sightLan(),
  'the LAN is sighted by the higher key': ({ low, high }) => {
    high.transport.addSighting({
      nodeKey: low.key.publicKey,
      addresses: low.transport.addresses(),
    });
  },
  'the lower key dials by air': ({ low }) => dial(low, addressOf.high),
  'the higher key dials by air': ({ high }) => dial(high, addressOf.low),
};

function dial({ medium }: MediaNode, address: string): void {
  medium.host!.dial(address).catch(() => {});
}

interface Drawn {
  readonly atMs: number;
  readonly what: string;
}

function draw(random: SeededRandom): Drawn[] {
  const names = Object.keys(events);
  // Some orders happen within a handshake's time, others spread out.
  const withinMs = 1 + intBelow(random, intBelow(random, 2) === 0 ? 100 : spreadMs);
  return Array.from({ length: 1 + intBelow(random, eventsMax) }, () => ({
    atMs: intBelow(random, withinMs),
    what: names[intBelow(random, names.length)]!,
  })).sort((a, b) => a.atMs - b.atMs);
}

async function run(seed: number): Promise<number> {
  const random = new SeededRandom(seed);
  const drawn = draw(random);
  const told = `seed ${seed}: ${drawn.map(({ atMs, what }) => `${atMs} ms ${what}`).join(', ')}`;
  const world = await makeWorld({ latencyMs: 1 + intBelow(random, 60) });
  try {
    for (const { atMs, what } of drawn) {
      world.clock.after(atMs, () => events[what]!(world));
    }
    await world.pass(drawn.at(-1)!.atMs + 100);
    const ends = [world.low, world.high];
    const isQuiet = (): boolean =>
      ends.every((node) => node.standing().length === 1 && node.transport.links().length === 1);
    await world.until(`one link, ${told}`, isQuiet, 25_000);
    await world.pass(besideMsMax);
    assert.ok(isQuiet(), `more than one link in the end, ${told}`);
    for (const node of ends) judge(node, world.clock.monotonicMs(), told);
    await carries(world, told);
    return Math.max(...ends.map(({ seen }) => seen.length));
  } finally {
    await world.stop();
  }
}

function judge({ seen }: MediaNode, nowMs: number, told: string): void {
  const until = ({ closedMs }: Seen): number => closedMs ?? nowMs;
  for (const [i, link] of seen.slice(1).entries()) {
    const before = Math.max(...seen.slice(0, i + 1).map(until));
    assert.ok(before >= link.openedMs, `none for ${link.openedMs - before} ms, ${told}`);
    const besideMs = Math.min(before, until(link)) - link.openedMs;
    assert.ok(besideMs <= besideMsMax, `two for ${besideMs} ms, ${told}`);
  }
}

async function carries({ low, high, until }: World, told: string): Promise<void> {
  const ends = [low, high].map((node) => node.standing()[0]!);
  assert.equal(ends[0]!.link.costClass, ends[1]!.link.costClass, told);
  const before = ends.map(({ frames }) => frames.length);
  for (const { link } of ends) link.send(new Uint8Array([9]));
  await until(
    `frames cross, ${told}`,
    () => ends.every(({ frames }, i) => frames.length === before[i]! + 1),
    3000,
  );
}

test(`in ${orders} drawn orders: one link, never two for long, never none`, async (context) => {
  const seeds = Array.from({ length: orders }, (_, i) => i + 1);
  const links: number[] = [];
  while (seeds.length > 0) {
    links.push(...(await Promise.all(seeds.splice(0, atOnce).map(run))));
  }
  const several = links.filter((count) => count > 1).length;
  context.diagnostic(`${several} of ${links.length} orders went over several links`);
});
