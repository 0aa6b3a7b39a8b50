/** Strangers who call without pause, and members who can be linked by their own calls only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BleConnection, type BlePeer, bleUuids } from '@muster/adapters/transport-ble';
import type { MemoryBleHost } from '@muster/adapters/transport-ble/testing';
import { intBelow } from '@muster/core/testing';
import { callerLimits } from '../../../src/transport-ble/medium/limits.ts';
import { openBleStream } from '../../../src/transport-ble/stream/index.ts';
import { type Box, createWorld, isLinked, type World } from './boxes.ts';

/** `mute`: connects; `silent`: greets as well; `refused`: its key is no member's. */
type Manner = 'mute' | 'silent' | 'refused';
const manners: readonly Manner[] = ['mute', 'silent', 'refused'];
const strangerCount = 5;
const linkedMsMax = 15_000;

/** Calls again as soon as it was sent away, each time from another address. */
class Caller {
  readonly #world: World;
  readonly #host: MemoryBleHost;
  readonly #manner: () => Manner;
  calls = 0;
  #isOver = false;

  constructor(world: World, name: string, manner: () => Manner, addressLifeMs: number) {
    this.#world = world;
    this.#host = world.radio.host({ name, addressLifeMs });
    this.#manner = manner;
  }

  get peer(): BlePeer {
    return this.#host.adapter().peer;
  }

  async start(target: () => BlePeer): Promise<void> {
    await this.#host.start(() => {});
    void this.#run(target);
  }

  stop(): void {
    this.#isOver = true;
  }

  async #run(target: () => BlePeer): Promise<void> {
    const { signal } = new AbortController();
    while (!this.#isOver) {
      this.calls += 1;
      const { central } = this.#host.adapter();
      await central.connect(target(), bleUuids.mesh, signal).then(
        (connection) => this.#stay(connection, signal),
        () => {},
      );
    }
  }

  async #stay(connection: BleConnection, signal: AbortSignal): Promise<void> {
    const ended = Promise.withResolvers<void>();
    const onClose = (): void => ended.resolve();
    const manner = this.#manner();
    if (manner === 'mute') {
      connection.gatt.start({ onPacket() {}, onDrain() {}, onClose });
    } else {
      const { clock, random, logger } = this.#world;
      const parts = { connection, clock, random, logger, signal, door: undefined };
      const stream = await openBleStream({ ...parts, purpose: 'mesh' }).catch(() => undefined);
      if (stream === undefined) return;
      stream.start({ onBytes() {}, onDrain() {}, onClose });
      if (manner === 'refused') stream.send(new Uint8Array(32));
    }
    await ended.promise;
  }
}

/** A crowd at a's door, and m whom nobody can dial. Who is not alone listens now and then only. */
async function besieged(seed: number, isAlone = true) {
  const world = createWorld(seed);
  const [a, m, friend] = [world.box('a'), world.box('m'), world.box('friend')];
  await a.medium.start(a.above);
  if (!isAlone) await friend.medium.start(friend.above);
  world.place((...ends) => (ends.every(({ host }) => /m|friend/.test(host)) ? undefined : -60));
  await world.pass(20_000, 100);
  assert.equal(isLinked(a, friend), !isAlone);
  const manner = (): Manner => manners[intBelow(world.random, manners.length)]!;
  const crowd = Array.from(
    { length: strangerCount },
    (_, i) => new Caller(world, `stranger ${i}`, manner, 1),
  );
  for (const caller of crowd) await caller.start(() => a.radio.adapter().peer);
  await world.pass(20_000 + intBelow(world.random, 20_000), 100);
  return { world, a, m, crowd };
}

async function linked(world: World, a: Box, m: Box): Promise<number> {
  return await world.until(() => isLinked(a, m), 200_000);
}

async function end(world: World, crowd: readonly Caller[]): Promise<void> {
  for (const caller of crowd) caller.stop();
  await world.stop();
}

test('whom only its own calls can link is linked through a crowd of strangers', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const { world, a, m, crowd } = await besieged(seed, seed % 4 === 0);
    await m.medium.start(m.above);
    m.radio.adapter().refusesConnects = true;
    const tookMs = await linked(world, a, m);
    assert.ok(tookMs <= linkedMsMax, `${tookMs} ms, seed ${seed}`);
    await end(world, crowd);
  }
});

test('ten minutes of strangers: each lost link is back soon', async () => {
  const { world, a, m, crowd } = await besieged(21);
  await m.medium.start(m.above);
  m.radio.adapter().refusesConnects = true;
  await linked(world, a, m);
  for (let minute = 0; minute < 10; minute++) {
    await world.pass(45_000, 200);
    const { peer } = m.radio.adapter();
    world.radio.linkOf(a.radio.adapter(), peer)?.cut();
    await world.until(() => !isLinked(a, m), 1_000);
    const tookMs = await linked(world, a, m);
    assert.ok(tookMs <= linkedMsMax, `${tookMs} ms, minute ${minute}`);
  }
  assert.ok(crowd.reduce((sum, { calls }) => sum + calls, 0) > 600);
  await end(world, crowd);
});

test('a stranger that stays at one address is taken ever more rarely', async () => {
  const world = createWorld(31);
  const a = world.box('a');
  await a.medium.start(a.above);
  await world.pass(2_000);
  const stranger = new Caller(world, 'stranger', () => 'refused', 60 * 60_000);
  await stranger.start(() => a.radio.adapter().peer);
  await world.pass(10 * 60_000, 200);
  const { linksAccepted, linksRefused } = a.medium.status().counts;
  const most = 6 + 600_000 / callerLimits.waitMsMax;
  assert.ok(linksAccepted <= most, `${linksAccepted} accepted`);
  assert.ok(linksRefused > 100);
  await end(world, [stranger]);
});

test('a tag heard from an address ends its wait, but puts nobody out for ever', async () => {
  const world = createWorld(41);
  const [a, m] = [world.box('a'), world.box('m')];
  let tag: Uint8Array | undefined;
  world.radio.sniff((event) => {
    if (event.kind === 'advertisement') tag ??= event.data;
  });
  await m.medium.start(m.above);
  await world.pass(3_000);
  await m.medium.stop();
  await a.medium.start(a.above);
  await world.pass(2_000);
  const stranger = new Caller(world, 'stranger', () => 'refused', 60 * 60_000);
  const target = (): BlePeer => a.radio.adapter().peer;
  const counts = () => ({ ...a.medium.status().counts });
  await stranger.start(target);
  await world.pass(120_000, 200);
  const before = counts();
  const say = async (): Promise<void> => {
    const { peer } = stranger;
    const sighting = { peer, service: bleUuids.mesh, data: tag!, rssiDbm: -60 };
    a.radio.adapter().hear(sighting);
    await world.pass(10_000, 200);
  };
  await say();
  assert.ok(counts().linksAccepted > before.linksAccepted + 10);
  // Three who wait for nothing hold the places: whoever failed so often does not get one of theirs.
  const silent = [0, 1, 2].map((i) => new Caller(world, `silent ${i}`, () => 'silent', 1));
  for (const caller of silent) await caller.start(target);
  await world.pass(1_000);
  const full = counts();
  await say();
  assert.ok(counts().linksAccepted - full.linksAccepted <= 8);
  assert.ok(silent.every(({ calls }) => calls <= 3));
  await end(world, [stranger, ...silent]);
});
