import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSystemClock } from '@muster/adapters/clock-system';
import { createMemoryLogger, linkContract } from '@muster/core/testing';
import { type AirShape, TestAir, type TestMedium } from './test-air.ts';
import { listen, sightingOf, sortedKeys, startNode, type TestNode, until } from './two-nodes.ts';

interface Pair {
  readonly air: TestAir;
  readonly low: TestNode & { readonly medium: TestMedium };
  readonly high: TestNode & { readonly medium: TestMedium };
}

const addresses = { low: 'r-00000000000a', high: 'r-00000000000b' };

/** Two nodes that nothing but the air connects. */
async function onAir(shape: Partial<AirShape> = {}): Promise<Pair> {
  const air = new TestAir(createSystemClock(), shape);
  const [lowKey, highKey] = sortedKeys(2);
  const [low, high] = [air.medium(addresses.low), air.medium(addresses.high)];
  return {
    air,
    low: { ...(await startNode(lowKey!, { listen: [], media: [low] })), medium: low },
    high: { ...(await startNode(highKey!, { listen: [], media: [high] })), medium: high },
  };
}

async function stop({ low, high }: Pair): Promise<void> {
  await Promise.all([low, high].map(({ transport }) => transport.stop()));
}

async function paired(context: TestContext, shape: Partial<AirShape> = {}): Promise<Pair> {
  const pair = await onAir(shape);
  context.after(() => stop(pair));
  return pair;
}

test('a stream of a medium becomes a link like any other, whoever dials', async (context) => {
  for (const dialler of ['low', 'high'] as const) {
    const pair = await paired(context);
    const { low, high } = pair;
    const other = dialler === 'low' ? 'high' : 'low';
    const key = await pair[dialler].medium.host!.dial(addresses[other]);
    assert.deepEqual(key, pair[other].key.publicKey);
    await until(() => low.links.length === 1 && high.links.length === 1);
    for (const node of [low, high]) {
      const [link] = node.links;
      assert.equal(link!.costClass, 'radio');
      assert.equal(link!.maxFrameBytes, 2048);
      assert.equal(link!.initiator, node === pair[dialler]);
      assert.deepEqual(node.transport.status().linksByMedium, { lan: 0, ble: 1 });
    }
    const [standing] = pair[dialler].transport.links();
    assert.equal(standing!.medium, 'ble');
    assert.equal(standing!.address, addresses[other]);
    assert.deepEqual(low.medium.host!.peers(), [
      { nodeKey: high.key.publicKey, costClass: 'radio', isDoubtful: false },
    ]);
    const heard = listen(low.links[0]!);
    high.links[0]!.send(new Uint8Array([7]));
    await until(() => heard.frames.length === 1);
  }
});

test('nobody in reach, oneself, and what is no address are refused', async (context) => {
  const { low, air } = await paired(context);
  const { host } = low.medium;
  await assert.rejects(host!.dial('r-0000000000ff'), /out of reach/);
  await assert.rejects(host!.dial(addresses.low));
  for (const text of ['', 'x/tcp/1', 'UPPER', 'a'.repeat(65)]) {
    await assert.rejects(host!.dial(text), /no address/);
  }
  await until(() => air.openStreams === 0);
  assert.equal(low.links.length, 0);
});

test('a medium that cannot start takes nobody off the LAN', async (context) => {
  const air = new TestAir(createSystemClock());
  const broken = air.medium(addresses.low);
  broken.start = async () => {
    throw new Error('no radio');
  };
  const logger = createMemoryLogger();
  const [lowKey, highKey] = sortedKeys(2);
  const low = await startNode(lowKey!, { media: [broken], logger });
  const high = await startNode(highKey!);
  context.after(() => Promise.all([low, high].map(({ transport }) => transport.stop())));
  low.transport.addSighting(sightingOf(high));
  await until(() => low.links.length === 1 && high.links.length === 1);
  assert.deepEqual(
    logger.entries.filter(({ level }) => level === 'error').map(({ fields }) => fields),
    [{ medium: 'ble', error: 'Error: no radio' }],
  );
});

test('links of a medium end with the transport, and with their stream', async (context) => {
  const pair = await paired(context);
  const { low, high, air } = pair;
  await low.medium.host!.dial(addresses.high);
  await until(() => low.links.length === 1 && high.links.length === 1);
  const heard = [listen(low.links[0]!), listen(high.links[0]!)];
  air.pairs[0]![0].cut();
  await until(() => heard.every(({ reasons }) => reasons.length === 1));
  assert.deepEqual(
    heard.map(({ reasons }) => reasons[0]),
    ['connection-lost', 'connection-lost'],
  );
  await high.medium.host!.dial(addresses.low);
  await until(() => low.links.length === 2 && high.links.length === 2);
  const again = listen(high.links[1]!);
  await low.transport.stop();
  await until(() => again.reasons.length === 1);
  assert.deepEqual(again.reasons, ['closed-by-peer']);
  await until(() => air.openStreams === 0);
  assert.equal(low.medium.host, undefined, 'the medium was stopped');
});

test('the round trips of a link are counted', async (context) => {
  const latencyMs = 100;
  for (const dialler of ['low', 'high'] as const) {
    const pair = await paired(context, { latencyMs });
    const { low, high } = pair;
    const startMs = performance.now();
    const other = dialler === 'low' ? high : low;
    void pair[dialler].medium.host!.dial(other.medium.address);
    await until(() => pair[dialler].links.length === 1);
    const linkMs = performance.now() - startMs;
    const heard = listen(pair[dialler].links[0]!);
    pair[dialler].links[0]!.send(new Uint8Array([1]));
    await until(() => other.links.length === 1);
    listen(other.links[0]!);
    other.links[0]!.send(new Uint8Array([2]));
    await until(() => heard.frames.length === 1);
    const [near, far] = pair.air.pairs[0]!;
    const trips = (ms: number): string => ((ms - latencyMs) / latencyMs / 2).toFixed(1);
    context.diagnostic(
      `${dialler} dials: link at its end after ${trips(linkMs)} round trips, first frame back ` +
        `after ${trips(performance.now() - startMs)}; ${near.sentBytes} and ${far.sentBytes} bytes`,
    );
  }
});

linkContract(
  {
    name: 'libp2p link over a medium',
    make: async () => {
      const pair = await onAir();
      const { low, high } = pair;
      await low.medium.host!.dial(addresses.high);
      await until(() => low.links.length === 1 && high.links.length === 1);
      return {
        a: low.links[0]!,
        b: high.links[0]!,
        keyA: low.key.publicKey,
        keyB: high.key.publicKey,
        until: (condition) => until(condition, 20_000),
        settle: () => wait(40),
        stop: () => stop(pair),
      };
    },
  },
  { test, assert },
);
