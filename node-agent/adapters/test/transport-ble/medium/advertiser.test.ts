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

function scene(addressLifeMs: number | undefined | (() => number)): Scene {
  const clock = new FakeClock();
  const lifeMs = (): number | undefined =>
    typeof addressLifeMs === 'function' ? addressLifeMs() : addressLifeMs;
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
    peripheral: {
      advertise,
      get addressLifeMs() {
        return lifeMs();
      },
      serve: async () => {},
    },
    next: () => {
      made += 1;
      return { service: 'mesh', data: Uint8Array.of(made) };
    },
    ...{ clock, random: new SeededRandom(2), logger: createMemoryLogger(), onChange() {} },
  });
  return Object.assign(result, { advertiser });
}

function silencesOf(said: Scene['said']): number[] {
  return said.flatMap(({ atMs, data }, i) => {
    return data === undefined && said[i + 1] ? [said[i + 1]!.atMs - atMs] : [];
  });
}

test('with each address a tag of its own, and a silence drawn between two', async () => {
  // No two lives are equal: somebody draws them.
  let lifeMs = 600_000;
  const { advertiser, said, pass } = scene(() => {
    lifeMs += 1;
    return lifeMs;
  });
  advertiser.start();
  await pass(3_600_000);
  const silences = silencesOf(said);
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

test('where all addresses live equally long, the silences are long as well', async () => {
  const { advertiser, said, pass } = scene(900_000);
  advertiser.start();
  await pass(12 * 3_600_000);
  const lapseMs = 900_000 * rotationTimes.lapseShare;
  const drawn = silencesOf(said).map((ms) => ms - lapseMs);
  assert.ok(drawn[0]! <= rotationTimes.silenceMsMax + 1_000);
  assert.ok(drawn.every((ms) => ms <= rotationTimes.evenSilenceMsMax + 1_000));
  assert.ok(drawn.filter((ms) => ms > 45_000).length >= drawn.length / 4);
  await advertiser.stop();
});

test('whoever misses somebody does not stay silent of its own will', async () => {
  const { advertiser, said, pass } = scene(900_000);
  advertiser.hurry();
  advertiser.start();
  await pass(600_000);
  advertiser.hurry();
  assert.equal(said.length, 1);
  await pass(301_000);
  assert.equal(said.length, 2);
  advertiser.hurry();
  advertiser.hurry();
  await pass(500);
  assert.deepEqual(
    said.map(({ data }) => data),
    [1, undefined, 2],
  );
  await advertiser.stop();
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
