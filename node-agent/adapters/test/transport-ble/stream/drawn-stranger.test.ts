/** A stranger who speaks the framing rightly, and says whatever a seed draws, by both carriers. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { chance, createMemoryLogger, intBelow, pick, SeededRandom } from '@muster/core/testing';
import type { BleStream } from '../../../src/transport-ble/stream/ble-stream.ts';
import { acceptBleStream, openBleStream } from '../../../src/transport-ble/stream/open.ts';
import {
  decodePacket,
  encodePacket,
  type Greeting,
  writeDataHead,
} from '../../../src/transport-ble/stream/packets.ts';
import { calmAir, calmChannel, PacketListener } from '../../../src/transport-ble/testing/index.ts';
import { type RadioPair, radioPair, StreamEnd } from './stream-pair.ts';

const seeds = 150;
const livesMs = 20_000;
/** From the last packet to the end of all, the linger of a close included. */
const silentMs = 12_000;

/** What the stranger knows of the stream, more or less. */
class Stranger {
  readonly #random: SeededRandom;
  readonly #packets: PacketListener;
  readonly #token: Uint8Array;
  theirs: Greeting | undefined;
  #offset = 0;
  #heardTo = 0;
  #at = 0;

  constructor(random: SeededRandom, packets: PacketListener) {
    this.#random = random;
    this.#packets = packets;
    this.#token = random.bytes(8);
  }

  greeting(psm: number): Uint8Array {
    return encodePacket({ kind: 'greeting', version: 1, purpose: 'mesh', psm, token: this.#token });
  }

  /** Reads what came, so that much of what it says fits. */
  listen(): void {
    for (const packet of this.#packets.packets.slice(this.#at)) {
      const read = decodePacket(packet);
      if (read.ok && read.value.kind === 'greeting') this.theirs = read.value;
      if (read.ok && read.value.kind === 'data') {
        this.#heardTo = Math.max(this.#heardTo, read.value.offset + read.value.bytes.length);
      }
    }
    this.#at = this.#packets.packets.length;
  }

  packet(bytesMax: number): Uint8Array {
    const random = this.#random;
    const acknowledged = pick(random, [0, this.#heardTo, intBelow(random, this.#heardTo + 1)]);
    const number = intBelow(random, 256);
    const kind = pick(random, ['data', 'data', 'data', 'data', 'ack', 'ask', 'answer', 'rare']);
    if (kind === 'ack') return encodePacket({ kind, acknowledged });
    if (kind === 'ask' || kind === 'answer') return encodePacket({ kind, number });
    // What ends a stream is said rarely, so that much is said before.
    if (kind === 'rare' && chance(random, 0.9)) return encodePacket({ kind: 'leave' });
    if (kind === 'data')
      return this.#data(bytesMax, chance(random, 0.5) ? acknowledged : undefined);
    if (chance(random, 0.3)) return random.bytes(1 + intBelow(random, 12));
    return encodePacket({ kind: 'join', token: this.theirs?.token ?? this.#token });
  }

  #data(bytesMax: number, acknowledged: number | undefined): Uint8Array {
    const random = this.#random;
    const headBytes = acknowledged === undefined ? 4 : 7;
    const packet = random.bytes(headBytes + 1 + intBelow(random, bytesMax - headBytes));
    const ahead = pick(random, [0, 0, 0, 1, 500, 20_000, 50_000]);
    writeDataHead(packet, {
      offset: this.#offset + intBelow(random, ahead + 1),
      ...{ acknowledged, isLast: chance(random, 0.002), isUrgent: chance(random, 0.3) },
    });
    if (ahead === 0) this.#offset += packet.length - headBytes;
    return packet;
  }
}

/** Ours, and the stranger at the other end; `isOurs`: we connected. */
async function met(pair: RadioPair, stranger: Stranger, isOurs: boolean) {
  const { clock, doors, random } = pair;
  const ours = isOurs ? pair.out : pair.back;
  const parts = {
    ...{ connection: ours, door: doors[isOurs ? 0 : 1], clock, random: random.fork() },
    ...{ logger: createMemoryLogger(), signal: new AbortController().signal },
  };
  const opening: Promise<BleStream> = isOurs
    ? openBleStream({ ...parts, purpose: 'mesh' })
    : acceptBleStream({ ...parts, purposes: ['mesh'] });
  let stream: BleStream | undefined;
  opening.then((opened) => {
    stream = opened;
  });
  (isOurs ? pair.back : pair.out).gatt.send(stranger.greeting(isOurs ? doors[1]!.psm : 0));
  await pair.until(() => stream !== undefined, 5_000);
  return stream!;
}

async function live(seed: number): Promise<string> {
  const random = new SeededRandom(seed);
  const pair = await radioPair(seed, { ...calmAir(), l2cap: calmChannel() });
  const isOurs = chance(random, 0.5);
  const gatt = new PacketListener((isOurs ? pair.back : pair.out).gatt).start();
  const stranger = new Stranger(random, gatt);
  const end = new StreamEnd(await met(pair, stranger, isOurs));
  pair.clock.after(intBelow(random, 2_000), () => end.start());
  const wordsMs = random.bytes(1)[0]! * 8 + 5;
  const ways = [gatt];
  const openChannel = async (): Promise<void> => {
    const { psm, token } = stranger.theirs!;
    const signal = new AbortController().signal;
    const channel = await pair.doors[0]!.connect(pair.out.peer, psm, signal).catch(() => undefined);
    if (channel === undefined) return;
    ways.push(new PacketListener(channel).start());
    if (chance(random, 0.9)) channel.send(encodePacket({ kind: 'join', token }));
    if (chance(random, 0.1)) channel.close();
  };
  for (let passedMs = 0; passedMs < livesMs && end.reasons.length === 0; passedMs += wordsMs) {
    stranger.listen();
    if (chance(random, 0.5)) end.stream.send(random.bytes(1 + intBelow(random, 3_000)));
    if (!isOurs && stranger.theirs && chance(random, 0.1)) void openChannel();
    for (let i = intBelow(random, 8); i > 0; i -= 1) {
      const { carrier, reasons } = pick(random, ways);
      if (reasons.length === 0) carrier.send(stranger.packet(carrier.maxPacketBytes));
    }
    await pair.advance(wordsMs, wordsMs);
  }
  if (chance(random, 0.3)) end.stream.close('enough');
  await pair.advance(silentMs, 50);
  assert.equal(end.reasons.length, 1, 'it has an end, and one');
  const { bytesSent } = end.stream.counts;
  await pair.advance(70_000, 5_000);
  assert.equal(end.stream.counts.bytesSent, bytesSent, 'what ended says nothing more');
  assert.equal(pair.radio.links.length, 0);
  assert.ok(pair.clock.waiting <= 3, `${pair.clock.waiting} timers`);
  return end.reasons[0]!;
}

test(`${seeds} drawn strangers: each stream has one end, and nothing runs after it`, async () => {
  const reasons = new Map<string, number>();
  for (let seed = 1; seed <= seeds; seed += 1) {
    const reason = await live(seed).catch((error: Error) => {
      throw new Error(`seed ${seed} (live(${seed}) repeats it)`, { cause: error });
    });
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const reason of ['silent', 'enough', 'malformed', 'misplaced']) {
    assert.ok(reasons.has(reason), `${reason}: ${JSON.stringify([...reasons])}`);
  }
});
