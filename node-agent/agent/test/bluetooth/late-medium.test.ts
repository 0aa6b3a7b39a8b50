/** The medium that is loaded late: after the start, once it is wanted, and never after the stop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import { createBleMedium } from '@muster/adapters/transport-ble';
import { MemoryRadio } from '@muster/adapters/transport-ble/testing';
import type { Medium, MediumHost } from '@muster/core';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import { LateMedium } from '../../src/bluetooth/late-medium.ts';

const nobody: MediumHost = {
  accept: () => Promise.reject(new Error('nobody comes')),
  dial: () => Promise.reject(new Error('nobody is there')),
  peers: () => [],
};

function setUp() {
  const clock = new FakeClock();
  const said: string[] = [];
  const medium: Medium = {
    ...{ name: 'ble', costClass: 'radio', maxFrameBytes: 1, windowBytes: 1 },
    start: async () => void said.push('start'),
    onPeers: () => void said.push('peers'),
    open: () => Promise.reject(new Error('opened')),
    stop: async () => void said.push('stop'),
  };
  let isWanted = false;
  const load = Promise.withResolvers<Medium | undefined>();
  const late = new LateMedium({
    clock,
    isWanted: () => isWanted,
    load: () => {
      said.push('load');
      return load.promise;
    },
    onFailed: (error) => said.push(`failed: ${error}`),
  });
  const want = (): void => {
    isWanted = true;
  };
  return { clock, said, medium, late, want, loaded: load.resolve };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const open = (late: LateMedium) => late.open('r-c01122334455', new AbortController().signal);

test('it is loaded once it is wanted, and then it is there', async () => {
  const { clock, said, medium, late, want, loaded } = setUp();
  await late.start(nobody);
  clock.advance(10 * 60_000);
  late.onPeers();
  await assert.rejects(open(late), /not come up yet/);
  assert.deepEqual(said, []);
  want();
  clock.advance(60_000);
  loaded(medium);
  await turn();
  late.onPeers();
  await assert.rejects(open(late), /opened/);
  clock.advance(10 * 60_000);
  await late.stop();
  assert.deepEqual(said, ['load', 'start', 'peers', 'peers', 'stop']);
  assert.equal(clock.waiting, 0);
});

test('one that cannot be had is not asked for again', async () => {
  const { clock, said, late, want, loaded } = setUp();
  want();
  await late.start(nobody);
  clock.advance(1_000);
  loaded(undefined);
  await turn();
  clock.advance(10 * 60_000);
  await late.stop();
  assert.deepEqual(said, ['load']);
});

test('one that does not start is told of, and takes nothing else along', async () => {
  const { clock, said, medium, late, want, loaded } = setUp();
  want();
  await late.start(nobody);
  clock.advance(1_000);
  loaded({ ...medium, start: () => Promise.reject(new Error('broken')) });
  await turn();
  late.onPeers();
  await assert.rejects(open(late), /not come up yet/);
  await late.stop();
  assert.deepEqual(said, ['load', 'failed: Error: broken', 'stop']);
});

test('stopped before, while and without it being loaded', async () => {
  const idle = setUp();
  await idle.late.stop();
  const early = setUp();
  early.want();
  await early.late.start(nobody);
  await early.late.stop();
  early.clock.advance(10 * 60_000);
  assert.deepEqual(early.said, []);
  const amid = setUp();
  amid.want();
  await amid.late.start(nobody);
  amid.clock.advance(1_000);
  const stopped = amid.late.stop();
  amid.loaded(amid.medium);
  await stopped;
  assert.deepEqual(amid.said, ['load']);
});

test('it promises what the real one is', () => {
  const clock = new FakeClock();
  const random = new SeededRandom(1);
  const real = createBleMedium({
    ...{ clock, random, crypto: createSodiumCrypto(), logger: createMemoryLogger() },
    host: new MemoryRadio({ clock, random }).host({ name: 'box' }),
    ...{ siteKey: new Uint8Array(32), nodeKey: new Uint8Array(32) },
  });
  const { late } = setUp();
  const shape = ({ name, costClass, maxFrameBytes, windowBytes }: Medium) => [
    ...[name, costClass, maxFrameBytes, windowBytes],
  ];
  assert.deepEqual(shape(late), shape(real));
});
