/**
 * Fuzz target: the packets of a stranger on a live Bluetooth stream (below step 4), at either end,
 * by GATT and by a channel. Input: packets, each behind two octets (how it comes, its length), and
 * as the last line which end is ours. Whatever comes, our end lives on or closes with a typed
 * reason, sends no more than it was asked for, and delivers a byte once.
 */
import {
  acceptBleStream,
  type BleStream,
  ChannelDoor,
  encodePacket,
  openBleStream,
} from '@muster/adapters/parsers';
import { concat } from '@muster/core';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import { broken, type FuzzTarget, type FuzzVerdict } from '../target.ts';
import { type LooseCarrier, LooseChannels, LooseConnection } from './loose-carrier.ts';
import { inputOf, splitInput } from './seeds.ts';

const sides = ['opened', 'accepted'];
const packetsMax = 64;
/** Ends whatever waits: resends, retries of channels, the silence. */
const restMs = 120_000;
const token = new Uint8Array(8).fill(7);
const reasons = [
  ...['malformed', 'window', 'acknowledged-unsent', 'misplaced', 'aborted-by-peer'],
  ...['closed-by-peer', 'connection-lost', 'silent', 'stalled'],
];

/** How a packet comes: by GATT, by the channel, by a new channel; or time goes by instead. */
const Way = { gatt: 0, channel: 1, newChannel: 2, wait: 3 } as const;

export function createBleStreamTarget(): FuzzTarget {
  return { name: 'ble-stream', seeds, dictionary, run };
}

const greeting = encodePacket({ kind: 'greeting', version: 1, purpose: 'mesh', psm: 128, token });
const dictionary = [
  ...['0200000061', '2200000061', '1200000000000061', '4200000161', '03000000', '0401', '0501'],
  ...['07', '0801', '02ffff0061', '0200ffff61', '03ffffff'],
].map((hex) => Buffer.from(hex, 'hex'));

function seeds(): Uint8Array[] {
  const by = (way: number, packet: Uint8Array) => Uint8Array.of(way, packet.length, ...packet);
  const join = by(Way.newChannel, encodePacket({ kind: 'join', token: ownToken }));
  const hello = by(Way.gatt, greeting);
  const wait = Uint8Array.of(Way.wait, 50);
  const all = dictionary.map((packet) => by(Way.gatt, packet));
  const channelled = dictionary.map((packet) => by(Way.channel, packet));
  const lives = [
    [hello, ...all.slice(0, 7)],
    [hello, join, wait, ...channelled.slice(0, 7)],
    [
      hello,
      join,
      wait,
      ...all.slice(0, 3),
      ...channelled.slice(2, 6),
      by(Way.gatt, Uint8Array.of(7)),
    ],
    [...all.slice(0, 2), hello, wait, hello, ...all.slice(3)],
    ...all.map((packet) => [hello, packet]),
  ];
  return lives.flatMap((life) => sides.map((side) => inputOf(side, concat(...life))));
}

/** Drawn by our end, which takes it from this random source. */
const ownToken = new SeededRandom(1).bytes(8);

interface World {
  readonly clock: FakeClock;
  readonly connection: LooseConnection;
  readonly channels: LooseChannels;
  readonly stream: Promise<BleStream | string>;
}

function begin(side: string): World {
  const clock = new FakeClock();
  const connection = new LooseConnection(clock, side === 'opened');
  const channels = new LooseChannels(clock);
  const logger = createMemoryLogger('error');
  const door = new ChannelDoor({ channels, clock, logger });
  void door.start();
  const { signal } = new AbortController();
  const parts = { connection, door, clock, random: new SeededRandom(1), logger, signal };
  const stream =
    side === 'opened'
      ? openBleStream({ ...parts, purpose: 'mesh' })
      : acceptBleStream({ ...parts, purposes: ['mesh', 'claim'] });
  return { clock, connection, channels, stream: stream.catch((error) => error.code as string) };
}

async function run(input: Uint8Array): Promise<FuzzVerdict> {
  const [side, content] = splitInput(input, sides);
  const world = begin(side);
  const life = new Life(world);
  let packets = 0;
  for (let at = 0; at + 1 < content.length && packets < packetsMax; packets += 1) {
    const [way = 0, length = 0] = content.subarray(at, at + 2);
    const packet = content.slice(at + 2, at + 2 + length);
    at += way % 4 === Way.wait ? 2 : 2 + packet.length;
    await life.meet(way % 4, packet, length);
  }
  return await life.end(packets);
}

class Life {
  readonly #world: World;
  readonly #closed: string[] = [];
  #stream: BleStream | undefined;
  #refused: string | undefined;
  #channel: LooseCarrier | undefined;

  constructor(world: World) {
    this.#world = world;
    world.stream.then((stream) => {
      if (typeof stream === 'string') this.#refused = stream;
      else this.#start(stream);
    });
  }

  async meet(way: number, packet: Uint8Array, waitMs: number): Promise<void> {
    const { clock, connection, channels } = this.#world;
    if (way === Way.newChannel) this.#channel = channels.incoming();
    const carrier = way === Way.gatt ? connection.gatt : (this.#channel ?? channels.opened);
    if (way === Way.wait) clock.advance(waitMs * 20);
    else if (packet.length > 0) carrier?.hear(packet);
    clock.advance(1);
    await turn();
  }

  async end(packets: number): Promise<FuzzVerdict> {
    const { clock, connection } = this.#world;
    await turn();
    clock.advance(5);
    const sentBefore = connection.sent();
    if (sentBefore > packets * 4 + 200) broken(`${sentBefore} packets for ${packets}`);
    const verdict = this.#refused ?? this.#closed[0] ?? this.#stream !== undefined;
    for (let left = restMs; left > 0; left -= 1_000) {
      clock.advance(1_000);
      await turn();
    }
    if (this.#stream !== undefined && this.#closed.length !== 1) broken('it never ends');
    const [reason = 'silent'] = this.#closed;
    if (!reasons.includes(reason)) broken(`an untyped reason: ${reason}`);
    if (!connection.isClosed) broken('the connection stays open');
    if (clock.waiting > 0) broken(`${clock.waiting} timers are left`);
    return verdict;
  }

  #start(stream: BleStream): void {
    this.#stream = stream;
    stream.start({
      onBytes: () => {
        if (this.#closed.length > 0) broken('bytes after the end');
      },
      onDrain: () => {},
      onClose: (reason) => this.#closed.push(reason),
    });
    stream.send(new Uint8Array(3_000));
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
