import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { FakeClock, SeededRandom } from '@muster/core/testing';
import {
  type AirShape,
  type BleHostPair,
  bleHostContract,
  calmAir,
  calmChannel,
  MemoryRadio,
  type Sniffed,
} from '../../../src/transport-ble/testing/index.ts';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';
import { turn } from '../stream/stream-pair.ts';

const settleMs = 2_000;
const limitMs = 60_000;

async function pass(clock: FakeClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 20) {
    clock.advance(Math.min(20, left));
    await turn();
  }
}

async function pairOn(air: Partial<AirShape>): Promise<BleHostPair> {
  const clock = new FakeClock();
  const radio = new MemoryRadio({ clock, random: new SeededRandom(3), air });
  const [a, b] = ['A', 'B'].map((name) => radio.host({ name }));
  return {
    a: a!,
    b: b!,
    async until(condition) {
      for (let left = limitMs; !condition(); left -= 20) {
        assert.ok(left > 0, 'it never was so');
        await pass(clock, 20);
      }
    },
    settle: () => pass(clock, settleMs),
    async stop() {},
  };
}

const { gatt } = calmAir();
bleHostContract({ name: 'memory', make: () => pairOn({ l2cap: calmChannel() }) }, { test, assert });
bleHostContract(
  { name: 'memory, reordering', make: () => pairOn({ gatt: { ...gatt, reorderPackets: 8 } }) },
  { test, assert },
);

test('a random address lives as long as it says, and comes with new data alone', async () => {
  const clock = new FakeClock();
  const radio = new MemoryRadio({ clock, random: new SeededRandom(1) });
  const host = radio.host({ name: 'A', addressLifeMs: 60_000 });
  await host.start(() => {});
  const heard: Sniffed[] = [];
  radio.sniff((sniffed) => heard.push(sniffed));
  const { peripheral } = host.adapter();
  const say = (byte: number) =>
    peripheral.advertise({ service: bleUuids.mesh, data: new Uint8Array(10).fill(byte) });
  const pairs = () =>
    new Set(
      heard.map((one) =>
        one.kind === 'advertisement' ? `${one.from.address} ${one.data[0]}` : '',
      ),
    );
  await say(1);
  await pass(clock, 30_000);
  void say(2);
  await pass(clock, 20_000);
  const quiet = heard.length;
  await pass(clock, 9_000);
  assert.equal(heard.length, quiet, 'it spoke under the old address');
  await pass(clock, 30_000);
  assert.equal(pairs().size, 2);
  assert.equal(new Set([...pairs()].map((pair) => pair.split(' ')[0])).size, 2);
  await pass(clock, 60_000);
  const lapsed = heard.length;
  await pass(clock, 60_000);
  assert.equal(heard.length, lapsed, 'it spoke after its address lapsed');
});

test('out of reach a link dies; a daemon that dies takes adapters and links along', async () => {
  const clock = new FakeClock();
  const radio = new MemoryRadio({ clock, random: new SeededRandom(1) });
  const changes = { A: 0, B: 0 };
  const hosts = (['A', 'B'] as const).map((name) => radio.host({ name }));
  for (const host of hosts) {
    await host.start(() => {
      changes[host.name as 'A' | 'B'] += 1;
    });
  }
  const [a, b] = hosts as [(typeof hosts)[0], (typeof hosts)[0]];
  const link = async () => {
    const { peripheral, peer } = b.adapter();
    await peripheral.serve(bleUuids.mesh, () => {});
    await peripheral.advertise({ service: bleUuids.mesh, data: new Uint8Array(10) });
    const dial = a.adapter().central.connect(peer, bleUuids.mesh, new AbortController().signal);
    await pass(clock, 5_000);
    await dial;
    assert.equal(radio.links.length, 1);
  };
  await link();
  radio.place(() => undefined);
  await pass(clock, 500);
  assert.equal(radio.links.length, 0);
  radio.place(() => -50);
  await link();
  b.daemon(false);
  assert.equal(radio.links.length, 0);
  assert.deepEqual([b.state.kind, b.adapters.length], ['no-daemon', 0]);
  b.daemon(true);
  assert.deepEqual([b.state.kind, b.adapters.length], ['ready', 1]);
  await link();
  b.power('hci0', false);
  assert.equal(b.state.kind, 'powered-off');
  assert.deepEqual(changes, { A: 1, B: 4 });
});
