import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemRandom } from '@muster/adapters/random-system';
import type { ByteStream, Medium, MediumHost } from '@muster/core';
import {
  createMemoryLogger,
  FakeClock,
  type LinkPair,
  linkContract,
  SeededRandom,
} from '@muster/core/testing';
import type { BleConnection, BlePeer } from '../../src/transport-ble/ble.ts';
import {
  acceptBleStream,
  ChannelDoor,
  openBleStream,
} from '../../src/transport-ble/stream/index.ts';
import {
  type AirShape,
  calmAir,
  calmChannel,
  type MemoryAdapter,
  MemoryRadio,
} from '../../src/transport-ble/testing/index.ts';
import { bleUuids } from '../../src/transport-ble/uuids.ts';
import { sortedKeys, startNode } from '../transport-libp2p/two-nodes.ts';
import { turn } from './stream/stream-pair.ts';

const logger = createMemoryLogger('error');
const random = createSystemRandom();
const limitMs = 300_000;
const quietMs = 30;

/** No discovery: one box is told where the other is. All else is the product's. */
class PlainMedium implements Medium {
  readonly name = 'ble';
  readonly costClass = 'radio';
  readonly maxFrameBytes = 2048;
  readonly windowBytes = 4096;
  readonly adapter: MemoryAdapter;
  readonly #clock: FakeClock;
  readonly #door: ChannelDoor | undefined;
  readonly #stopping = new AbortController();
  host: MediumHost | undefined;
  other: BlePeer | undefined;

  constructor(clock: FakeClock, adapter: MemoryAdapter) {
    this.#clock = clock;
    this.adapter = adapter;
    const { channels } = adapter;
    if (channels !== undefined) this.#door = new ChannelDoor({ channels, clock, logger });
  }

  async start(host: MediumHost): Promise<void> {
    this.host = host;
    await this.#door?.start();
    await this.adapter.peripheral.serve(bleUuids.mesh, (connection) => {
      const accepted = acceptBleStream({ ...this.#parts(connection), purposes: ['mesh'] });
      accepted.then((stream) => host.accept(stream)).catch(() => {});
    });
    const data = new Uint8Array(10);
    await this.adapter.peripheral.advertise({ service: bleUuids.mesh, data });
  }

  onPeers(): void {}

  async open(_address: string, signal: AbortSignal): Promise<ByteStream> {
    const connection = await this.adapter.central.connect(this.other!, bleUuids.mesh, signal);
    return await openBleStream({ ...this.#parts(connection), purpose: 'mesh' });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#door?.stop();
  }

  #parts(connection: BleConnection) {
    const { signal } = this.#stopping;
    return { connection, door: this.#door, clock: this.#clock, random, logger, signal };
  }
}

async function linked(air: Partial<AirShape>): Promise<LinkPair> {
  const clock = new FakeClock();
  const radio = new MemoryRadio({ clock, random: new SeededRandom(1), air });
  const until = async (condition: () => boolean): Promise<void> => {
    const endMs = clock.monotonicMs() + limitMs;
    while (!condition()) {
      assert.ok(clock.monotonicMs() < endMs, `not within ${limitMs} ms: ${condition}`);
      clock.advance(1);
      await turn();
    }
  };
  /** Until the air is quiet: whoever fills a link asks for it a hundred times. */
  const settle = async (): Promise<void> => {
    const sent = (): number =>
      radio.links.reduce((sum, { bytes }) => sum + bytes.out + bytes.back, 0);
    for (let before = -1; before !== sent(); ) {
      before = sent();
      const endMs = clock.monotonicMs() + quietMs;
      await until(() => clock.monotonicMs() >= endMs);
    }
  };
  const media = ['A', 'B'].map(async (name) => {
    const host = radio.host({ name, addressLifeMs: undefined });
    await host.start(() => {});
    return new PlainMedium(clock, host.adapter());
  });
  const [low, high] = sortedKeys(2);
  const [mediumA, mediumB] = await Promise.all(media);
  const a = await startNode(low!, { listen: [], media: [mediumA!], clock });
  const b = await startNode(high!, { listen: [], media: [mediumB!], clock });
  mediumA!.other = mediumB!.adapter.peer;
  mediumA!.host!.dial('r-c01122334455').catch(() => {});
  await until(() => a.links.length === 1 && b.links.length === 1);
  disturb(radio, clock);
  return {
    ...{ a: a.links[0]!, b: b.links[0]!, keyA: low!.publicKey, keyB: high!.publicKey },
    ...{ until, settle },
    stop: async () => {
      await Promise.all([a.transport.stop(), b.transport.stop()]);
    },
  };
}

/** The channel dies again and again, where there is one. */
function disturb(radio: MemoryRadio, clock: FakeClock): void {
  for (const link of radio.links) {
    clock.after(400, () => {
      link.cutChannels();
      disturb(radio, clock);
    });
  }
}

const { gatt } = calmAir();
/** Fast, so that ten thousand frames do not take minutes. */
const fast = { ...gatt, bytesPerSecond: 1_000_000, latencyMs: 5, windowPackets: 16 };
const kinds: Readonly<Record<string, Partial<AirShape>>> = {
  GATT: { gatt: fast },
  'GATT that reorders': { gatt: { ...fast, reorderPackets: 8 } },
  'GATT that loses': { gatt: { ...fast, loss: 0.002 } },
  'a channel that dies': { gatt: fast, l2cap: { ...calmChannel(), bytesPerSecond: 2_000_000 } },
};

for (const [name, air] of Object.entries(kinds)) {
  linkContract({ name: `libp2p link over ${name}`, make: () => linked(air) }, { test, assert });
}
