import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { FakeClock } from '@muster/core/testing';
import { lanSilence } from '../../src/transport-libp2p/constants.ts';
import { startProxy } from './tcp-proxy.ts';
import { listen, sightingOf, sortedKeys, startNode, until } from './two-nodes.ts';

/** What carries a frame: our length, a Yamux header, a Noise length and tag. */
const framingBytes = 3;
const yamuxBytes = 12;
const noiseBytes = 18;

test('a frame costs its own framing, one Yamux and one Noise header', async (context) => {
  const [low, high] = sortedKeys(2);
  const a = await startNode(low!);
  const b = await startNode(high!);
  const proxy = await startProxy(b.transport.addresses()[0]!);
  context.after(async () => {
    await Promise.all([a.transport.stop(), b.transport.stop()]);
    await proxy.stop();
  });
  a.transport.addSighting({ ...sightingOf(b), addresses: [proxy.address] });
  await until(() => a.links.length === 1 && b.links.length === 1);
  const onA = listen(a.links[0]!);
  const onB = listen(b.links[0]!);
  await wait(50);
  const setUpBytes = proxy.bytes.toTarget + proxy.bytes.fromTarget;

  const frames = 200;
  const before = { ...proxy.bytes };
  for (let i = 0; i < frames; i += 1) {
    a.links[0]!.send(new Uint8Array(375).fill(i));
    await until(() => onB.frames.length === i + 1);
  }
  await wait(50);
  const each = (proxy.bytes.toTarget - before.toTarget) / frames;
  const back = (proxy.bytes.fromTarget - before.fromTarget) / frames;
  context.diagnostic(`${each} bytes a frame, ${back} bytes back; link set up in ${setUpBytes}`);
  assert.ok(each <= 375 + framingBytes + yamuxBytes + noiseBytes);
  assert.ok(back < 1, 'nothing is sent back for every frame');

  const burstFrom = proxy.bytes.toTarget;
  for (let i = 0; i < frames; i += 1) a.links[0]!.send(new Uint8Array(300));
  await until(() => onB.frames.length === 2 * frames);
  const burst = (proxy.bytes.toTarget - burstFrom) / frames;
  context.diagnostic(`${burst} bytes for each of ${frames} frames of 300 bytes sent in one turn`);
  assert.ok(burst < 300 + 4, 'frames of one turn share their headers');
  assert.deepEqual([onA.reasons, onB.reasons], [[], []]);
});

test('after its last frame a link asks once and is then silent for good', async (context) => {
  const [low, high] = sortedKeys(2);
  const clock = new FakeClock();
  const a = await startNode(low!, { clock });
  const b = await startNode(high!, { clock });
  context.after(async () => {
    await Promise.all([a.transport.stop(), b.transport.stop()]);
  });
  a.transport.addSighting(sightingOf(b));
  clock.advance(0);
  await until(() => a.links.length === 1 && b.links.length === 1);
  listen(a.links[0]!);
  const onB = listen(b.links[0]!);
  a.links[0]!.send(new Uint8Array(100));
  await until(() => onB.frames.length === 1);
  for (let i = 0; i < 20; i += 1) {
    clock.advance(lanSilence.roundMs);
    await wait(10);
  }
  const controlBytes = 2;
  assert.equal(a.transport.status().bytesSent, 1 + 100 + controlBytes);
  assert.equal(b.transport.status().bytesSent, controlBytes);
  assert.equal(clock.waiting, 0);
});
