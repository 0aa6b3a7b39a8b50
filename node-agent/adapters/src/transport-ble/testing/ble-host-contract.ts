/**
 * What every BleHost must do, in memory and on BlueZ: advertise and hear, connect and carry, end
 * and say so. The stream above relies on each of these. The maker says how time passes. For tests.
 */
import { equalBytes } from '@muster/core';
import type { ContractTools } from '@muster/core/testing';
import type { BleAdapter, BleConnection, BleHost, BlePeer, BleReport } from '../ble.ts';
import { BleError } from '../ble.ts';
import { bleUuids } from '../uuids.ts';
import { channelling } from './ble-channel-contract.ts';
import { PacketListener, packetOf } from './packet-listener.ts';

export interface BleHostPair {
  /** Two boxes in reach of each other, not started. */
  readonly a: BleHost;
  readonly b: BleHost;
  /** Lets time pass until it holds; fails when it never does. */
  until(condition: () => boolean): Promise<void>;
  /** Lets enough time pass for all that is under way to arrive. */
  settle(): Promise<void>;
  /** After the hosts were stopped. */
  stop(): Promise<void>;
}

export interface BleHostContractOptions {
  readonly name: string;
  readonly make: () => Promise<BleHostPair>;
}

/** Both boxes, started. */
export interface BleUnder extends BleHostPair {
  readonly adapterA: BleAdapter;
  readonly adapterB: BleAdapter;
  /** Waits for what was promised while time passes. */
  resolved<T>(promise: Promise<T>): Promise<T>;
  /** B serves and advertises, A hears it and connects. */
  connected(): Promise<BleConnected>;
}

export interface BleConnected {
  readonly out: BleConnection;
  readonly back: BleConnection;
  /** B as A hears it. */
  readonly peerB: BlePeer;
}

export type BleTest = (what: string, run: (under: BleUnder) => Promise<void>) => void;
type Assert = ContractTools['assert'];

export function bleHostContract(options: BleHostContractOptions, tools: ContractTools): void {
  const { assert } = tools;
  const test: BleTest = (what, run) => {
    tools.test(`${options.name}: ${what}`, async () => {
      const pair = await options.make();
      try {
        await run(await begin(pair));
      } finally {
        await pair.a.stop();
        await pair.b.stop();
        await pair.stop();
      }
    });
  };
  hearing(test, assert);
  carrying(test, assert);
  ending(test, assert);
  channelling(test, assert);
}

async function begin(pair: BleHostPair): Promise<BleUnder> {
  const { a, b, until } = pair;
  for (const host of [a, b]) await host.start(() => {});
  await until(() => [a, b].every((host) => host.state.kind === 'ready'));
  let meeting: Meeting | undefined;
  const under: BleUnder = {
    ...pair,
    adapterA: a.adapters[0]!,
    adapterB: b.adapters[0]!,
    resolved: (promise) => resolved(promise, until),
    async connected() {
      meeting ??= await meet(under);
      return await connect(under, meeting);
    },
  };
  return under;
}

async function resolved<T>(promise: Promise<T>, until: BleHostPair['until']): Promise<T> {
  let isSettled = false;
  const settled = (): void => {
    isSettled = true;
  };
  promise.then(settled, settled);
  await until(() => isSettled);
  return await promise;
}

/** Ten bytes of a test. */
const said = Uint8Array.from({ length: 10 }, (_, at) => at + 1);

interface Meeting {
  readonly peerB: BlePeer;
  /** Those who came to B, oldest first. */
  readonly came: BleConnection[];
}

async function meet(under: BleUnder): Promise<Meeting> {
  const { peripheral } = under.adapterB;
  const came: BleConnection[] = [];
  await under.resolved(peripheral.serve(bleUuids.mesh, (connection) => came.push(connection)));
  return { came, peerB: await heard(under) };
}

async function connect(under: BleUnder, { peerB, came }: Meeting): Promise<BleConnected> {
  const { adapterA, until } = under;
  const before = came.length;
  const signal = new AbortController().signal;
  const out = await under.resolved(adapterA.central.connect(peerB, bleUuids.mesh, signal));
  await until(() => came.length > before);
  return { out, back: came.at(-1)!, peerB };
}

/** B advertises until A hears it. */
async function heard(under: BleUnder): Promise<BlePeer> {
  const { adapterA, adapterB, until } = under;
  const advertisement = { service: bleUuids.mesh, data: said };
  await under.resolved(adapterB.peripheral.advertise(advertisement));
  let report: BleReport | undefined;
  await under.resolved(
    adapterA.scanner.start([bleUuids.mesh], (one) => {
      if (equalBytes(one.data, said)) report = one;
    }),
  );
  await until(() => report !== undefined);
  await under.resolved(adapterA.scanner.stop());
  return report!.peer;
}

function hearing(test: BleTest, assert: Assert): void {
  test('what one box says, the other hears, and nothing that it did not ask for', async (under) => {
    const { adapterA, adapterB, until } = under;
    const reports: BleReport[] = [];
    const mesh = { service: bleUuids.mesh, data: said };
    await under.resolved(adapterA.peripheral.advertise({ service: bleUuids.claim, data: said }));
    await under.resolved(adapterB.peripheral.advertise(mesh));
    await under.resolved(adapterA.scanner.start([bleUuids.mesh], (one) => reports.push(one)));
    const ofB = () => reports.filter(({ data }) => equalBytes(data, said));
    await until(() => ofB().length > 0);
    const report = ofB()[0]!;
    assert.equal(report.service, bleUuids.mesh);
    assert.ok(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/.test(report.peer.address), report.peer.address);
    assert.ok(Number.isInteger(report.rssiDbm) && report.rssiDbm >= -127, `${report.rssiDbm}`);
    assert.ok(reports.every(({ service }) => service === bleUuids.mesh));
  });

  test('a box that says nothing any more is not heard', async (under) => {
    const { adapterA, adapterB } = under;
    await heard(under);
    await under.resolved(adapterB.peripheral.advertise(undefined));
    await under.settle();
    const reports: BleReport[] = [];
    await under.resolved(adapterA.scanner.start([bleUuids.mesh], (one) => reports.push(one)));
    await under.settle();
    assert.equal(reports.filter(({ data }) => equalBytes(data, said)).length, 0);
  });
}

function carrying(test: BleTest, assert: Assert): void {
  test('a connection has two ends, and packets of every size arrive whole', async (under) => {
    const { out, back, peerB } = await under.connected();
    assert.deepEqual([out.initiator, back.initiator], [true, false]);
    assert.equal(out.peer.address, peerB.address);
    const [onA, onB] = [new PacketListener(out.gatt).start(), new PacketListener(back.gatt)];
    for (const [from, to] of [
      [onA, onB],
      [onB, onA],
    ] as const) {
      const max = from.carrier.maxPacketBytes;
      assert.ok(from.carrier.kind === 'gatt' && max >= 100 && max <= 512, `${max}`);
      const packets = [4, 5, 20, 90, max - 1, max].map((bytes, at) => packetOf(at, bytes));
      from.pump([Uint8Array.of(1), ...packets]);
      // What comes before start is kept.
      await under.settle();
      if (to === onB) onB.start();
      await under.until(() => to.packets.length > packets.length);
      assert.deepEqual(sorted(to.packets), sorted([Uint8Array.of(1), ...packets]));
    }
  });

  test('packets go both ways at once, each at most once', async (under) => {
    const { out, back } = await under.connected();
    const ends = [new PacketListener(out.gatt), new PacketListener(back.gatt)].map((end) =>
      end.start(),
    );
    const rounds = 8;
    const perRound = 16;
    for (let round = 0; round < rounds; round += 1) {
      const packets = Array.from({ length: perRound }, (_, at) =>
        packetOf(round * perRound + at, 4 + ((at * 37) % 96)),
      );
      for (const end of ends) end.pump(packets);
      // Nothing acknowledges a notification, so no more than this is under way.
      await under.until(() => ends.every((end) => end.packets.length >= (round + 1) * perRound));
      for (const end of ends) {
        const last = end.packets.slice(round * perRound);
        assert.deepEqual(sorted(last), sorted(packets));
      }
    }
  });
}

function sorted(packets: readonly Uint8Array[]): string[] {
  return packets.map((packet) => Array.from(packet).join()).sort();
}

function ending(test: BleTest, assert: Assert): void {
  for (const closer of ['out', 'back'] as const) {
    test(`both ends are told once when ${closer} closes, and may meet again`, async (under) => {
      for (let i = 0; i < 2; i += 1) {
        const connected = await under.connected();
        const { out, back } = connected;
        const ends = [new PacketListener(out.gatt).start(), new PacketListener(back.gatt).start()];
        connected[closer].close();
        connected[closer].close();
        await under.until(() => ends.every(({ reasons }) => reasons.length > 0));
        assert.equal(ends[0]!.carrier.send(Uint8Array.of(1)), false);
        await under.settle();
        assert.ok(ends.every(({ reasons }) => reasons.length === 1));
        assert.ok(ends.every(({ calledAfterClose }) => calledAfterClose === 0));
      }
    });
  }

  test('a connect that is given up says so', async (under) => {
    const attempt = new AbortController();
    const nobody: BlePeer = { address: 'C0:11:22:33:44:55', addressType: 'random' };
    const { central } = under.adapterA;
    const code = central.connect(nobody, bleUuids.mesh, attempt.signal).then(() => '', codeOf);
    await under.settle();
    attempt.abort();
    const said = await under.resolved(code);
    // It may have found out first that nobody is there.
    assert.ok(['aborted', 'not-found', 'timeout', 'failed'].includes(said), said);
  });

  test('after stop everything is gone, and stop may come twice', async (under) => {
    const { out, back } = await under.connected();
    const ends = [new PacketListener(out.gatt).start(), new PacketListener(back.gatt).start()];
    await under.b.stop();
    await under.b.stop();
    assert.equal(under.b.adapters.length, 0);
    await under.until(() => ends.every(({ reasons }) => reasons.length > 0));
    const { peripheral } = under.adapterB;
    const code = peripheral
      .advertise({ service: bleUuids.mesh, data: said })
      .then(() => '', codeOf);
    assert.equal(await under.resolved(code), 'gone');
  });
}

function codeOf(error: unknown): string {
  return error instanceof BleError ? error.code : `not a BleError: ${error}`;
}
