/**
 * Strangers in reach of b, on the third air. One speaks the right protocols down to a good libp2p
 * identity, and has no certificate; one writes junk to the radio service; one is a whole box of
 * another site. None gets a byte of replication, and a and b go on.
 */

import type { BlePeer } from '@muster/adapters/transport-ble';
import { until } from '../../report.ts';
import { forgedHello } from '../../trust/stranger/forged-hello.ts';
import type { Report } from '../inside/event.ts';
import type { Mesh } from '../inside/mesh.ts';
import { End } from '../wire/end.ts';
import { StreamEnd } from '../wire/flow.ts';
import { crypto, random, WireNode } from '../wire/node.ts';

const attemptMsMax = 20_000;
const tooLong = 'nothing for too long';
const junkBytes = 600;
/** What the names of libp2p's protocols take: they are said to everybody. */
const saidToAllBytesMax = 256;
const urgentMsMax = 10_000;
const patience = { waitMsMax: attemptMsMax, everyMs: 20 };
/** b has whoever proved nothing wait before the next call, 2 s and doubling. */
const notDialled = 'not dialled';
const callsMsMax = 40_000;

export async function stranger(mesh: Mesh, report: Report): Promise<void> {
  await mesh.start('a', 'b');
  await mesh.linked('a', 'b');
  const end = await End.start('hci5', undefined);
  try {
    const peer = await end.hearAny();
    await junk(end, peer, report);
    const before = await mesh.box('b').refused();
    for (const hello of ['forged', 'junk', 'none'] as const) {
      await calling({ end, peer, hello }, report);
    }
    const after = await mesh.box('b').refused();
    for (const reason of ['certificate-refused', 'malformed']) {
      const times = (after[reason] ?? 0) - (before[reason] ?? 0);
      report.expect(times > 0, `b refused nobody for the reason ${reason}`);
    }
  } finally {
    await end.stop();
  }
  const tookMs = await mesh.carried('a', 'b', 'beside strangers', urgentMsMax);
  report.figure('besideStrangersUrgentMs', tookMs);
  report.expect(await mesh.isLinked('b', 'a'), 'b has no link with a any more');
  await mesh.start('stranger');
}

/** The box of another site has been there for a while: it has no link, and b none with it. */
export async function foreign(mesh: Mesh, report: Report): Promise<void> {
  const links = await mesh.box('stranger').links();
  report.expect(links.length === 0, `the stranger has ${links.length} links`);
  report.expect(!(await mesh.isLinked('b', 'stranger')), 'b has a link with the stranger');
  await mesh.stop('stranger');
}

async function junk(end: End, peer: BlePeer, report: Report): Promise<void> {
  const signal = AbortSignal.timeout(attemptMsMax);
  const stream = new StreamEnd(await end.stream(await end.connect(peer, signal), signal));
  await stream.send(junkBytes);
  await until('b closes on junk', async () => stream.closed !== undefined, patience);
  report.figure('strangerJunkBytes', stream.bytes);
  const isLittle = stream.bytes <= saidToAllBytesMax;
  report.expect(isLittle, `${stream.bytes} bytes were said to somebody who wrote junk`);
}

interface Attempt {
  readonly end: End;
  readonly peer: BlePeer;
  readonly hello: 'forged' | 'none' | 'junk';
}

/** Until b listens to what it has to say. */
async function calling(attempt: Attempt, report: Report): Promise<void> {
  const endMs = Date.now() + callsMsMax;
  while (Date.now() < endMs) {
    if ((await withoutPapers(attempt, report)) !== notDialled) return;
  }
  report.expect(false, `b never takes a stranger (hello: ${attempt.hello})`);
}

/** By libp2p and Noise with a key of its own, as far as b lets it; how it was told to go. */
async function withoutPapers({ end, peer, hello }: Attempt, report: Report): Promise<string> {
  const node = await WireNode.start(end);
  let bytes = 0;
  const closed = Promise.withResolvers<string>();
  const late = setTimeout(() => closed.resolve(tooLong), attemptMsMax);
  node.onLink = (link) => {
    link.start({
      onFrame: ({ length }) => {
        bytes += length;
      },
      onDrain: () => {},
      onClose: closed.resolve,
    });
    if (hello === 'forged') link.send(forgedHello(crypto, random, node.key.publicKey));
    if (hello === 'junk') link.send(random.bytes(64));
  };
  try {
    // Whether the dial fails or the link is closed is b's to choose.
    await node.medium.dial(peer).catch(() => closed.resolve(notDialled));
    const reason = await closed.promise;
    report.say(`a stranger (hello: ${hello}) is told: ${reason}`);
    report.expect(reason !== tooLong, `b bears with a stranger (hello: ${hello})`);
    return reason;
  } finally {
    clearTimeout(late);
    await node.stop();
    report.expect(bytes === 0, `a stranger (hello: ${hello}) was told ${bytes} bytes`);
  }
}
