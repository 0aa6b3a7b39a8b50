/**
 * Boxes of one site on a MemoryRadio, each with a BleMedium, and above it a transport in two
 * strokes: each end says its key, and of two streams between the same two boxes one stays. A LAN
 * beside it is a list that a test writes.
 */
import { createSodiumCrypto } from '@muster/adapters/crypto-sodium';
import {
  type BleHost,
  type BleMedium,
  type BleMediumOptions,
  createBleMedium,
} from '@muster/adapters/transport-ble';
import {
  type AirShape,
  type MemoryBleHost,
  MemoryRadio,
  type Reach,
} from '@muster/adapters/transport-ble/testing';
import {
  type ByteStream,
  bytesKey,
  type ConnectedPeer,
  compareBytes,
  type Link,
  type MediumHost,
  type Random,
  radioIdOf,
} from '@muster/core';
import { createMemoryLogger, FakeClock, SeededRandom } from '@muster/core/testing';
import { FramedLink } from './framed-link.ts';

export const crypto = createSodiumCrypto();
export const siteKey = new Uint8Array(32).fill(0x51);

export interface Box {
  readonly name: string;
  readonly nodeKey: Uint8Array;
  readonly id: Uint8Array;
  readonly radio: MemoryBleHost;
  readonly medium: BleMedium;
  readonly above: Above;
}

interface Standing {
  readonly nodeKey: Uint8Array;
  readonly stream: ByteStream;
  readonly byLower: boolean;
  readonly sinceMs: number;
}

/** What stands above the medium: keys instead of Noise. */
export class Above implements MediumHost {
  readonly #nodeKey: Uint8Array;
  readonly #clock: FakeClock;
  readonly #onLink: ((link: Link) => void) | undefined;
  medium: BleMedium | undefined;
  readonly links = new Map<string, Standing>();
  /** By node key; the value says whether it is in doubt. */
  readonly #lan = new Map<string, ConnectedPeer>();
  /** For each dial the address and when. */
  readonly dialled: { readonly address: string; readonly atMs: number }[] = [];

  constructor(nodeKey: Uint8Array, clock: FakeClock, onLink?: (link: Link) => void) {
    this.#nodeKey = nodeKey;
    this.#clock = clock;
    this.#onLink = onLink;
  }

  lan(nodeKey: Uint8Array, state: 'sound' | 'doubtful' | 'none'): void {
    const isDoubtful = state === 'doubtful';
    if (state === 'none') this.#lan.delete(bytesKey(nodeKey));
    else this.#lan.set(bytesKey(nodeKey), { nodeKey, costClass: 'lan', isDoubtful });
    this.medium?.onPeers();
  }

  async accept(stream: ByteStream): Promise<Uint8Array> {
    return await this.#greet(stream);
  }

  async dial(address: string): Promise<Uint8Array> {
    this.dialled.push({ address, atMs: this.#clock.monotonicMs() });
    const limit = new AbortController();
    const stream = await this.medium!.open(address, limit.signal);
    return await this.#greet(stream);
  }

  peers(): readonly ConnectedPeer[] {
    const byRadio = [...this.links].map(([name, { nodeKey }]): [string, ConnectedPeer] => [
      name,
      { nodeKey, costClass: 'radio', isDoubtful: false },
    ]);
    const lan = [...this.#lan].filter(([name, peer]) => !peer.isDoubtful || !this.links.has(name));
    return [...new Map([...byRadio, ...lan]).values()];
  }

  #greet(stream: ByteStream): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const limit = this.#clock.after(20_000, () => stream.close('handshake-timeout'));
      let nodeKey: Uint8Array | undefined;
      let link: FramedLink | undefined;
      const heard: number[] = [];
      stream.start({
        onBytes: (bytes) => {
          if (nodeKey !== undefined) return link?.onBytes(bytes);
          heard.push(...bytes);
          if (heard.length < 32) return;
          limit.cancel();
          if (heard.slice(0, 4).every((byte) => byte === 0))
            return stream.close('certificate-refused');
          nodeKey = Uint8Array.from(heard.slice(0, 32));
          if (this.#linked(nodeKey, stream) && this.#onLink) {
            link = new FramedLink(nodeKey, stream);
            this.#onLink(link);
            link.onBytes(Uint8Array.from(heard.slice(32)));
          }
          resolve(nodeKey);
        },
        onDrain: () => link?.onDrain(),
        onClose: (reason) => {
          limit.cancel();
          link?.onClose(reason);
          reject(new Error(reason));
          if (nodeKey === undefined) return;
          const name = bytesKey(nodeKey);
          if (this.links.get(name)?.stream !== stream) return;
          this.links.delete(name);
          this.medium?.onPeers();
        },
      });
      stream.send(this.#nodeKey.slice());
    });
  }

  /** Whether it is the link with that neighbour now. */
  #linked(nodeKey: Uint8Array, stream: ByteStream): boolean {
    const name = bytesKey(nodeKey);
    const weAreLower = compareBytes(this.#nodeKey, nodeKey) < 0;
    const byLower = stream.initiator === weAreLower;
    const known = this.links.get(name);
    const sinceMs = this.#clock.monotonicMs();
    const isRace = known !== undefined && sinceMs - known.sinceMs < 5_000;
    if (known !== undefined && !(isRace && byLower && !known.byLower)) {
      stream.close('duplicate');
      return false;
    }
    this.links.set(name, { nodeKey, stream, byLower, sinceMs });
    known?.stream.close('duplicate');
    this.medium?.onPeers();
    return true;
  }
}

export interface BoxOptions {
  readonly adapters?: readonly string[];
  readonly addressLifeMs?: number | (() => number) | undefined;
  /** What the box gets instead of its Bluetooth and its chance. */
  readonly wrap?: (host: BleHost) => BleHost;
  readonly wrapRandom?: (random: Random) => Random;
  /** Else drawn. */
  readonly nodeKey?: Uint8Array;
  /** Who runs on the links. */
  readonly onLink?: (link: Link) => void;
  readonly mesh?: BleMediumOptions['mesh'];
}

export interface World {
  readonly clock: FakeClock;
  readonly random: SeededRandom;
  readonly radio: MemoryRadio;
  readonly logger: ReturnType<typeof createMemoryLogger>;
  box(name: string, more?: BoxOptions): Box;
  /** Time passes, in steps in which promises settle. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** Passes time until it is so; the milliseconds that it took. */
  until(isSo: () => boolean, ms: number): Promise<number>;
  place(reach: Reach): void;
  stop(): Promise<void>;
}

export function createWorld(seed: number, air: Partial<AirShape> = {}): World {
  const clock = new FakeClock();
  const random = new SeededRandom(seed);
  const radio = new MemoryRadio({ clock, random: random.fork(), air });
  const logger = createMemoryLogger('debug');
  const boxes: Box[] = [];
  const pass = async (ms: number, stepMs = 50): Promise<void> => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(stepMs, left));
      await settled();
    }
  };
  return {
    ...{ clock, random, radio, logger, pass },
    place: (reach) => radio.place(reach),
    box(name, { wrap = same, wrapRandom = same, onLink, mesh, ...more } = {}) {
      const host = radio.host({ name, ...more });
      const nodeKey = more.nodeKey ?? random.bytes(32);
      const parts = { clock, random: wrapRandom(random.fork()), logger };
      const above = new Above(nodeKey, clock, onLink);
      const medium = createBleMedium({
        ...{ host: wrap(host), crypto, siteKey, nodeKey, ...parts },
        ...(mesh && { mesh }),
      });
      above.medium = medium;
      const id = radioIdOf(crypto, siteKey, nodeKey);
      const box = { name, nodeKey, id, medium, above, radio: host };
      boxes.push(box);
      return box;
    },
    async until(isSo, ms) {
      const startMs = clock.monotonicMs();
      while (!isSo()) {
        if (clock.monotonicMs() - startMs >= ms)
          throw new Error(`not within ${ms} ms, seed ${seed}`);
        await pass(50);
      }
      return clock.monotonicMs() - startMs;
    },
    async stop() {
      const stopped = Promise.all(boxes.map(({ medium }) => medium.stop()));
      await pass(4_000);
      await stopped;
    },
  };
}

const same = <T>(it: T): T => it;

/** Promises that are due have run. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

export function isLinked(a: Box, b: Box): boolean {
  const [there, back] = [
    a.above.links.has(bytesKey(b.nodeKey)),
    b.above.links.has(bytesKey(a.nodeKey)),
  ];
  return there && back;
}
