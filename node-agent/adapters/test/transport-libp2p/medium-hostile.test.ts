import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { intBelow, SeededRandom } from '@muster/core/testing';
import { mediumLimits, strangerLimits } from '../../src/transport-libp2p/constants.ts';
import type { TestStream } from './test-air.ts';
import { addressOf, makeWorld, type World } from './two-media.ts';

async function world(context: TestContext): Promise<World> {
  const made = await makeWorld();
  context.after(() => made.stop());
  return made;
}

function ignored(stream: TestStream): TestStream {
  stream.start({ onBytes() {}, onDrain() {}, onClose() {} });
  return stream;
}

/** An honest neighbour gets its link, so no place is taken for good. */
async function honestIsLinked(made: World): Promise<void> {
  const before = made.low.seen.length;
  const key = made.low.medium.host!.dial(addressOf.high);
  key.catch(() => {});
  await made.until('an honest link', () => made.low.seen.length > before, 5000);
  assert.deepEqual(await key, made.high.key.publicKey);
}

test('whatever comes instead of a handshake ends the stream and nothing else', async (context) => {
  const made = await world(context);
  const seed = 5;
  const random = new SeededRandom(seed);
  const hello = new TextEncoder().encode('\x13/multistream/1.0.0\n\x07/noise\n');
  const starts = [new Uint8Array(0), hello.subarray(0, 20), hello];
  for (let round = 0; round < 8; round += 1) {
    const streams = Array.from({ length: mediumLimits.handshakesMax }, (_, i) => {
      const stream = ignored(made.air.knock(addressOf.high));
      stream.send(starts[(round + i) % starts.length]!);
      stream.send(random.bytes(1 + intBelow(random, i === 0 ? 20_000 : 200)));
      return stream;
    });
    // A length that claims more than is sent waits for its time limit; most end at once.
    const isOver = (): boolean => streams.every((stream) => stream.isClosed);
    await made.until(`the end of round ${round}, seed ${seed}`, isOver, 21_000);
    await made.pass(4000);
  }
  assert.equal(made.air.openStreams, 0);
  assert.equal(made.high.seen.length, 0);
  await honestIsLinked(made);
});

test('handshakes that do not go on have few places and a limit of time', async (context) => {
  const made = await world(context);
  const { handshakesMax, handshakeMsMax } = mediumLimits;
  const slow = Array.from({ length: handshakesMax + 3 }, (_, i) =>
    ignored(made.air.knock(addressOf.high, `r-00000000010${i}`)),
  );
  const open = (): number => slow.filter((stream) => !stream.isClosed).length;
  await made.until('the rest is refused', () => open() === handshakesMax, 2000);
  // One of them says a byte of a true beginning now and then.
  const beginning = new TextEncoder().encode('\x13/multistream/1.0.0\n');
  for (const byte of beginning) {
    slow[0]!.send(Uint8Array.of(byte));
    await made.pass(500);
  }
  assert.equal(open(), handshakesMax);
  await made.pass(handshakeMsMax - 500 * beginning.length + 1000);
  assert.equal(open(), 0);
  await honestIsLinked(made);
  assert.equal(made.high.transport.status().inboundRefused, 3);
});

test('a connection may break at any byte of its beginning', async (context) => {
  const made = await world(context);
  let linked = 0;
  for (let bytes = 0; bytes < 1100; bytes += bytes < 60 ? 1 : 13) {
    made.air.cutAfterBytes = bytes;
    const ends = [made.low, made.high];
    const [from, to] = bytes % 2 === 0 ? ends : [ends[1]!, ends[0]!];
    from!.medium.host!.dial(to!.medium.address).catch(() => {});
    const { length } = made.air.pairs;
    await made.until(
      `dialled, cut after ${bytes} bytes`,
      () => made.air.pairs.length > length,
      500,
    );
    const isOver = (): boolean =>
      made.air.openStreams === 0 && ends.every((node) => node.standing().length === 0);
    await made.pass(1000);
    // Both say hello and fall silent when all bytes went through: then a frame too many cuts it.
    for (const { link } of ends.flatMap((node) => node.standing())) link.send(new Uint8Array(1000));
    await made.until(`over, cut after ${bytes} bytes`, isOver, 15_000);
    linked = Math.max(...ends.map(({ seen }) => seen.length));
  }
  context.diagnostic(`${linked} connections broke after their link was there`);
  assert.ok(linked > 0);
  for (const { transport } of [made.low, made.high]) {
    assert.equal(transport.status().peersConnected, 0);
    assert.deepEqual(transport.links(), []);
  }
  made.air.cutAfterBytes = Number.POSITIVE_INFINITY;
  await honestIsLinked(made);
});

test('a stranger with an identity of its own waits, and keeps nobody away', async (context) => {
  const made = await world(context);
  const { refusalsMax } = strangerLimits;
  // Its address is a device's, and its hello no member's: what the core says of it, said here.
  made.low.medium.address = 'r-00000000bad0';
  for (let i = 0; i < refusalsMax; i += 1) {
    const { length } = made.high.seen;
    made.low.medium.host!.dial(addressOf.high).catch(() => {});
    await made.until(`call ${i}`, () => made.high.seen.length > length, 5000);
    made.high.seen.at(-1)!.link.close('certificate-refused');
    await made.until('it is over', () => made.air.openStreams === 0, 10_000);
  }
  await assert.rejects(refused(made));
  made.low.medium.address = addressOf.low;
  await honestIsLinked(made);
});

async function refused(made: World): Promise<Uint8Array> {
  const { inboundRefused } = made.high.transport.status();
  const dialling = made.low.medium.host!.dial(addressOf.high);
  dialling.catch(() => {});
  const isRefused = (): boolean => made.high.transport.status().inboundRefused > inboundRefused;
  await made.until('it is refused', isRefused, 5000);
  await made.until('it is over', () => made.air.openStreams === 0, 10_000);
  return dialling;
}
