/** What one adapter says, and when: lives, silences, and an air that does not take it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BleAdvertisement, BleError } from '@muster/adapters/transport-ble';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import { addressOf, peerOf } from '../../../src/transport-ble/medium/address.ts';
import { Advertiser } from '../../../src/transport-ble/medium/advertiser.ts';
import { rotationTimes } from '../../../src/transport-ble/medium/limits.ts';

interface Scene {
  readonly clock: FakeClock;
  readonly advertiser: Advertiser;
  /** Undefined where it fell silent. */
  readonly said: { readonly atMs: number; readonly data: number | undefined }[];
  fails: boolean;
  pass(ms: number): Promise<void>;
}

function scene(addressLifeMs: number | undefined): Scene {
  const clock = new FakeClock();
  let made = 0;
  const result = {
    clock,
    said: [] as Scene['said'],
    fails: false,
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 500) {
        clock.advance(Math.min(500, left));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
  const advertise = async (what: BleAdvertisement | undefined): Promise<void> => {
    result.said.push({ atMs: clock.monotonicMs(), data: what?.data[0] });
    if (what !== undefined && result.fails) throw new BleError('failed', 'no room on the air');
  };
  const advertiser = new Advertiser({
    peripheral: { advertise, addressLifeMs, serve: async () => {} },
    next: () => {
      made += 1;
      return { service: 'mesh', data: Uint8Array.of(made) };
    },
    ...{ clock, random: new SeededRandom(2), logger: createMemoryLogger(), onChange() {} },
  });
  return Object.assign(result, { advertiser });
}

test('with each address a tag of its own, and a silence drawn between two', async () => {
  const { advertiser, said, pass } = scene(600_000);
  advertiser.start();
  await pass(3_600_000);
  const silences = said.flatMap(({ atMs, data }, i) => {
    return data === undefined && said[i + 1] ? [said[i + 1]!.atMs - atMs] : [];
  });
  assert.equal(silences.length, 5);
  for (const ms of silences) {
    const drawnMs = ms - 600_000 * rotationTimes.lapseShare;
    assert.ok(drawnMs >= rotationTimes.silenceMsMin);
    assert.ok(drawnMs <= rotationTimes.silenceMsMax + 1_000);
  }
  assert.equal(new Set(silences).size, silences.length);
  const tags = said.flatMap(({ data }) => data ?? []);
  assert.deepEqual(tags, [1, 2, 3, 4, 5, 6]);
  assert.equal(advertiser.rotations, 5);
  await advertiser.stop();
  assert.equal(said.at(-1)?.data, undefined);
});

test('where the address never changes, the life of a tag is drawn', async () => {
  const { advertiser, said, pass } = scene(undefined);
  advertiser.start();
  await pass(4 * 3_600_000);
  const lives = said.flatMap(({ atMs, data }, i) => {
    return data !== undefined && said[i + 1] ? [said[i + 1]!.atMs - atMs] : [];
  });
  const { tagLifeMsMax } = rotationTimes;
  assert.ok(lives.length >= 15);
  for (const ms of lives) assert.ok(ms >= tagLifeMsMax / 2 && ms <= tagLifeMsMax + 500, `${ms}`);
  assert.equal(new Set(lives).size, lives.length);
  await advertiser.stop();
});

test('what the air does not take is tried again, rarer and rarer, with a fresh tag', async () => {
  const world = scene(600_000);
  const { advertiser, said, pass } = world;
  world.fails = true;
  advertiser.start();
  await pass(5 * 60_000);
  assert.equal(advertiser.sinceMs, undefined);
  assert.ok(said.length >= 5 && said.length <= 12, `${said.length} tries`);
  world.fails = false;
  await pass(rotationTimes.retryMsMax);
  assert.notEqual(advertiser.sinceMs, undefined);
  assert.equal(new Set(said.map(({ data }) => data)).size, said.length);
  await advertiser.stop();
  await pass(3_600_000);
  assert.equal(said.at(-1)?.data, undefined, 'silent for ever');
});

test('addresses are written one way, and nothing else is read', () => {
  const peer = { address: 'C0:11:22:33:44:55', addressType: 'random' } as const;
  assert.equal(addressOf(peer), 'r-c01122334455');
  assert.deepEqual(peerOf('r-c01122334455'), peer);
  assert.deepEqual(peerOf('p-c01122334455'), { ...peer, addressType: 'public' });
  for (const text of ['', 'r-C01122334455', 'x-c01122334455', 'r-c0112233445', 'r-c0:11', 'r-']) {
    assert.equal(peerOf(text), undefined, text);
  }
});
