/** Two boxes on a MemoryRadio with a stream between them, in virtual time. For tests. */
import type { ByteStream } from '@muster/core';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import type { BleConnection } from '../../../src/transport-ble/ble.ts';
import type { BleStream } from '../../../src/transport-ble/stream/ble-stream.ts';
import { ChannelDoor } from '../../../src/transport-ble/stream/channel-door.ts';
import { acceptBleStream, openBleStream } from '../../../src/transport-ble/stream/open.ts';
import type { MemoryLink } from '../../../src/transport-ble/testing/memory-link.ts';
import {
  MemoryRadio,
  type MemoryRadioOptions,
} from '../../../src/transport-ble/testing/memory-radio.ts';
import { bleUuids } from '../../../src/transport-ble/uuids.ts';

/** One turn of the event loop: what was promised comes true. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class StreamEnd {
  readonly stream: BleStream;
  readonly chunks: Uint8Array[] = [];
  readonly reasons: string[] = [];
  receivedBytes = 0;
  drains = 0;
  onDrainDo: () => void = () => {};
  onBytesDo: (bytes: Uint8Array) => void = () => {};

  constructor(stream: BleStream) {
    this.stream = stream;
  }

  start(): this {
    this.stream.start({
      onBytes: (bytes) => {
        if (this.reasons.length > 0) throw new Error('bytes after onClose');
        this.chunks.push(bytes);
        this.receivedBytes += bytes.length;
        this.onBytesDo(bytes);
      },
      onDrain: () => {
        this.drains += 1;
        this.onDrainDo();
      },
      onClose: (reason) => this.reasons.push(reason),
    } satisfies Parameters<ByteStream['start']>[0]);
    return this;
  }

  get received(): Uint8Array {
    return Buffer.concat(this.chunks);
  }
}

export interface StreamPair {
  readonly clock: FakeClock;
  readonly radio: MemoryRadio;
  readonly random: SeededRandom;
  readonly link: MemoryLink;
  /** The end that opened, and the other. Not started. */
  readonly a: StreamEnd;
  readonly b: StreamEnd;
  readonly doors: readonly ChannelDoor[];
  advance(ms: number, stepMs?: number): Promise<void>;
  /** Lets time pass until it holds; throws after `msMax`. */
  until(condition: () => boolean, msMax?: number): Promise<void>;
}

export interface RadioPair {
  readonly clock: FakeClock;
  readonly radio: MemoryRadio;
  readonly random: SeededRandom;
  readonly doors: readonly (ChannelDoor | undefined)[];
  readonly out: BleConnection;
  readonly back: BleConnection;
  advance(ms: number, stepMs?: number): Promise<void>;
  until(condition: () => boolean, msMax?: number): Promise<void>;
}

const stepMsDefault = 10;

/** Two boxes with a connection, and nothing on it. */
export async function radioPair(
  seed: number,
  air: MemoryRadioOptions['air'] = {},
): Promise<RadioPair> {
  const clock = new FakeClock();
  const random = new SeededRandom(seed);
  const radio = new MemoryRadio({ clock, random, air });
  const advance = async (ms: number, stepMs = stepMsDefault): Promise<void> => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(left, stepMs));
      await turn();
    }
  };
  const until = async (condition: () => boolean, msMax = 600_000): Promise<void> => {
    const endMs = clock.monotonicMs() + msMax;
    while (!condition()) {
      if (clock.monotonicMs() > endMs) throw new Error(`not within ${msMax} ms`);
      await advance(stepMsDefault);
    }
  };
  const hosts = ['A', 'B'].map((name) => radio.host({ name }));
  for (const host of hosts) await host.start(() => {});
  const [a, b] = hosts.map((host) => host.adapter());
  const doors = [a!, b!].map(({ channels }) =>
    channels === undefined
      ? undefined
      : new ChannelDoor({ channels, clock, logger: createMemoryLogger() }),
  );
  for (const door of doors) await door?.start();
  let back: BleConnection | undefined;
  let out: BleConnection | undefined;
  await b!.peripheral.serve(bleUuids.mesh, (connection) => {
    back = connection;
  });
  await b!.peripheral.advertise({ service: bleUuids.mesh, data: new Uint8Array(10) });
  const signal = new AbortController().signal;
  a!.central.connect(b!.peer, bleUuids.mesh, signal).then((connection) => {
    out = connection;
  });
  await until(() => out !== undefined && back !== undefined);
  return { clock, radio, random, doors, out: out!, back: back!, advance, until };
}

export async function streamPair(
  seed: number,
  air: MemoryRadioOptions['air'] = {},
): Promise<StreamPair> {
  const pair = await radioPair(seed, air);
  const { clock, radio, random, doors, until } = pair;
  const rest = { clock, random: random.fork(), logger: createMemoryLogger() };
  const signal = new AbortController().signal;
  const ends: BleStream[] = [];
  const opened = openBleStream({
    ...{ connection: pair.out, purpose: 'mesh', door: doors[0], ...rest, signal },
  });
  const accepted = acceptBleStream({
    ...{ connection: pair.back, purposes: ['mesh'], door: doors[1], ...rest, signal },
  });
  const failed = (error: Error): void => {
    failure = error;
  };
  let failure: Error | undefined;
  opened.then((stream) => {
    ends[0] = stream;
  }, failed);
  accepted.then((stream) => {
    ends[1] = stream;
  }, failed);
  await until(() => failure !== undefined || Object.keys(ends).length === 2);
  if (failure !== undefined) throw failure;
  const { advance } = pair;
  return {
    ...{ clock, radio, random, link: radio.links[0]!, advance, until },
    a: new StreamEnd(ends[0]!),
    b: new StreamEnd(ends[1]!),
    doors: doors.filter((door) => door !== undefined),
  };
}
