/** Real sockets, and a clock of the dialler's own: how long it waits is seen in virtual time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemRandom } from '@muster/adapters/random-system';
import { FakeClock } from '@muster/core/testing';
import { dialLimits } from '../../src/transport-libp2p/constants.ts';
import { listen, sortedKeys, startNode, until } from './two-nodes.ts';

/** Enough for a back-off of half a minute. */
const refusals = 8;
/** Passes at each look, also while a real handshake runs. */
const stepMs = 500;
const backMsMax = 20_000;
/** Waits are the longest that may be drawn: four bytes. */
const random = {
  bytes: (length: number) =>
    length === 4 ? new Uint8Array(4).fill(255) : createSystemRandom().bytes(length),
};

test('who was welcomed after many refusals is back at once', async (context) => {
  const [low, high] = sortedKeys(2);
  const clock = new FakeClock();
  let turns = 0;
  const relay = await startNode(high!, {
    onLink: (link) => {
      listen(link);
      turns += 1;
      if (turns <= refusals) link.close('not-admitted');
    },
  });
  context.after(() => relay.transport.stop());
  const bootstrap = [`${relay.transport.addresses()[0]}`];
  const box = await startNode(low!, {
    clock,
    random,
    bootstrap,
    onLink: (link) => void listen(link),
  });
  context.after(() => box.transport.stop());
  const welcomed = (times: number) => () => {
    const isUp = turns === times && box.transport.links().length === 1;
    if (!isUp && box.transport.links().length === 0) clock.advance(stepMs);
    return isUp;
  };
  await until(welcomed(refusals + 1), 20_000);
  clock.advance(dialLimits.welcomeMs);
  relay.links.at(-1)!.close('stopped');
  await until(() => box.transport.links().length === 0);
  const lostMs = clock.monotonicMs();
  await until(welcomed(refusals + 2), 20_000);
  const tookMs = clock.monotonicMs() - lostMs;
  assert.ok(tookMs <= backMsMax, `back after ${tookMs} ms`);
});
